"""JavaScript: functions, methods, accessors and classes, documented by JSDoc comments."""

import re
from collections.abc import Iterator
from dataclasses import replace

import tree_sitter
import tree_sitter_javascript
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import STARRED
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import ByteSpan, UnitKind

_DOTTED = re.compile(r"[A-Za-z_$][\w$.]*")
_ARGUMENTS = re.compile(rb"\barguments\b")
_PROTOTYPE = re.compile(r"([\w$.]+)\.prototype\.[\w$]+$")
_NOTHING = ("void", "never", "undefined", "Promise<void>")
# A comment with one of these tags documents a file or a type of its own.
_APART = (
    r"@(?:packageDocumentation|module|file|fileoverview|overview|license|typedef|callback)"
    r"(?![\w-])"
)
_DOCUMENTATION = replace(
    STARRED, opens=re.compile(rf"/\*\*(?![*/])(?!(?:[\s\S]*[\r\n])?[ \t*]*{_APART})")
)
# What compilers and bundlers act on wherever it stands in a comment; a space breaks it.
_ACTED_ON = re.compile(
    rf"^[\s/*]*@(?=ts-)|^[\s*]*@(?={_APART[1:]})"
    r"|@(?=(?:jsx(?:Frag|ImportSource|Runtime)?|flow|noflow|(?:jest|vitest)-environment)(?![\w-]))"
    r"|[@#](?=__[A-Z_]+__)"
    r"|source(?:Mapping)?URL=(?=\S)"
)
_FUNCTIONS = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
    *("function_signature", "method_signature", "abstract_method_signature"),  # TypeScript's
)
_CLASSES = (
    "class_declaration",
    "class",
    *("abstract_class_declaration", "interface_declaration", "enum_declaration"),
    *("internal_module", "module"),
)
_METHODS = ("method_definition", "method_signature", "abstract_method_signature")
_FIELDS = ("field_definition", "public_field_definition")
_WRAPPERS = (
    "export_statement",
    "ambient_declaration",
    "lexical_declaration",
    "variable_declaration",
)
_IN_STATEMENTS = ("assignment_expression", "internal_module")
_STATEMENTS = ("expression_statement", "assignment_expression")


class JavaScript(CommentedLanguage):
    """The JavaScript language; see `batdoc.source.language.Language`."""

    name = "javascript"
    forms = (_DOCUMENTATION,)
    wrappers: tuple[tuple[str, str], ...] = (("class _ {", "}"), ("({", "})"))
    may_stand_apart = True
    directives = re.compile(
        r"/[/*](?!\*)\s*(?:eslint|prettier-ignore|istanbul|c8|v8|biome-ignore|jshint|webpack)"
        r"|/[/*]+\s*@ts-"
    )
    query = """
    [(function_declaration) (generator_function_declaration) (class_declaration)
     (method_definition) (variable_declarator) (assignment_expression) (pair)
     (field_definition)] @definition
    (export_statement value:
      [(arrow_function) (function_expression) (generator_function) (class)] @definition)
    (comment) @comment
    [(arrow_function) (function_expression) (generator_function)] @scope
    (return_statement) @return
    (yield_expression) @yield
    (throw_statement) @raise
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_javascript.language())

    def guard(self, line: str) -> str:
        """Keep words from being read as a pragma."""
        return _ACTED_ON.sub(r"\g<0> ", line)

    @property
    def readers(self) -> Readers:
        """Read returns, raises and calls."""
        return Readers(_returned, _raised, _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a function, or what is given one as its value."""
        value = _value(node)
        if value is None:
            return None
        name = _name(node)
        return _class(node, value, name) if value.type in _CLASSES else _function(node, value, name)


def _value(node: Node) -> Node | None:
    """Give the function or class that a definition is, or that it names."""
    if node.type in _FUNCTIONS or node.type in _CLASSES:
        return node
    value = child(node, "value") or child(node, "right")
    return value if value is not None and value.type in (*_FUNCTIONS, *_CLASSES) else None


def _name(node: Node) -> str:
    named = (
        child(node, "name") or child(node, "left") or child(node, "key") or child(node, "property")
    )
    return text_of(named).rpartition(".")[2].strip("'\"[]") if named is not None else "default"


def outermost(node: Node) -> Node:
    """Climb to the statement that documentation stands before: `export`, `const`, `a.b =`."""
    while node.parent is not None and (
        node.parent.type in _WRAPPERS
        or (node.type in _IN_STATEMENTS and node.parent.type in _STATEMENTS)
    ):
        node = node.parent
    return node


def _class(node: Node, value: Node, name: str) -> Declaration:
    outer, body = outermost(node), child(value, "body")
    return Declaration(
        name=name,
        kind=UnitKind.CLASS,
        outer=_with_decorators(outer),
        header_at=_header_at(outer),
        body=inside(body) if body is not None else None,
    )


