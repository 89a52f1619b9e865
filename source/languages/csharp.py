"""C#: types, methods, constructors, properties, indexers and operators, with XML documentation.

Public and protected members are what others call; the rest, internal included, counts as private.
What overrides something is documented where that stands.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_c_sharp
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import STARRED, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import UnitKind

_TYPES = (
    "class_declaration",
    "interface_declaration",
    "struct_declaration",
    "enum_declaration",
    "record_declaration",
    "delegate_declaration",
)
_PROPERTIES = ("property_declaration", "indexer_declaration")
_BLOCKS = ("block", "declaration_list", "enum_member_declaration_list")
_LISTS = ("parameter_list", "bracketed_parameter_list")
_NO_RESULT = ("void", "Task", "ValueTask")
_CONDITION = re.compile(rb"[ \t]*#[ \t]*(if|elif|else|endif)\b")
_BLACK = re.compile(rb"[^\r\n]")
_PUBLIC = {"public", "protected"}
_SKIPPED = ("attribute_list", "comment", "preproc_if_in_attribute_list")


class CSharp(CommentedLanguage):
    """The C# language; see `batdoc.source.language.Language`."""

    name = "csharp"
    forms = (line_form("///", r"///(?!/)"), STARRED)
    may_stand_apart = True
    passed_over = re.compile(
        rb"^[ \t]*#[ \t]*(?:elif|else)\b.*?^[ \t]*#[ \t]*endif\b[^\r\n]*[\r\n]+"
        rb"|^[ \t]*#[^\r\n]*[\r\n]+",
        re.MULTILINE | re.DOTALL,
    )
    wrappers = (("class _ {", "}"), ("interface _ {", "}"))
    directives = re.compile(r"//(?!/)\s*(?:ReSharper|NOSONAR)\b")
    query = """
    [(class_declaration) (interface_declaration) (struct_declaration) (enum_declaration)
     (record_declaration) (delegate_declaration) (method_declaration) (constructor_declaration)
     (destructor_declaration) (operator_declaration) (conversion_operator_declaration)
     (property_declaration) (indexer_declaration) (local_function_statement)] @definition
    (comment) @comment
    [(lambda_expression) (anonymous_method_expression)] @scope
    (return_statement) @return
    (yield_statement) @yield
    [(throw_statement) (throw_expression)] @raise
    (invocation_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_c_sharp.language())

    def _tree(self, source: bytes) -> tree_sitter.Tree:
        """Parse; where `#if` parts no whole statements, as if every condition held."""
        source += b"\n"  # which the grammar wants after a directive, at a file's end as well
        tree = super()._tree(source)
        if not tree.root_node.has_error or b"#" not in source:
            return tree
        taken = super()._tree(_first_branches(source))
        return tree if taken.root_node.has_error else taken

    @property
    def readers(self) -> Readers:
        """Read returns, throws and calls."""
        return Readers(lambda node: bool(node.named_children), _raised, _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a type or a member."""
        body = child(node, "body") or child(node, "accessors") or child(node, "value")
        words = {text_of(c) for c in node.children if c.type == "modifier"}
        is_type, is_property = node.type in _TYPES, node.type in _PROPERTIES
        result = child(node, "returns") or child(node, "type")
        returns = text_of(result) or None
        has_result = returns is not None and returns.rpartition(".")[2] not in _NO_RESULT
        return Declaration(
            name=_name(node),
            kind=_kind(node, is_type, is_property),
            outer=span_of(node),
            header_at=_header_at(node),
            body=inside(body) if body is not None and body.type in _BLOCKS else None,
            parameters=tuple(_parameters(node)),
            returns=None if is_type else returns,
            returns_value=has_result and not is_type,
            is_async="async" in words,
            is_private=not (words & _PUBLIC or _is_open(node)),
            is_overload="override" in words or node.type == "destructor_declaration",
            scope=span_of(body) if body is not None else None,
        )


def _first_branches(source: bytes) -> bytes:
    """Put spaces in place of conditions, and of what stands under all but the first of them."""
    lines, depth, left_out = source.splitlines(keepends=True), 0, 0
    for at, line in enumerate(lines):
        found = _CONDITION.match(line)
        word = found[1] if found else b""
        depth += word == b"if"
        if word in (b"elif", b"else") and not left_out:
            left_out = depth
        if found or left_out:
            lines[at] = _BLACK.sub(b" ", line)
        if word == b"endif":
            left_out = left_out if left_out < depth else 0
            depth -= 1
    return b"".join(lines)


def _name(node: Node) -> str:
    if node.type == "indexer_declaration":
        return "this"
    if node.type == "operator_declaration":
        return f"operator{text_of(child(node, 'operator'))}"
    if node.type == "conversion_operator_declaration":
        return f"operator {text_of(child(node, 'type'))}"
    return text_of(child(node, "name"))


def _kind(node: Node, is_type: bool, is_property: bool) -> UnitKind:
    if is_type:
        return UnitKind.CLASS
    if is_property:
        return UnitKind.PROPERTY
    is_local = node.type == "local_function_statement"
    return UnitKind.FUNCTION if is_local else UnitKind.METHOD


def _is_open(node: Node) -> bool:
    """Tell whether a member is public without saying so: in an interface, or by its name."""
    if any(c.type == "explicit_interface_specifier" for c in node.children):
        return True
    around = node.parent
    while around is not None and around.type not in _TYPES:
        around = around.parent
    return around is not None and around.type == "interface_declaration"


def _header_at(node: Node) -> int:
    """Skip attributes, which stand first."""
    first = next((c for c in node.children if c.type not in _SKIPPED), None)
    return first.start_byte if first is not None else node.start_byte


def _parameters(node: Node) -> Iterator[Parameter]:
    """Give the parameters; the grammar spells the last one, with `params`, into the list itself."""
    listed = child(node, "parameters") or next((c for c in node.children if c.type in _LISTS), None)
    for part in listed.named_children if listed is not None else ():
        if part.type == "parameter":
            default = next((c for c in part.named_children if c.end_byte == part.end_byte), None)
            has_default = any(c.type == "=" for c in part.children)
            yield Parameter(
                text_of(child(part, "name")),
                ParameterKind.POSITIONAL,
                text_of(child(part, "type")) or None,
                text_of(default) if has_default else None,
            )
    if listed is not None and (name := child(listed, "name")) is not None:
        type_ = text_of(child(listed, "type")) or None
        yield Parameter(text_of(name), ParameterKind.VARIADIC, type_, None)


def _raised(node: Node) -> str:
    thrown = node.named_children[0] if node.named_children else None
    if thrown is None or thrown.type != "object_creation_expression":
        return ""
    return text_of(child(thrown, "type"))


def _called(node: Node) -> str:
    function = child(node, "function")
    if function is None:
        return ""
    if function.type == "member_access_expression":
        owner, name = child(function, "expression"), text_of(child(function, "name"))
        is_plain = owner is not None and owner.type in ("identifier", "this", "base")
        return f"{text_of(owner)}.{name}" if is_plain else name
    return text_of(function) if function.type == "identifier" else ""


LANGUAGE = CSharp()
