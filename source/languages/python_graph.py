"""Python code as a `Graph`, by way of `ast`, which knows what is a variable and what is a value."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from batdoc.source.graph import MOST_NODES, VARIABLE, Graph

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NO_MEANING = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_BINDING_FIELDS = {
    ast.arg: "arg",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}


@dataclass(frozen=True, slots=True)
class _Field:
    """The children of one field, where its place among the others would not tell which it is."""

    name: str
    children: tuple["ast.AST | _Leaf", ...]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value or a name in the tree.

    Attributes:
        text: As it is compared.
        is_name: It may be a variable's.
    """

    text: str
    is_name: bool


def read(code: str) -> Graph | None:
    """Read code; None where the running Python cannot."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    root: ast.AST = module
    if len(module.body) == 1 and isinstance(module.body[0], _DEFINITIONS):
        root = module.body[0]
        module.body[0].decorator_list.clear()  # stands above what is documented and rebuilt
    return _Builder(_local_names(module)).build(root)


class _Builder:
    """Lays a syntax tree out in preorder, without recursion: long chains nest deeply."""

    def __init__(self, local_names: frozenset[str]) -> None:
        self._local_names = local_names
        self._numbers: dict[str, int] = {}

    def build(self, root: ast.AST) -> Graph:
        labels: list[str] = []
        parents: list[int] = []
        variables: list[int] = []
        body = -1
        waiting: list[tuple[int, _Item]] = [(-1, root)]
        while waiting and len(labels) < MOST_NODES:
            parent, item = waiting.pop()
            if body < 0 and parent == 0 and isinstance(item, _Field) and item.name == "body":
                body = len(labels)
            children = [(len(labels), child) for child in _children(item)]
            waiting.extend(reversed(children))
            label, variable = self._describe(item)
            labels.append(label)
            parents.append(parent)
            variables.append(variable)
        body = body if body >= 0 else len(labels)
        return Graph(tuple(labels), tuple(parents), tuple(variables), body, bool(waiting))

    def _describe(self, item: "_Item") -> tuple[str, int]:
        if isinstance(item, ast.AST):
            return type(item).__name__, -1
        if isinstance(item, _Field):
            return item.name, -1
        if item.is_name and item.text in self._local_names:
            return VARIABLE, self._numbers.setdefault(item.text, len(self._numbers))
        return item.text, -1


_Item = ast.AST | _Leaf | _Field


def _children(item: _Item) -> Iterator[_Item]:
    """Give what hangs below a node: of a definition, the declaration first, then the body."""
    if isinstance(item, _Leaf):
        return
    if isinstance(item, _Field):
        yield from item.children
        return
    if isinstance(item, ast.Constant):
        yield _Leaf(f"{type(item.value).__name__} {item.value!r}", is_name=False)
        return
    names = [name for name in item._fields if name not in _NO_MEANING]
    values = {name: _field_value(item, name) for name in names}
    is_ambiguous = isinstance(item, ast.Slice | ast.arguments)
    has_lists = sum(isinstance(value, list) for value in values.values()) > 1
    for name in sorted(names, key=lambda name: name == "body" and isinstance(item, _DEFINITIONS)):
        children = tuple(_items(item, name, values[name]))
        is_list = isinstance(values[name], list)
        if children and (is_ambiguous or (is_list and (has_lists or name == "body"))):
            yield _Field(name, children)
        else:
            yield from children


def _field_value(node: ast.AST, name: str) -> object:
    """Give what a field holds; of a body, the statements without documentation."""
    value: object = getattr(node, name, None)
    if name != "body" or not isinstance(value, list):
        return value
    is_documented = isinstance(node, (*_DEFINITIONS, ast.Module)) and _is_text(value[:1])
    return value[1:] if is_documented else value


def _is_text(statements: list[ast.stmt]) -> bool:
    return any(
        isinstance(s, ast.Expr)
        and isinstance(s.value, ast.Constant)
        and isinstance(s.value.value, str)
        for s in statements
    )


def _items(node: ast.AST, field: str, value: object) -> Iterator[ast.AST | _Leaf]:
    if not isinstance(value, list):
        value = [] if value is None else [value]
    for item in value:
        if isinstance(item, ast.AST):
            yield item
        else:  # a name, or a gap: a default or key that is not there
            yield _Leaf("nothing" if item is None else str(item), _may_be_variable(node, field))


def _may_be_variable(node: ast.AST, field: str) -> bool:
    """Tell whether a name in this place is a variable's where it is local at all."""
    if isinstance(node, ast.Name | ast.FunctionDef | ast.AsyncFunctionDef):
        return field in ("id", "name")
    return _BINDING_FIELDS.get(type(node)) == field


def _local_names(module: ast.Module) -> frozenset[str]:
    """Name everything that some function, lambda or comprehension binds for itself."""
    found: set[str] = set()
    elsewhere: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(module, False)]
    while waiting:
        node, is_inside = waiting.pop()
        if isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif is_inside:
            found.update(_bound_by(node))
        is_inside = not isinstance(node, ast.ClassDef) and (
            is_inside or isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS))
        )
        waiting.extend((child, is_inside) for child in ast.iter_child_nodes(node))
    return frozenset(found - elsewhere)


def _bound_by(node: ast.AST) -> Iterator[str]:
    """Name what one node binds in the scope that it stands in."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif field := _BINDING_FIELDS.get(type(node)):
        name = getattr(node, field)
        if name is not None:
            yield name
