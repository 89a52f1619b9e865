"""Python's declarations for a checker, from the syntax tree that Python itself makes.

Nothing of a body is read before it is asked for: of most functions, a checker asks no more than
whether there is a docstring.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, get_args

from batdoc.source.signature import Parameter, ParameterKind, Signature
from batdoc.source.units import UnitKind

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef
OVERLOADS = frozenset({"overload", "setter", "deleter"})
PROPERTIES = frozenset({"property", "cached_property", "abstractproperty", "getter"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_BLOCKS = {
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.TryStar: ("body", "handlers", "orelse", "finalbody"),
    ast.ExceptHandler: ("body",),
    ast.Match: ("cases",),
    ast.match_case: ("body",),
}
_HOLDERS = frozenset({*_BLOCKS, *get_args(Definition)})


class _Scope(NamedTuple):
    """What definitions stand in.

    Attributes:
        prefix: Of their qualified names.
        is_class: They are members of a class.
        is_function: A function is somewhere around them.
        is_private: A name around them is private.
    """

    prefix: str = ""
    is_class: bool = False
    is_function: bool = False
    is_private: bool = False


_MODULE = _Scope()


class _Source:
    """A file that is taken apart into lines when the first one is asked for."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    @cached_property
    def lines(self) -> list[bytes]:
        return self._text.splitlines(keepends=True)


