"""Code as a graph that renaming, formatting, comments and documentation do not change.

Each language turns its code into one (`Language` files in source.languages, listed below). Nodes
are syntax with values and called names in their labels; variables have no name here, only the
places where they occur.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

MOST_NODES = 2_000
VARIABLE = "variable"

_READERS = {"python": "batdoc.source.languages.python_graph"}


@dataclass(frozen=True, slots=True)
class Graph:
    """A syntax tree in preorder, and which of its nodes are the same variable.

    Attributes:
        labels: Kind of syntax, operator, value or name of each node; `VARIABLE` for a variable.
        parents: Index of each node's parent; -1 for the root. A parent stands before its children.
        variables: Number of the variable that a node mentions, by first mention; -1 for others.
        body: Index of the first node that is not part of the outermost declaration.
        is_capped: Nodes beyond `MOST_NODES` were left out.
    """

    labels: tuple[str, ...]
    parents: tuple[int, ...]
    variables: tuple[int, ...]
    body: int
    is_capped: bool

    def declaration(self) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
        """Give what stands before the body, as a value that can be compared."""
        return self.labels[: self.body], self.parents[: self.body], self.variables[: self.body]


def read_graph(code: str, language: str) -> Graph | None:
    """Read code, or give None where it is not valid in its language.

    Args:
        code: One definition, or any statements.
        language: Its registry name; one that cannot be read gives None.
    """
    if language not in _READERS:
        return None
    read: Callable[[str], Graph | None] = import_module(_READERS[language]).read
    return read(code)
