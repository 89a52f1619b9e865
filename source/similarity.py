"""How alike two pieces of code are: the heart of the training reward.

Four views of a graph are compared as multisets, each by the share that both have (Dice). All of
them are blind to formatting, comments, documentation and the names of variables; all of them see
values, called names and which mention of a variable follows which. Unrelated code has much in
common in every view, so the blend is rescaled until unrelated code stands near 0.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from batdoc.source.graph import VARIABLE, Graph, read_graph

# Chosen on HumanEvalPack's Python and JavaScript functions: benchmarks/reward.py --tune.
_WEIGHTS = {"values": 0.35, "shapes": 0.25, "tokens": 0.05, "flow": 0.35}
_UNRELATED = 0.12
_ALMOST = 0.99  # the most that code which differs in anything can have
_WINDOW = 4
_EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Similarity:
    """How alike two pieces of code are.

    Attributes:
        value: From 0.0 (unrelated, or not valid code) to 1.0 (equal but for the names of local
            variables and of the function itself, formatting, comments, documentation, and
            decorators of the whole).
        parts: The views before rescaling: values, shapes, tokens, flow; empty where one text is
            not valid.
        nodes: Of the larger graph.
        is_capped: A text was so long that only its beginning was compared.
    """

    value: float
    parts: Mapping[str, float]
    nodes: int
    is_capped: bool


def similarity(original: str, rebuilt: str, language: str) -> Similarity:
    r"""Compare two pieces of code; the order does not matter.

    A declaration that both share is left out of the comparison, as it was given to whoever
    rebuilt the code. Never raises.

    Args:
        original: One definition, or any statements.
        rebuilt: The same, written again.
        language: Registry name of both.

    Examples:
        >>> similarity("def f(x): return x + 1", "def f(n):\n    return n + 1", "python").value
        1.0
        >>> similarity("def f(x): return x + 1", "def f(x): return x +", "python").value
        0.0
    """
    one, other = read_graph(original, language), read_graph(rebuilt, language)
    if one is None or other is None:
        return Similarity(0.0, {}, 0, False)
    start = _first_to_compare(one, other)
    left, right = _views(one, start), _views(other, start)
    parts = {name: _dice(left[name], right[name]) for name in _WEIGHTS}
    blend = sum(weight * parts[name] for name, weight in _WEIGHTS.items())
    is_capped = one.is_capped or other.is_capped
    is_equal = (one.labels, one.parents, one.variables) == (
        other.labels,
        other.parents,
        other.variables,
    )
    rescaled = max(0.0, (blend - _UNRELATED) / (1 - _UNRELATED))
    value = 1.0 if is_equal and not is_capped else min(rescaled, _ALMOST)
    return Similarity(value, parts, max(len(one.labels), len(other.labels)), is_capped)


def _first_to_compare(one: Graph, other: Graph) -> int:
    return one.body if one.declaration() == other.declaration() else 0


def _views(graph: Graph, start: int) -> dict[str, Counter[Hashable]]:
    """Describe the nodes from `start` on, in four ways."""
    children: list[list[int]] = [[] for _ in graph.labels]
    for node, parent in enumerate(graph.parents):
        if parent >= 0:
            children[parent].append(node)
    leaves = [i for i in range(start, len(graph.labels)) if not children[i]]
    return {
        "values": Counter(graph.labels[i] for i in leaves if graph.labels[i] != VARIABLE),
        "shapes": Counter(_shapes(graph, children, start)),
        "tokens": Counter(_windows(graph, leaves)),
        "flow": Counter(_flow(graph, children, start)),
    }


def _shapes(graph: Graph, children: list[list[int]], start: int) -> Iterator[Hashable]:
    """Give every node with its children, and with its grandchildren."""
    near = [
        (label, *(graph.labels[child] for child in children[node]))
        for node, label in enumerate(graph.labels)
    ]
    for node in range(start, len(graph.labels)):
        if children[node]:
            yield near[node]
            yield (graph.labels[node], *(near[child] for child in children[node]))


def _windows(graph: Graph, leaves: list[int]) -> Iterator[Hashable]:
    """Give every few neighbouring leaves; variables are numbered anew in each window."""
    tokens: list[str | int] = [_EDGE]
    for leaf in leaves:
        variable = graph.variables[leaf]
        tokens.append(graph.labels[leaf] if variable < 0 else variable)
    tokens.append(_EDGE)
    for at in range(max(1, len(tokens) - _WINDOW + 1)):
        window = tokens[at : at + _WINDOW]
        numbers: dict[int, int] = {}
        yield tuple(
            [numbers.setdefault(t, len(numbers)) if isinstance(t, int) else t for t in window]
        )


def _flow(graph: Graph, children: list[list[int]], start: int) -> Iterator[Hashable]:
    """Give each mention of a variable together with the mention before it."""
    last: dict[int, Hashable] = defaultdict(lambda: _EDGE)
    for node, variable in enumerate(graph.variables):
        if variable < 0:
            continue
        place = _place(graph, children, node)
        if node >= start:
            yield last[variable], place
        last[variable] = place


def _place(graph: Graph, children: list[list[int]], node: int) -> Hashable:
    """Tell where a mention stands: below which syntax, at which position, two levels up."""
    parent = graph.parents[node]
    if parent < 0:
        return _EDGE
    above = graph.parents[parent]
    position = children[above].index(parent) if above >= 0 else 0
    return graph.labels[above] if above >= 0 else _EDGE, graph.labels[parent], position


def _dice(one: Counter[Hashable], other: Counter[Hashable]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0
