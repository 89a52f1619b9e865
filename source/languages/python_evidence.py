"""Python's evidence for a checker: decorators, stubs, caught exceptions and comments."""

import ast
import builtins
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from batdoc.source.evidence import Evidence
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
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class PythonWitness:
    """See `batdoc.source.evidence.Witness`."""

    def evidence(self, unit: CodeUnit) -> Evidence:
        """Read one unit."""
        node, line = _definition(unit.code)
        decorators = {_last_name(decorator) for decorator in node.decorator_list}
        is_abstract = unit.is_stub or any(name.startswith("abstract") for name in decorators)
        own = list(_own_nodes(node.body))
        return Evidence(
            declared_at=unit.lines[0] + line - 1,
            is_wrapped=not decorators <= _TRANSPARENT,
            is_open=unit.signature.returns is None
            and (is_abstract or isinstance(node.body[-1], ast.Raise)),
            is_abstract=is_abstract,
            returns_value=any(_returns_value(each) for each in own),
            escaping=frozenset(_escaping(node.body, ())),
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
        text = source.decode("utf-8", "replace")
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        except (tokenize.TokenError, SyntaxError):
            return {}
        return {t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT}


_WITNESS = PythonWitness()


def make(_: str) -> PythonWitness:
    """Give the witness of Python, the only language that this file reads."""
    return _WITNESS


def _definition(code: str) -> tuple[_Function | ast.ClassDef, int]:
    """Parse a unit's code; give its definition and the line of its keyword, from 1."""
    before = 0
    if code[:1] in " \t":  # a string that starts at the margin keeps code from being dedented
        code, before = f"if 1:\n{code}", 1
    tree: ast.AST = ast.parse(code)
    found = next(node for node in ast.walk(tree) if isinstance(node, _Function | ast.ClassDef))
    return found, found.lineno - before


def _last_name(decorator: ast.expr) -> str:
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return ast.unparse(decorator).rsplit(".", 1)[-1]


def _own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Walk statements without what nested definitions do."""
    for node in body:
        if not isinstance(node, _SCOPES):
            yield node
            yield from _own_nodes(ast.iter_child_nodes(node))


def _returns_value(node: ast.AST) -> bool:
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    return not (isinstance(node.value, ast.Constant) and node.value.value is None)


def _escaping(body: Iterable[ast.AST], caught: tuple[str, ...]) -> Iterator[str]:
    """Name the exceptions that statements raise and no `try` around them catches.

    Args:
        body: The statements.
        caught: Names that those around them catch.
    """
    for node in body:
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = _last_name(node.exc)
            if not any(_may_be_kind_of(name, general) for general in caught):
                yield name
        elif isinstance(node, ast.Try | ast.TryStar):
            yield from _escaping(node.body, (*caught, *_caught_by(node)))
            yield from _escaping((*node.handlers, *node.orelse, *node.finalbody), caught)
        else:
            yield from _escaping(ast.iter_child_nodes(node), caught)


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
            yield from map(_last_name, handler.type.elts)
        else:
            yield _last_name(handler.type)
