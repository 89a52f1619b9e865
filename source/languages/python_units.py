"""Builds the units of a Python file from the concrete syntax tree of tree-sitter."""

import ast
import hashlib
import inspect
import re
import textwrap
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from batdoc.source.languages import python_place
from batdoc.source.languages.python_outline import OVERLOADS, PROPERTIES, is_private
from batdoc.source.languages.python_syntax import DEFINITIONS
from batdoc.source.signature import Parameter, ParameterKind, Signature
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind

_DOTTED = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(slots=True)
class _Facts:
    """What a definition's own body does, nested definitions left out."""

    returns_value: bool = False
    yields: bool = False
    raises: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def outer(node: Node) -> Node:
    """Give a definition with its decorators."""
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _collect_facts(
    definitions: Sequence[Node], captures: Mapping[str, list[Node]]
) -> dict[int, _Facts]:
    """Give each definition, by its start byte, what its own body does."""
    facts: dict[int, _Facts] = defaultdict(_Facts)
    owner_of = _Owners(definitions)
    for node in captures.get("return", []):
        if (owner := owner_of(node)) and _text(node).strip() not in ("return", "return None"):
            facts[owner].returns_value = True
    for node in captures.get("yield", []):
        if (owner := owner_of(node)) and not _is_in_lambda(node):
            facts[owner].yields = True
    for kind, read in (("raise", _raised), ("call", _called)):
        for node in sorted(captures.get(kind, []), key=lambda n: (n.start_byte, n.end_byte)):
            name = read(node)
            if name and (owner := owner_of(node)):
                names = facts[owner].raises if kind == "raise" else facts[owner].calls
                if name not in names:
                    names.append(name)
    return facts


