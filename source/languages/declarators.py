"""How C and C++ spell what is declared: `const char **f(int a, ...)`, read from the inside out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from batdoc.source.languages.nodes import child, text_of
from batdoc.source.signature import Parameter, ParameterKind

_NAMES = (
    *("identifier", "field_identifier", "type_identifier", "qualified_identifier"),
    *("destructor_name", "operator_name", "template_function", "operator_cast"),
)
_STARS = {
    "pointer_declarator": "*",
    "abstract_pointer_declarator": "*",
    "reference_declarator": "&",
    "abstract_reference_declarator": "&",
}
_TEMPLATE = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Declarator:
    """What one declarator says.

    Attributes:
        name: As written; `A::b` of a member that is defined outside of its class.
        function: The function's declarator, or None where no function is declared.
        stars: What is put to the type before it: pointers, references and arrays.
        pointed: The declarator of a function that is only pointed to, or None.
    """

    name: str
    function: Node | None = None
    stars: str = ""
    pointed: Node | None = None


def read_declarator(node: Node) -> Declarator:
    """Follow a declarator down to its name."""
    function: Node | None = None
    pointed: Node | None = None
    stars = arrays = ""
    here: Node | None = node
    while here is not None:
        if here.type in _NAMES:
            function = function or _cast_function(here)
            return Declarator(_name(here), function, stars + arrays, pointed)
        inner = child(here, "declarator")
        if here.type == "function_declarator" and inner is not None:
            function, pointed = (here, pointed) if _is_named(inner) else (function, here)
        elif here.type.endswith("array_declarator"):
            arrays += "[]"
        elif here.type in _STARS:
            stars += _reference(here)
        here = inner or next((c for c in here.named_children if c.type != "comment"), None)
    return Declarator("", None, stars + arrays)


def type_of(node: Node, stars: str) -> str | None:
    """Give the type that a declaration starts with, or None where it has none."""
    written = child(node, "type")
    if written is None:
        return None
    if written.type == "macro_type_specifier":
        written = child(written, "type") or written
    words = [text_of(c) for c in node.children if c.type == "type_qualifier"]
    spelled = " ".join([*words, *text_of(written).split()])
    return f"{spelled} {stars}".strip()


def parameters_of(function: Node | None) -> Iterator[Parameter]:
    """Read the parameters of a function's declarator; a lone `void` is none."""
    listed = child(function, "parameters") if function is not None else None
    for node in listed.children if listed is not None else ():
        if node.type in ("...", "variadic_parameter"):
            yield Parameter("", ParameterKind.VARIADIC, None, None)
        elif node.type == "identifier":  # a definition as before 1989
            yield Parameter(text_of(node), ParameterKind.POSITIONAL, None, None)
        elif node.type.endswith("parameter_declaration") and text_of(node) != "void":
            yield _parameter(node)


def _parameter(node: Node) -> Parameter:
    declarator = child(node, "declarator")
    found = read_declarator(declarator) if declarator is not None else Declarator("")
    is_variadic = node.type == "variadic_parameter_declaration"
    default = child(node, "default_value")
    return Parameter(
        name=found.name if found.name.isidentifier() else "",
        kind=ParameterKind.VARIADIC if is_variadic else ParameterKind.POSITIONAL,
        annotation=" ".join(text_of(node).split()) if found.pointed else type_of(node, found.stars),
        default=text_of(default) if default is not None else None,
    )


def _name(node: Node) -> str:
    cast = _last_name(node)
    if cast.type != "operator_cast":
        return bare_name(text_of(node))
    scope = bare_name(text_of(node).partition("operator")[0])
    return f"{scope}operator {text_of(child(cast, 'type'))}"


def bare_name(text: str) -> str:
    """Give a name without white space and the arguments of templates."""
    if "operator" in text:
        return " ".join(text.split())
    text, count = "".join(text.split()), 1
    while count:
        text, count = _TEMPLATE.subn("", text)
    return text


def _cast_function(node: Node) -> Node | None:
    """Give the declarator of `operator bool() const`, which stands behind the type."""
    cast = _last_name(node)
    return child(cast, "declarator") if cast.type == "operator_cast" else None


def _last_name(node: Node) -> Node:
    """Give `b` of `a::b`."""
    while node.type == "qualified_identifier" and (name := child(node, "name")) is not None:
        node = name
    return node


def _is_named(node: Node) -> bool:
    """Tell a function from a pointer to one: only the latter has a star in parentheses."""
    while node.type == "parenthesized_declarator" and node.named_children:
        node = node.named_children[-1]
    return node.type in _NAMES


def _reference(node: Node) -> str:
    return "&&" if any(c.type == "&&" for c in node.children) else _STARS[node.type]
