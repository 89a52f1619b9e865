"""Python's evidence for a checker: decorators, stubs, caught exceptions and comments."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping

from batdoc.source.evidence import Evidence
from batdoc.source.languages.python_comments import comments
from batdoc.source.languages.python_outline import (
    Definition,
    PythonOutline,
    blocks,
    definitions_in,
    last_name,
    own_statements,
    returns_value,
)
from batdoc.source.outline import Outline
from batdoc.source.units import CodeUnit, UnitKind

# Decorators behind which a function returns what its body returns.
_TRANSPARENT = frozenset(
    {
        "abstractclassmethod",
        "abstractmethod",
        "abstractproperty",
        "abstractstaticmethod",
        "cache",
        "cached_property",
        "classmethod",
        "deprecated",
        "final",
        "getter",
        "lru_cache",
        "override",
        "property",
        "singledispatch",
        "singledispatchmethod",
        "staticmethod",
        "wraps",
    }
)
_RECEIVERS = frozenset({"self", "cls"})


class PythonWitness:
    """See `batdoc.source.evidence.Witness`."""

    def evidence(self, unit: Outline) -> Evidence:
        """Read one unit."""
        node = unit.node if isinstance(unit, PythonOutline) else _definition(unit)
        decorators = {last_name(decorator) for decorator in node.decorator_list}
        is_abstract = unit.is_stub or any(name.startswith("abstract") for name in decorators)
        return Evidence(
            is_wrapped=not decorators <= _TRANSPARENT,
            is_open=unit.signature.returns is None
            and (is_abstract or isinstance(node.body[-1], ast.Raise)),
            is_abstract=is_abstract,
            returns_value=any(map(returns_value, own_statements(node.body))),
            escaping=frozenset(_escaping(node.body)),
            implicit=_RECEIVERS if unit.kind is UnitKind.FUNCTION else frozenset(),
        )

    def is_kind_of(self, name: str, general: str) -> bool:
        """Tell whether a built-in exception is another built-in one, or all that can be."""
        if name == general or general in ("Exception", "BaseException"):
            return True
        one, other = _built_in(name), _built_in(general)
        return one is not None and other is not None and issubclass(one, other)

    def comments(self, source: bytes) -> Mapping[int, str]:
        """Give a file's comments by line, from 1."""
        return comments(source)


_WITNESS = PythonWitness()


def make(_: str) -> PythonWitness:
    """Give the witness of Python, the only language that this file reads."""
    return _WITNESS


def _definition(unit: Outline) -> Definition:
    """Parse a unit's code; give its definition."""
    assert isinstance(unit, CodeUnit)
    code = unit.code
    if code[:1] in " \t":  # a string that starts at the margin keeps code from being dedented
        code = f"if 1:\n{code}"
    return next(definitions_in(ast.parse(code).body))


def _escaping(body: Iterable[ast.AST]) -> Iterator[str]:
    """Name the exceptions that statements raise and no `try` around them catches."""
    waiting: list[tuple[ast.AST, tuple[str, ...]]] = [(node, ()) for node in body]
    while waiting:
        node, caught = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = last_name(node.exc)
            if not any(_may_be_kind_of(name, general) for general in caught):
                yield name
        if isinstance(node, ast.Try | ast.TryStar):
            waiting += [(n, (*caught, *_caught_by(node))) for n in node.body]
            waiting += [(n, caught) for n in (*node.handlers, *node.orelse, *node.finalbody)]
        else:
            waiting += [(n, caught) for n in blocks(node)]


def _may_be_kind_of(name: str, general: str) -> bool:
    """Tell whether one exception may be another; nothing is known of those not built in."""
    is_known = _built_in(name) is not None and _built_in(general) is not None
    return not is_known or _WITNESS.is_kind_of(name, general)


def _built_in(name: str) -> type | None:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) else None


def _caught_by(node: ast.Try | ast.TryStar) -> Iterator[str]:
    for handler in node.handlers:
        if handler.type is None:
            yield "BaseException"
        elif isinstance(handler.type, ast.Tuple):
            yield from map(last_name, handler.type.elts)
        else:
            yield last_name(handler.type)
