"""Where a definition can be cut off so that what is left ends with a whole statement.

By shape alone, for all languages: a statement begins its line, and is neither in brackets nor part
of a list or of an expression. What a language calls its statements need not be known.
"""

from collections.abc import Iterator
from itertools import accumulate

from tree_sitter import Node

from batdoc.source.graph.kinds import kinds_of
from batdoc.source.graph.tree import find_subject, parse_tree

_OPENING, _CLOSING = {"(", "["}, {")", "]"}
_BEFORE_STATEMENTS = {"{", ":", ";"}  # the tokens that a statement may follow


def borders(code: str, language: str) -> list[int]:
    """Find the places to cut.

    Args:
        code: A definition.
        language: Registry name.

    Returns:
        Lengths of what may be kept, in order: the signature alone first, all of the code last.
        Where the code cannot be read, every line's end.
    """
    ends = [end - 1 for end in accumulate(len(line) + 1 for line in code.split("\n"))]
    rows = _last_rows(code, language)
    if rows is None:
        return ends
    return [*(ends[row] for row in sorted(rows) if row < len(ends) - 1), len(code)]


def _last_rows(code: str, language: str) -> set[int] | None:
    """Give the last line of the signature and of every statement below it."""
    kinds = kinds_of(language)
    hole = parse_tree(code, kinds) if kinds is not None else None
    if kinds is None or hole is None:
        return None
    _, definition = find_subject(hole, kinds)
    body = definition.child_by_field_name("body") if definition is not None else None
    if body is None:
        return None
    source = _source_around(hole)
    first = source[: source.index(code.encode())].count(b"\n")
    header = body.start_point.row - _begins_line(body, source)
    rows = {header, *(node.end_point.row for node in _statements(body, source))}
    return {row - first for row in rows if row >= first}


def _source_around(node: Node) -> bytes:
    while node.parent is not None:
        node = node.parent
    return node.text or b""


def _statements(body: Node, source: bytes) -> Iterator[Node]:
    """Yield what has the shape of a statement; no recursion, for code may be nested without end."""
    stack = [body]
    while stack:
        node = stack.pop()
        if any(child.type == "," for child in node.children):
            continue
        depth = 0
        for child in node.children:
            depth += (child.type in _OPENING) - (child.type in _CLOSING)
            if depth or not child.is_named:
                continue
            stack.append(child)
            if _follows_statement(child) and _begins_line(child, source):
                yield child


def _follows_statement(node: Node) -> bool:
    """Tell whether a node is at a statement's place and no operand."""
    before = node.prev_sibling
    while before is not None and before.is_extra:  # a comment, or a backslash at a line's end
        before = before.prev_sibling
    if before is not None:
        return before.is_named or before.type in _BEFORE_STATEMENTS
    siblings = node.parent.children if node.parent is not None else []
    return all(each.is_named or each.type in _BEFORE_STATEMENTS for each in siblings)


def _begins_line(node: Node, source: bytes) -> bool:
    line = source.rfind(b"\n", 0, node.start_byte) + 1
    return not source[line : node.start_byte].strip()