class PythonOutline:
    """One definition; see `batdoc.source.outline.Outline`.

    Args:
        node: Of the syntax tree.
        scope: Where it stands.
        source: The file, which positions in the tree refer to.
    """

    language = "python"

    def __init__(self, node: Definition, scope: _Scope, source: "_Source") -> None:
        self.node = node
        self.name = node.name
        self.qualified_name = scope.prefix + node.name
        self.is_nested = scope.is_function
        self.is_private = scope.is_private or is_private(node.name)
        self.declared_at = node.lineno
        self._decorators = [last_name(each) for each in node.decorator_list]
        self.is_overload = not OVERLOADS.isdisjoint(self._decorators)
        self.kind = self._kind(scope)
        self._in_class = scope.is_class
        self._source = source
        text = documentation(node.body)
        self.docstring = inspect.cleandoc(text) if text is not None else None

    def _kind(self, scope: _Scope) -> UnitKind:
        if isinstance(self.node, ast.ClassDef):
            return UnitKind.CLASS
        if not scope.is_class:
            return UnitKind.FUNCTION
        is_method = PROPERTIES.isdisjoint(self._decorators)
        return UnitKind.METHOD if is_method else UnitKind.PROPERTY

    @property
    def is_stub(self) -> bool:
        """The body does nothing yet."""
        body = self.node.body
        code = body[1:] if documentation(body) is not None else body
        return not isinstance(self.node, ast.ClassDef) and all(map(_does_nothing, code))

    @cached_property
    def signature(self) -> Signature:
        """Parameters and results; a class has the parameters of its `__init__`."""
        if isinstance(self.node, ast.ClassDef):
            return Signature(self._of_init(self.node), None, False, False, (), False)
        has_receiver = self._in_class and "staticmethod" not in self._decorators
        yields = self._yields()
        returns = self.node.returns
        return Signature(
            parameters=self._parameters(self.node, has_receiver),
            returns=self._text(returns) if returns is not None else None,
            returns_value=not yields and any(map(returns_value, own_statements(self.node.body))),
            yields=yields,
            raises=tuple(dict.fromkeys(_raised(self.node.body))),
            is_async=isinstance(self.node, ast.AsyncFunctionDef),
        )

    def _of_init(self, node: ast.ClassDef) -> tuple[Parameter, ...]:
        scope = _Scope(is_class=True)
        members = [PythonOutline(n, scope, self._source) for n in definitions_in(node.body)]
        inits = [m for m in members if m.name == "__init__" and not m.is_overload]
        return inits[-1].signature.parameters if inits else ()

    def _yields(self) -> bool:
        lines = self._source.lines[self.node.lineno - 1 : self.node.end_lineno]
        if not any(b"yield" in line for line in lines):
            return False
        return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(self.node.body))

    def _parameters(self, node: Function, has_receiver: bool) -> tuple[Parameter, ...]:
        listed = list(self._listed(node.args))
        positional = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
        starts_with_receiver = has_receiver and bool(listed) and listed[0].kind in positional
        return tuple(listed[1:] if starts_with_receiver else listed)

    def _listed(self, given: ast.arguments) -> Iterator[Parameter]:
        plain = [(each, ParameterKind.POSITIONAL_ONLY) for each in given.posonlyargs]
        plain += [(each, ParameterKind.POSITIONAL) for each in given.args]
        defaults = [*[None] * (len(plain) - len(given.defaults)), *given.defaults]
        for (each, kind), default in zip(plain, defaults, strict=True):
            yield self._parameter(each, kind, default)
        if given.vararg:
            yield self._parameter(given.vararg, ParameterKind.VARIADIC, None)
        for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            yield self._parameter(each, ParameterKind.KEYWORD_ONLY, default)
        if given.kwarg:
            yield self._parameter(given.kwarg, ParameterKind.KEYWORD_VARIADIC, None)

    def _parameter(self, each: ast.arg, kind: ParameterKind, default: ast.expr | None) -> Parameter:
        annotation = self._text(each.annotation) if each.annotation is not None else None
        return Parameter(
            name=each.arg,
            kind=kind,
            annotation=textwrap.dedent(annotation) if annotation is not None else None,
            default=self._text(default) if default is not None else None,
        )

    def _text(self, node: ast.expr) -> str:
        """Give an expression as written, parentheses around it left out."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self._source.lines[first : last + 1]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode("utf-8", "replace")


def outlines(tree: ast.Module, source: bytes) -> list[PythonOutline]:
    """Find every function, method, property and class of a file, in source order.

    Args:
        tree: Of the source.
        source: UTF-8 without a byte order mark.
    """
    whole = _Source(source)
    found: list[PythonOutline] = []
    # Only what can hold a definition is looked at: most statements are simple.
    waiting: list[tuple[ast.AST, _Scope]] = [
        (node, _MODULE) for node in reversed(tree.body) if type(node) in _HOLDERS
    ]
    while waiting:
        node, scope = waiting.pop()
        if isinstance(node, Definition):
            outline = PythonOutline(node, scope, whole)
            found.append(outline)
            scope = _scope_in(outline, scope)
            inside: Sequence[ast.AST] = node.body
        else:
            inside = blocks(node)
        waiting += [(child, scope) for child in reversed(inside) if type(child) in _HOLDERS]
    return found


def _scope_in(outline: PythonOutline, around: _Scope) -> _Scope:
    if outline.kind is UnitKind.CLASS:
        prefix = f"{outline.qualified_name}."
        return _Scope(prefix, True, around.is_function, outline.is_private)
    return _Scope(f"{outline.qualified_name}.<locals>.", False, True, outline.is_private)


def blocks(node: ast.AST) -> list[ast.AST]:
    """Give the statements, handlers and cases right inside a compound statement."""
    fields = _BLOCKS.get(type(node), ())
    return [child for field in fields for child in getattr(node, field)]


def definitions_in(body: Iterable[ast.AST]) -> Iterator[Definition]:
    """Give the definitions among statements, in source order, without those inside them."""
    return (node for node in own_statements(body) if isinstance(node, Definition))


def own_statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk statements in source order, without what definitions among them hold."""
    waiting = [*body][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(blocks(node))


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk all nodes of statements, without those of nested definitions and lambdas."""
    waiting = [*body]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, _SCOPES):
            yield node
            waiting += ast.iter_child_nodes(node)


def documentation(body: Sequence[ast.stmt]) -> str | None:
    """Give the value of the docstring that a body starts with, or None."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        value = first.value.value
        return value if isinstance(value, str) else None
    return None


def returns_value(node: ast.AST) -> bool:
    """Tell whether a statement returns something other than None."""
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    return not (isinstance(node.value, ast.Constant) and node.value.value is None)


def last_name(expression: ast.expr) -> str:
    """Name what an expression calls or refers to, by the last part of its dotted name."""
    while isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return ast.unparse(expression).rsplit(".", 1)[-1]


def is_private(name: str) -> bool:
    """Tell whether a name starts with an underscore and is no dunder."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise) and statement.exc is not None:
        return last_name(statement.exc) == "NotImplementedError"
    is_dots = isinstance(statement, ast.Expr) and (
        isinstance(statement.value, ast.Constant) and statement.value.value is Ellipsis
    )
    return is_dots or isinstance(statement, ast.Pass)


def _raised(body: Iterable[ast.AST]) -> Iterator[str]:
    """Name the exception classes that statements raise, dotted names as written."""
    for node in own_statements(body):
        if not isinstance(node, ast.Raise) or node.exc is None:
            continue
        name = _dotted(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if name and name.rsplit(".", 1)[-1].lstrip("_")[:1].isupper():
            yield name


def _dotted(expression: ast.expr) -> str:
    """Spell a dotted name; of anything else, give ''."""
    if isinstance(expression, ast.Attribute):
        value = _dotted(expression.value)
        return f"{value}.{expression.attr}" if value else ""
    return expression.id if isinstance(expression, ast.Name) else ""
