"""TSED, the published similarity by tree edit distance, to be compared with."""

from apted import APTED
from apted.helpers import Tree
from tree_sitter import Node, Parser

from batdoc.source.graph.grammar import get_grammar


def tsed(one: str, other: str, language: str) -> float:
    """Give 1 - distance / nodes of the larger tree, in [0, 1]."""
    grammar = get_grammar(language)
    assert grammar is not None
    parser = Parser(grammar.load())
    trees = [_tree(parser.parse(code.encode()).root_node) for code in (one, other)]
    distance = APTED(*trees).compute_edit_distance()
    return max(0.0, 1 - float(distance) / max(_size(tree) for tree in trees))


def _tree(node: Node) -> Tree:
    return Tree(node.type, *(_tree(child) for child in node.named_children))


def _size(tree: Tree) -> int:
    return 1 + sum(_size(child) for child in tree.children)
