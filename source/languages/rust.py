"""Rust: functions, methods, types, traits and modules, documented above their attributes.

What is not plainly `pub` is private, and so are the methods that implement a trait: the trait
documents them. An item whose documentation stands in a `#[doc = ...]` attribute, or within it as
`//!`, is left alone.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_rust
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import ByteSpan, UnitKind

_PATH = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.)\w+)*")
_TYPE_NAME = re.compile(r"(?:(?:dyn|mut|const|'\w+)\s+|[&*(\[]\s*)*(?:\w+\s*::\s*)*(?P<name>\w+)")
_DOC_COMMENT = re.compile(r"///(?!/)|/\*\*(?![*/])")
_INNER_DOC = re.compile(r"//!|/\*!")
_DOC_ATTRIBUTE = re.compile(r"\bdoc\s*=")
_HIDDEN = re.compile(r"#\[\s*doc\s*\(\s*hidden\b")
_FUNCTIONS = ("function_item", "function_signature_item")
_NO_RESULT = ("()", "!")


class Rust(CommentedLanguage):
    """The Rust language; see `batdoc.source.language.Language`."""

    name = "rust"
    forms = (
        line_form("///", r"///(?!/)"),
        CommentForm("/**", "*/", " *", re.compile(r"/\*\*(?![*/])"), nested="/*"),
    )
    wrappers = (("impl _ {", "}"), ("trait _ {", "}"))
    may_stand_apart = True
    query = """
    [(function_item) (function_signature_item) (struct_item) (enum_item) (union_item)
     (trait_item) (type_item) (mod_item)] @definition
    [(line_comment) (block_comment)] @comment
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_rust.language())

    @property
    def readers(self) -> Readers:
        """Read calls; results are declared, and there are no exceptions."""
        return Readers(lambda _: False, lambda _: "", _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a function, a type or a module."""
        if node.type in _FUNCTIONS:
            return _function(node)
        body = child(node, "body")
        is_elsewhere = node.type == "mod_item" and body is None
        is_associated = node.type == "type_item" and _holder(node) is not None
        return None if is_elsewhere or is_associated else _type(node, body)


def _type(node: Node, body: Node | None) -> Declaration:
    attributes = _attributes(node)
    return Declaration(
        name=text_of(child(node, "name")),
        kind=UnitKind.CLASS,
        outer=_outer(node),
        header_at=node.start_byte,
        body=inside(body) if body is not None else None,
        is_private=not _is_public(node) or bool(_HIDDEN.search(attributes)),
        is_overload=_is_documented_elsewhere(attributes, body),
    )


def _function(node: Node) -> Declaration:
    body, holder = child(node, "body"), _holder(node)
    result, attributes = child(node, "return_type"), _attributes(node)
    modifiers = next((text_of(c) for c in node.children if c.type == "function_modifiers"), "")
    is_in_trait = holder is not None and holder.type == "trait_item"
    return Declaration(
        name=text_of(child(node, "name")),
        kind=UnitKind.METHOD if holder is not None else UnitKind.FUNCTION,
        outer=_outer(node),
        header_at=node.start_byte,
        body=inside(body) if body is not None else None,
        parameters=tuple(_parameters(child(node, "parameters"))),
        returns=text_of(result) if result is not None else None,
        returns_value=text_of(result) not in ("", *_NO_RESULT),
        is_async="async" in modifiers.split(),
        is_private=not (is_in_trait or _is_public(node)) or bool(_HIDDEN.search(attributes)),
        is_overload=_is_documented_elsewhere(attributes, body),
        owner=_owner(holder) if holder is not None and holder.type == "impl_item" else "",
    )


def _holder(node: Node) -> Node | None:
    """Give the `impl` or `trait` that an item is a member of."""
    around = node.parent.parent if node.parent is not None else None
    return around if around is not None and around.type in ("impl_item", "trait_item") else None


def _owner(block: Node) -> str:
    """Name the type of an `impl`, with the modules around it."""
    found = _TYPE_NAME.match(text_of(child(block, "type")))
    names = [found["name"] if found else "_"]
    node = block.parent
    while node is not None:
        if node.type == "mod_item":
            names.append(text_of(child(node, "name")))
        node = node.parent
    return ".".join(reversed(names))


def _is_public(node: Node) -> bool:
    return any(text_of(c) == "pub" for c in node.children[:1])


def _attributes(node: Node) -> str:
    return "\n".join(text_of(c) for c in _before(node) if c.type == "attribute_item")


def _before(node: Node) -> Iterator[Node]:
    """Give the attributes and comments that stand before an item, the nearest first."""
    before = node.prev_sibling
    while before is not None and (before.type == "attribute_item" or "comment" in before.type):
        yield before
        before = before.prev_sibling


def _outer(node: Node) -> ByteSpan:
    """Take in the attributes, as far up as the nearest documentation."""
    start = node.start_byte
    for before in _before(node):
        if _DOC_COMMENT.match(text_of(before)):
            break
        if before.type == "attribute_item":
            start = before.start_byte
    return ByteSpan(start, node.end_byte)


def _is_documented_elsewhere(attributes: str, body: Node | None) -> bool:
    inner = (c for c in body.named_children[:1] if "comment" in c.type) if body else ()
    return bool(_DOC_ATTRIBUTE.search(attributes)) or any(
        _INNER_DOC.match(text_of(c)) for c in inner
    )


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    for node in listed.named_children if listed is not None else ():
        pattern = child(node, "pattern")
        if node.type == "variadic_parameter":
            yield Parameter("", ParameterKind.VARIADIC, None, None)
        elif node.type == "parameter" and text_of(pattern) != "self":
            type_ = text_of(child(node, "type"))
            yield Parameter(_name(pattern), ParameterKind.POSITIONAL, type_, None)


def _name(pattern: Node | None) -> str:
    """Give the name that a pattern binds; one that takes a value apart has none."""
    words = text_of(pattern).removeprefix("ref ").removeprefix("mut ")
    return words if words.isidentifier() else ""


def _called(node: Node) -> str:
    function = child(node, "function")
    if function is not None and function.type == "generic_function":
        function = child(function, "function")
    name = text_of(function)
    if _PATH.fullmatch(name):
        return name
    return text_of(child(function, "field")) if function is not None else ""


LANGUAGE = Rust()
