"""What the bodies of definitions do: results, exceptions and calls, each told to its owner."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

NOBODY = -1


@dataclass(slots=True)
class Facts:
    """What a definition's own body does, nested definitions left out.

    Attributes:
        returns_value: It returns something.
        yields: It yields.
        raises: Names that it raises, in source order, each once.
        calls: Names that it calls, the same.
    """

    returns_value: bool = False
    yields: bool = False
    raises: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


class Owners:
    """Finds the innermost range that holds a byte.

    Args:
        ranges: Start, end and owner of each, by start; they nest, or do not touch.
    """

    def __init__(self, ranges: Iterable[tuple[int, int, int]]) -> None:
        self._edges: list[int] = []
        self._owners: list[int] = []
        open_: list[tuple[int, int]] = []
        for start, end, owner in ranges:
            while open_ and open_[-1][0] <= start:
                self._close(open_)
            self._edges.append(start)
            self._owners.append(owner)
            open_.append((end, owner))
        while open_:
            self._close(open_)

    def _close(self, open_: list[tuple[int, int]]) -> None:
        end, _ = open_.pop()
        self._edges.append(end)
        self._owners.append(open_[-1][1] if open_ else NOBODY)

    def __call__(self, at: int) -> int:
        """Give the owner, or `NOBODY`."""
        index = bisect_right(self._edges, at)
        return self._owners[index - 1] if index else NOBODY


@dataclass(frozen=True, slots=True)
class Readers:
    """How a language reads the statements that facts come from.

    Attributes:
        returned: Tells whether a return statement returns something.
        raised: Names what a raise statement raises, or ''.
        called: Names what a call calls, or ''.
    """

    returned: Callable[[Node], bool]
    raised: Callable[[Node], str]
    called: Callable[[Node], str]


def collect_facts(
    bodies: Sequence[tuple[int, int, int]],
    captures: Mapping[str, Sequence[Node]],
    readers: Readers,
) -> dict[int, Facts]:
    """Give each owner what its body does.

    Args:
        bodies: Start, end and owner of each definition's body, by start.
        captures: Nodes named `return`, `yield`, `raise`, `call`; and `scope`: functions without a
            name of their own, whose results are not those of the function around them.
        readers: Of the language.
    """
    facts: dict[int, Facts] = defaultdict(Facts)
    named = {(start, end) for start, end, _ in bodies}
    scopes = [
        (n.start_byte, n.end_byte, NOBODY)
        for n in captures.get("scope", ())
        if (n.start_byte, n.end_byte) not in named
    ]
    own, calling = Owners(sorted([*bodies, *scopes])), Owners(bodies)
    for node in captures.get("return", ()):
        if readers.returned(node):
            facts[own(node.start_byte)].returns_value = True
    for node in captures.get("yield", ()):
        facts[own(node.start_byte)].yields = True
    for node in _in_order(captures.get("raise", ())):
        _add(facts[own(node.start_byte)].raises, readers.raised(node))
    for node in _in_order(captures.get("call", ())):
        _add(facts[calling(node.start_byte)].calls, readers.called(node))
    return facts


def _in_order(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.start_byte, node.end_byte))


def _add(names: list[str], name: str) -> None:
    if name and name not in names:
        names.append(name)
