"""Go: functions, methods, interfaces' methods and types, documented by the comments above them.

A name that starts with a capital letter is public; a test is not, whatever its name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import tree_sitter
import tree_sitter_go
from tree_sitter import Node, Tree

from batdoc.source.edits import Edit
from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_TYPE_NAME = re.compile(r"[^\W\d]\w*")
_TEST = re.compile(r"(?:Test|Benchmark|Fuzz)(?![a-z])")
_TESTED = re.compile(r"\*testing\.[TBFM]")
# What tools act on although a space stands before it; a mark breaks it.
_ACTED_ON = re.compile(
    r"^\s*(?=nolint\b|lint:|exhaustive:|[a-z]+:(?:build|generate|embed|linkname|no)|line\s|export\s)"
    r"|\+(?=build\b)|#(?=nosec\b)|^\s*Code (?=generated .* DO NOT EDIT)"
)
# gofmt puts an empty line above these.
_BEFORE_DIRECTIVE = re.compile(rb"\s*//(?:[a-z0-9]+:[a-z0-9]|line |export |extern )")
_BLOCK = CommentForm("/*", "*/", "", re.compile(r"/\*"))


class Go(CommentedLanguage):
    """The Go language; see `batdoc.source.language.Language`."""

    name = "go"
    forms = (line_form("//"), _BLOCK)
    wrappers = (("type X interface {\n", "\n}"), ("type (\n", "\n)"))
    directives = re.compile(
        r"//(?:[a-z0-9]+:[a-z0-9]|line |export |extern |nolint|#nosec)|// ?\+build\b"
    )
    query = """
    [(function_declaration) (method_declaration) (type_spec) (type_alias)
     (method_elem)] @definition
    (comment) @comment
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_go.language())

    def guard(self, line: str) -> str:
        """Keep words from being read as a directive."""
        return _ACTED_ON.sub(_broken, line)

    def _tree(self, source: bytes) -> Tree:
        # The grammar wants every declaration ended, which Go does not of a file's last one.
        return super()._tree(source + b"\n")

    def place(self, source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
        """Make the edit that documents a unit; an empty line parts words from directives.

        Raises:
            ProofError: The unit shares its line with other code.
        """
        edit = super().place(source, unit, lines)
        mark = edit.new[:2]
        if mark != b"//" or not _BEFORE_DIRECTIVE.match(source, edit.span.end):
            return edit
        words = edit.new.rstrip()
        end = edit.new[len(words) :] if unit.doc_span is None else b""
        newline = b"\r\n" if b"\r\n" in source else b"\n"
        return replace(edit, new=words + newline + unit.indent.encode() + mark + end)

    @property
    def readers(self) -> Readers:
        """Read calls; results are declared, and there are no exceptions."""
        return Readers(lambda _: False, lambda _: "", _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a function or a type."""
        if node.type in ("type_spec", "type_alias"):
            return _type(node)
        return _function(node)


def _broken(found: re.Match[str]) -> str:
    return found.group() + (" " if found.group().strip() else "\\")


def _type(node: Node) -> Declaration:
    group = node.parent
    is_alone = group is not None and group.type == "type_declaration" and not _has_list(group)
    outer = group if is_alone and group is not None else node
    name = text_of(child(node, "name"))
    value = child(node, "type")
    opening = value and _brace_of(value)
    return Declaration(
        name=name,
        kind=UnitKind.CLASS,
        outer=span_of(outer),
        header_at=outer.start_byte,
        body=ByteSpan(opening.end_byte, value.end_byte - 1) if value and opening else None,
        is_private=not _is_exported(name),
    )


def _brace_of(value: Node) -> Node | None:
    """Find the opening brace of a struct or an interface."""
    parts = [part for c in value.children for part in (c, *c.children[:1])]
    is_type = value.type in ("struct_type", "interface_type")
    return next((part for part in parts if is_type and part.type == "{"), None)


def _has_list(group: Node) -> bool:
    return any(c.type == "(" for c in group.children)


def _function(node: Node) -> Declaration:
    name = text_of(child(node, "name"))
    receiver, body = child(node, "receiver"), child(node, "body")
    owner = _owner(receiver) if receiver is not None else ""
    result = child(node, "result")
    parameters = tuple(_parameters(child(node, "parameters")))
    is_public = _is_exported(name) and (not owner or _is_exported(owner))
    return Declaration(
        name=name,
        kind=UnitKind.FUNCTION if node.type == "function_declaration" else UnitKind.METHOD,
        outer=span_of(node),
        header_at=node.start_byte,
        body=inside(body) if body is not None else None,
        parameters=parameters,
        returns=text_of(result) if result is not None else None,
        returns_value=result is not None,
        is_private=not is_public or _is_test(name, parameters),
        owner=owner,
    )


def _owner(receiver: Node) -> str:
    """Name the type of a receiver: of `(s *Server[T])`, `Server`."""
    declared = next((c for c in receiver.named_children if c.type != "comment"), None)
    found = _TYPE_NAME.search(text_of(child(declared, "type"))) if declared is not None else None
    return found.group() if found else ""


def _is_exported(name: str) -> bool:
    return name[:1].isupper()


def _is_test(name: str, parameters: tuple[Parameter, ...]) -> bool:
    return bool(
        _TEST.match(name)
        and len(parameters) == 1
        and _TESTED.fullmatch(parameters[0].annotation or "")
    )


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    for node in listed.named_children if listed is not None else ():
        if node.type == "comment":
            continue
        is_variadic = node.type == "variadic_parameter_declaration"
        kind = ParameterKind.VARIADIC if is_variadic else ParameterKind.POSITIONAL
        type_ = text_of(child(node, "type"))
        names = [text_of(name) for name in node.children_by_field_name("name")]
        for name in names or [""]:
            yield Parameter(name, kind, f"...{type_}" if is_variadic else type_, None)


def _called(node: Node) -> str:
    function = child(node, "function")
    name = text_of(function)
    if _DOTTED.fullmatch(name):
        return name
    return text_of(child(function, "field")) if function is not None else ""


LANGUAGE = Go()