def _is_in_lambda(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type not in ("lambda", *DEFINITIONS):
        around = around.parent
    return around is not None and around.type == "lambda"


class _Owners:
    """Finds the innermost definition whose body holds a node; keys are start bytes plus one."""

    def __init__(self, definitions: Sequence[Node]) -> None:
        self._edges: list[int] = []
        self._owners: list[int] = []
        open_: list[tuple[int, int]] = []
        for node in definitions:
            body = node.child_by_field_name("body")
            assert body is not None
            while open_ and open_[-1][0] <= body.start_byte:
                self._close(open_)
            self._edges.append(body.start_byte)
            self._owners.append(_id(node))
            open_.append((body.end_byte, _id(node)))
        while open_:
            self._close(open_)

    def _close(self, open_: list[tuple[int, int]]) -> None:
        end, _ = open_.pop()
        self._edges.append(end)
        self._owners.append(open_[-1][1] if open_ else 0)

    def __call__(self, node: Node) -> int:
        """Give the owner's id, or 0 at module level."""
        at = bisect_right(self._edges, node.start_byte)
        return self._owners[at - 1] if at else 0


def _id(node: Node) -> int:
    return node.start_byte + 1


def _raised(node: Node) -> str:
    """Name the exception class that a raise statement raises, or ''."""
    value = node.named_children[0] if node.named_children else None
    if value is not None and value.type == "call":
        value = value.child_by_field_name("function")
    if value is None or value.type not in ("identifier", "attribute"):
        return ""
    name = _text(value)
    last = name.rsplit(".", 1)[-1].lstrip("_")
    return name if last[:1].isupper() and _DOTTED.fullmatch(name) else ""


def _called(node: Node) -> str:
    function = node.child_by_field_name("function")
    if function is None:
        return ""
    name = _text(function)
    if function.type == "identifier" or (function.type == "attribute" and _DOTTED.fullmatch(name)):
        return name
    attribute = function.child_by_field_name("attribute")
    return _text(attribute) if attribute is not None else ""


def build_units(source: bytes, found: Mapping[str, list[Node]]) -> list[CodeUnit]:
    """Build the units of a file, in source order; classes do not know of their members yet.

    Args:
        source: The file.
        found: What `python_syntax.captures` finds in it, or in a part of it.
    """
    nodes = sorted(found.get("definition", []), key=lambda node: node.start_byte)
    facts = _collect_facts(nodes, found)
    units: list[CodeUnit] = []
    scopes: list[tuple[int, str, bool]] = []
    for node in nodes:
        while scopes and scopes[-1][0] <= node.start_byte:
            scopes.pop()
        is_class = node.type == "class_definition"
        in_class = bool(scopes) and scopes[-1][2]
        unit = _build_unit(source, node, facts[_id(node)], scopes, in_class)
        suffix = "" if is_class else ".<locals>"
        scopes.append((node.end_byte, unit.qualified_name + suffix, is_class))
        units.append(unit)
    return units


def with_members(units: Sequence[CodeUnit]) -> list[CodeUnit]:
    """Give classes the signature of their `__init__` and the names of their methods.

    Args:
        units: All of a file, in source order.
    """
    members: dict[int, list[CodeUnit]] = defaultdict(list)
    around: list[int] = []
    for index, unit in enumerate(units):
        while around and units[around[-1]].span.end <= unit.span.start:
            around.pop()
        if around:
            members[around[-1]].append(unit)
        around.append(index)
    return [_with_members(unit, members[index]) for index, unit in enumerate(units)]


def _with_members(unit: CodeUnit, members: Sequence[CodeUnit]) -> CodeUnit:
    if unit.kind is not UnitKind.CLASS:
        return unit
    inits = [m for m in members if m.name == "__init__" and not m.is_overload]
    names = tuple(dict.fromkeys(m.name for m in members if not m.name.startswith("__")))
    parameters = inits[-1].signature.parameters if inits else ()
    signature = Signature(parameters, None, False, False, (), False)
    if (signature, names) == (unit.signature, unit.calls):
        return unit
    return replace(unit, signature=signature, calls=names)


def _build_unit(
    source: bytes,
    node: Node,
    facts: _Facts,
    scopes: Sequence[tuple[int, str, bool]],
    in_class: bool,
) -> CodeUnit:
    name = _text(_field(node, "name"))
    decorators = _decorators(node)
    whole = outer(node)
    span = ByteSpan(whole.start_byte, whole.end_byte)
    layout = python_place.measure(source, node)
    docstring = _docstring_value(source, layout.doc_span)
    code = python_place.strip_docstring(source, span, layout)
    return CodeUnit(
        language="python",
        name=name,
        qualified_name=f"{scopes[-1][1]}.{name}" if scopes else name,
        kind=_kind(node, decorators, in_class),
        text=source[span.start : span.end].decode("utf-8", "replace"),
        code=code,
        span=span,
        header=_header(source, node),
        footer="",
        signature=_signature(node, facts, in_class and "staticmethod" not in decorators),
        docstring=docstring,
        doc_span=layout.doc_span if docstring is not None else None,
        insert_at=layout.insert_at,
        indent=layout.indent,
        calls=tuple(facts.calls),
        is_private=any(map(is_private, (*(scopes[-1][1].split(".") if scopes else ()), name))),
        is_overload=not OVERLOADS.isdisjoint(decorators),
        is_nested=any(not is_class for _, _, is_class in scopes),
        is_stub=node.type == "function_definition" and _is_stub(layout.statements),
        lines=(whole.start_point[0] + 1, whole.end_point[0] + 1),
        declared_at=node.start_point[0] + 1,
        key=hashlib.sha256(code.encode()).hexdigest(),
    )


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    assert child is not None, name
    return child


def _decorators(node: Node) -> tuple[str, ...]:
    """Name a definition's decorators by the last part of their dotted names."""
    children = outer(node).children
    texts = (_text(c.named_children[0]) for c in children if c.type == "decorator")
    return tuple(text.split("(")[0].strip().rsplit(".", 1)[-1] for text in texts)


def _kind(node: Node, decorators: Sequence[str], in_class: bool) -> UnitKind:
    if node.type == "class_definition":
        return UnitKind.CLASS
    if not in_class:
        return UnitKind.FUNCTION
    return UnitKind.METHOD if PROPERTIES.isdisjoint(decorators) else UnitKind.PROPERTY


def _docstring_value(source: bytes, span: ByteSpan | None) -> str | None:
    if span is None:
        return None
    value = ast.literal_eval(source[span.start : span.end].decode("utf-8", "replace").strip())
    return inspect.cleandoc(value)


def _is_stub(statements: Sequence[Node]) -> bool:
    texts = (_text(s) for s in statements)
    return all(t in ("...", "pass") or t.startswith("raise NotImplementedError") for t in texts)


def _header(source: bytes, node: Node) -> str:
    """Give the declaration on one line, comments inside it left out."""
    colon = python_place.colon_of(node)
    may_have_any = b"#" in source[node.start_byte : colon.start_byte]
    below = _descendants(node, colon.start_byte) if may_have_any else ()
    comments = [n for n in below if n.type == "comment"]
    parts, at = [], node.start_byte
    for comment in comments:
        parts.append(source[at : comment.start_byte])
        at = comment.end_byte
    parts.append(source[at : colon.end_byte])
    text = b"".join(parts).decode("utf-8", "replace").replace("\\\n", " ")
    joined = " ".join(line.strip() for line in text.splitlines() if line.strip())
    joined = re.sub(r"(?<=[(\[{]) ", "", joined) if "\n" in text else joined
    return re.sub(r",? (?=[)\]}])", "", joined) if "\n" in text else joined


def _descendants(node: Node, before: int) -> Iterator[Node]:
    for child in node.children:
        if child.start_byte < before:
            yield child
            yield from _descendants(child, before)


def _signature(node: Node, facts: _Facts, has_receiver: bool) -> Signature:
    parameters = node.child_by_field_name("parameters")
    listed = list(_parameters(parameters)) if parameters is not None else []
    positional = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
    if has_receiver and listed and listed[0].kind in positional:
        listed = listed[1:]
    returns = node.child_by_field_name("return_type")
    return Signature(
        parameters=tuple(listed),
        returns=_text(returns) if returns is not None else None,
        returns_value=facts.returns_value and not facts.yields,
        yields=facts.yields,
        raises=tuple(facts.raises),
        is_async=bool(node.children) and node.children[0].type == "async",
    )


def _parameters(node: Node) -> Iterator[Parameter]:
    kind = ParameterKind.POSITIONAL
    only: list[Parameter] = []
    for child in node.named_children:
        if child.type == "positional_separator":
            for parameter in only:
                yield Parameter(
                    parameter.name,
                    ParameterKind.POSITIONAL_ONLY,
                    parameter.annotation,
                    parameter.default,
                )
            only = []
        elif child.type == "keyword_separator":
            kind = ParameterKind.KEYWORD_ONLY
        elif (parameter_ := _parameter(child, kind)) is not None:
            only.append(parameter_)
            if parameter_.kind is ParameterKind.VARIADIC:
                kind = ParameterKind.KEYWORD_ONLY
    yield from only


def _parameter(node: Node, kind: ParameterKind) -> Parameter | None:
    splats = {
        "list_splat_pattern": ParameterKind.VARIADIC,
        "dictionary_splat_pattern": ParameterKind.KEYWORD_VARIADIC,
    }
    name = node.child_by_field_name("name")
    if name is None:
        name = node.named_children[0] if node.type == "typed_parameter" else node
    if name.type in splats:
        kind, name = splats[name.type], name.named_children[0]
    if name.type != "identifier":
        return None
    annotation = node.child_by_field_name("type")
    value = node.child_by_field_name("value")
    return Parameter(
        name=_text(name),
        kind=kind,
        annotation=textwrap.dedent(_text(annotation)) if annotation is not None else None,
        default=_text(value) if value is not None else None,
    )
