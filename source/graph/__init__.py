"""Code as a graph that renaming, formatting, comments and documentation do not change.

Nodes are syntax with values and called names in their labels; variables have no name here, only
the places where they occur. One reader serves all languages; what they differ in is a table each
(source.grammars).
"""

from dataclasses import dataclass
from functools import lru_cache

from batdoc.source.graph.kinds import kinds_of
from batdoc.source.graph.names import number_variables
from batdoc.source.graph.syntax import read_syntax

VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Graph:
    """A syntax tree in preorder, and which of its nodes are the same variable.

    Attributes:
        labels: Kind of syntax, operator, value or name of each node; `VARIABLE` for a variable.
        parents: Index of each node's parent; -1 for the root. A parent stands before its children.
        variables: Number of the variable that a node mentions, by first mention; -1 for others.
        body: Index of the first node that is not part of the outermost declaration.
        is_capped: The last nodes were left out: there were too many.
    """

    labels: tuple[str, ...]
    parents: tuple[int, ...]
    variables: tuple[int, ...]
    body: int
    is_capped: bool

    def declaration(self) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
        """Give what stands before the body, as a value that can be compared."""
        return self.labels[: self.body], self.parents[: self.body], self.variables[: self.body]


@lru_cache(maxsize=64)  # an original is compared with many rebuilds
def read_graph(code: str, language: str) -> Graph | None:
    """Read code, or give None where it is not valid in its language. Never raises.

    Args:
        code: One definition, or any statements.
        language: Its registry name; one that cannot be read gives None.
    """
    kinds = kinds_of(language)
    syntax = read_syntax(code, kinds) if kinds is not None else None
    if kinds is None or syntax is None:
        return None
    variables = number_variables(syntax, kinds.grammar.capitals_bind)
    labels = (
        label if variable < 0 else VARIABLE
        for label, variable in zip(syntax.labels, variables, strict=True)
    )
    return Graph(
        tuple(labels), tuple(syntax.parents), tuple(variables), syntax.body, syntax.is_capped
    )
