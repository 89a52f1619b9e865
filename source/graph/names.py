"""Tells which names are variables', and which mentions are of the same one."""

from collections import defaultdict
from collections.abc import Iterable

from batdoc.source.graph.kinds import Binding, Scope
from batdoc.source.graph.syntax import Mention, Syntax

_STRONG = (Binding.BIND, Binding.HOIST, Binding.DECLARE)


def number_variables(syntax: Syntax, capitals_bind: bool) -> list[int]:
    """Give the number of the variable that each node mentions, by first mention; -1 for others.

    Args:
        syntax: Where they are mentioned.
        capitals_bind: A name that starts with a capital letter may be a variable's.
    """
    names = _Names(syntax, capitals_bind)
    numbers: dict[tuple[int, str], int] = {}
    result = [-1] * len(syntax.labels)
    for mention in syntax.mentions:
        scope = names.scope_of(mention)
        if scope >= 0:
            result[mention.node] = numbers.setdefault((scope, mention.name), len(numbers))
    return result


class _Names:
    """The names that are bound in each scope."""

    def __init__(self, syntax: Syntax, capitals_bind: bool) -> None:
        self._scopes = syntax.scopes
        self._bound: dict[int, set[str]] = defaultdict(set)
        may_bind = [m for m in syntax.mentions if capitals_bind or not m.name[:1].isupper()]
        self._bind(m for m in may_bind if m.binding in _STRONG)
        for mention in syntax.mentions:
            if mention.binding is Binding.FREE:
                self._bound[self._function_around(mention.scope)].discard(mention.name)
        self._bind(
            m for m in may_bind if m.binding is Binding.ASSIGN and self._find(m.name, m.scope) < 0
        )

    def scope_of(self, mention: Mention) -> int:
        """Give the scope in which a mentioned name is bound, or -1."""
        scope = 0 if mention.binding is Binding.FIXED else mention.scope
        return self._find(mention.name, scope)

    def _find(self, name: str, scope: int) -> int:
        while scope >= 0 and name not in self._bound[scope]:
            scope = self._scopes[scope][0]
        return scope

    def _bind(self, mentions: Iterable[Mention]) -> None:
        for mention in mentions:
            scope = self._owner(mention)
            if self._scopes[scope][1] is not Scope.CLASS:
                self._bound[scope].add(mention.name)

    def _owner(self, mention: Mention) -> int:
        if mention.binding is Binding.HOIST:
            return self._function_around(mention.scope)
        if mention.binding is Binding.DECLARE:
            return max(0, self._scopes[self._function_around(mention.scope)][0])
        return mention.scope

    def _function_around(self, scope: int) -> int:
        while scope > 0 and self._scopes[scope][1] is Scope.BLOCK:
            scope = self._scopes[scope][0]
        return scope
