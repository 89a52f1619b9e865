"""Java: classes, interfaces, enums, records, their methods and constructors, with Javadoc.

Public and protected members are what others call; the rest, package-private included, counts as
private. What overrides something is documented where that stands.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_java
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import STARRED
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import UnitKind

_TYPES = (
    "class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "annotation_type_declaration",
)
_CONSTRUCTORS = ("constructor_declaration", "compact_constructor_declaration")
_OPEN_BODIES = ("interface_body", "annotation_type_body")  # their members are public anyhow
_ANNOTATIONS = ("annotation", "marker_annotation")
_COMMENTS = ("line_comment", "block_comment")
_NO_TYPES = ("modifiers", "variable_declarator", *_ANNOTATIONS, *_COMMENTS)
_PUBLIC = ("public", "protected")
_ESCAPE = re.compile(r"\\(?=u)")
_DEPRECATED = re.compile(r"^([\s*]*)@(?=deprecated\b)")  # marks the class file


class Java(CommentedLanguage):
    """The Java language; see `batdoc.source.language.Language`."""

    name = "java"
    forms = (STARRED,)
    wrappers = (("class _ {", "}"), ("interface _ {", "}"))
    may_stand_apart = True
    directives = re.compile(r"/[/*](?!\*)\s*(?:@formatter:|CHECKSTYLE|NOSONAR|noinspection\b)")
    query = """
    [(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)
     (annotation_type_declaration) (method_declaration) (constructor_declaration)
     (compact_constructor_declaration)] @definition
    [(line_comment) (block_comment)] @comment
    (lambda_expression) @scope
    (object_creation_expression (class_body) @scope)
    (return_statement) @return
    (throw_statement) @raise
    (method_invocation) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_java.language())

    def guard(self, line: str) -> str:
        r"""Spell what the compiler reads in comments as HTML: `\u` escapes, and `@deprecated`."""
        return _DEPRECATED.sub(r"\1&#64;", _ESCAPE.sub("&#92;", line))

    @property
    def readers(self) -> Readers:
        """Read returns, throws and calls."""
        return Readers(lambda node: bool(node.named_children), _raised, _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a type, a method or a constructor; members of anonymous classes are left out."""
        if node.parent is not None and _is_anonymous(node.parent):
            return None
        return _type(node) if node.type in _TYPES else _callable(node)


def _is_anonymous(body: Node) -> bool:
    return body.parent is not None and body.parent.type == "object_creation_expression"


def _type(node: Node) -> Declaration:
    body = child(node, "body")
    return Declaration(
        name=text_of(child(node, "name")),
        kind=UnitKind.CLASS,
        outer=span_of(node),
        header_at=_header_at(node),
        body=inside(body) if body is not None else None,
        parameters=tuple(_parameters(child(node, "parameters"))),
        is_private=not _is_public(node),
    )


def _callable(node: Node) -> Declaration:
    body, result = child(node, "body"), child(node, "type")
    returns = text_of(result) or None
    annotations = {text_of(child(a, "name")) for a in _modifiers(node) if a.type in _ANNOTATIONS}
    thrown = next((c for c in node.children if c.type == "throws"), None)
    return Declaration(
        name=text_of(child(node, "name")),
        kind=UnitKind.METHOD,
        outer=span_of(node),
        header_at=_header_at(node),
        body=inside(body) if body is not None else None,
        parameters=tuple(_parameters(child(node, "parameters"))),
        returns=returns,
        returns_value=node.type not in _CONSTRUCTORS and returns != "void",
        raises=tuple(text_of(c) for c in thrown.named_children) if thrown is not None else (),
        is_private=not _is_public(node),
        is_overload="Override" in annotations,
    )


def _modifiers(node: Node) -> list[Node]:
    return next((c.children for c in node.children if c.type == "modifiers"), [])


def _is_public(node: Node) -> bool:
    words = {c.type for c in _modifiers(node)}
    in_open = node.parent is not None and node.parent.type in _OPEN_BODIES
    return bool(words & set(_PUBLIC)) or (in_open and "private" not in words)


def _header_at(node: Node) -> int:
    """Skip annotations, which stand first."""
    skipped = (*_ANNOTATIONS, *_COMMENTS)
    plain = (c for c in _modifiers(node) if c.type not in skipped)
    rest = (c for c in node.children if c.type not in ("modifiers", *skipped))
    first = next(plain, None) or next(rest, None)
    return first.start_byte if first is not None else node.start_byte


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    for node in listed.named_children if listed is not None else ():
        if node.type == "formal_parameter" and text_of(child(node, "name")) != "this":
            type_ = text_of(child(node, "type")) + text_of(child(node, "dimensions"))
            yield Parameter(text_of(child(node, "name")), ParameterKind.POSITIONAL, type_, None)
        elif node.type == "spread_parameter":
            yield _variadic(node)


def _variadic(node: Node) -> Parameter:
    named = next((c for c in node.children if c.type == "variable_declarator"), node)
    type_ = next((c for c in node.named_children if c.type not in _NO_TYPES), None)
    spelled = f"{text_of(type_)}..."
    return Parameter(text_of(child(named, "name")), ParameterKind.VARIADIC, spelled, None)


def _raised(node: Node) -> str:
    thrown = node.named_children[0] if node.named_children else None
    made = child(thrown, "type") if thrown is not None else None
    is_new = thrown is not None and thrown.type == "object_creation_expression"
    return text_of(made) if is_new else ""


def _called(node: Node) -> str:
    owner, name = child(node, "object"), text_of(child(node, "name"))
    is_plain = owner is not None and owner.type in ("identifier", "this", "field_access")
    return f"{text_of(owner)}.{name}" if is_plain else name


LANGUAGE = Java()