def _function(node: Node, value: Node, name: str) -> Declaration:
    outer, body = outermost(node), child(value, "body")
    is_block = body is not None and body.type == "statement_block"
    words = [c.type for c in value.children]
    prototype = _PROTOTYPE.match(text_of(child(node, "left")))
    is_member = node.type in (*_METHODS, *_FIELDS) or prototype is not None
    is_accessor = node.type == "method_definition" and ("get" in words or "set" in words)
    listed = child(value, "parameters") or child(value, "parameter")
    type_ = child(value, "return_type")
    returns = text_of(type_).removeprefix(":").strip() or None
    return Declaration(
        name=name,
        kind=_kind(is_member, is_accessor),
        outer=_with_decorators(outer),
        header_at=_header_at(outer),
        body=inside(body) if is_block and body is not None else None,
        parameters=tuple(_all_parameters(value, listed)),
        returns=returns,
        returns_value=_returns_value(returns, is_block),
        is_async="async" in words,
        is_private=name.startswith(("_", "#")) or _is_declared_private(node),
        is_overload=(is_accessor and "set" in words) or _is_later(node),
        owner=prototype[1] if prototype else "",
        may_return="async" in words and returns is None,
        scope=span_of(body) if body is not None else None,
    )


def _returns_value(returns: str | None, is_block: bool) -> bool | None:
    """Tell by its type or its missing braces whether it has a result; None where neither does."""
    if returns is None:
        return None if is_block else True
    return not (returns in _NOTHING or returns.startswith("asserts "))


def _is_declared_private(node: Node) -> bool:
    return any(c.type == "accessibility_modifier" and c.text == b"private" for c in node.children)


def _with_decorators(outer: Node) -> ByteSpan:
    """Span a declaration; decorators of TypeScript's methods stand beside them."""
    first = outer
    while first.prev_sibling is not None and first.prev_sibling.type == "decorator":
        first = first.prev_sibling
    return ByteSpan(first.start_byte, outer.end_byte)


def _is_later(node: Node) -> bool:
    """Tell whether another name stands first in a statement, and gets its documentation."""
    before = node.prev_named_sibling if node.type == "variable_declarator" else None
    return before is not None and before.type == "variable_declarator"


def _kind(is_member: bool, is_accessor: bool) -> UnitKind:
    if is_accessor:
        return UnitKind.PROPERTY
    return UnitKind.METHOD if is_member else UnitKind.FUNCTION


def _header_at(outer: Node) -> int:
    """Skip decorators, which stand first."""
    rest = (c for c in outer.children if c.type not in ("decorator", "comment"))
    first = next(rest, None)
    return first.start_byte if first is not None else outer.start_byte


def _all_parameters(function: Node, listed: Node | None) -> Iterator[Parameter]:
    """Read parameters; one more without a name where the body reads `arguments`."""
    if listed is not None:
        yield from _parameters(listed)
    if function.type != "arrow_function" and _ARGUMENTS.search(function.text or b""):
        yield Parameter("", ParameterKind.VARIADIC, None, None)


def _parameters(listed: Node) -> Iterator[Parameter]:
    if listed.type == "identifier":  # `x => ...`
        yield Parameter(text_of(listed), ParameterKind.POSITIONAL, None, None)
        return
    for node in listed.named_children:
        if node.type not in ("comment", "decorator") and text_of(child(node, "pattern")) != "this":
            yield _parameter(node)


def _parameter(node: Node) -> Parameter:
    """Read one parameter; one that is taken apart at once has no name of its own."""
    pattern = child(node, "pattern") or child(node, "left") or node
    type_ = text_of(child(node, "type")).removeprefix(":").strip() or None
    default = text_of(child(node, "value") or child(node, "right")) or None
    if pattern.type == "rest_pattern":
        name = text_of(pattern).lstrip(". ")
        return Parameter(name, ParameterKind.VARIADIC, type_, default)
    name = text_of(pattern) if pattern.type == "identifier" else ""
    return Parameter(name, ParameterKind.POSITIONAL, type_, default)


def _returned(node: Node) -> bool:
    return any(c.type not in ("comment", "undefined") for c in node.named_children)


def _raised(node: Node) -> str:
    thrown = node.named_children[0] if node.named_children else None
    made = child(thrown, "constructor") if thrown is not None else None
    name = text_of(made) if made is not None else ""
    return name if _DOTTED.fullmatch(name) else ""


def _called(node: Node) -> str:
    function = child(node, "function")
    name = text_of(function) if function is not None else ""
    if _DOTTED.fullmatch(name):
        return name
    member = child(function, "property") if function is not None else None
    return text_of(member) if member is not None else ""


LANGUAGE = JavaScript()
