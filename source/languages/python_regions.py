"""Which statements of a Python file a change touches, and whether they are valid without the rest.

A region is made of whole statements side by side, of the module or of a class. What stands before
and behind it was valid and did not change; so the file is valid if the region is, read at its own
depth: below the headers of the classes that it stands in.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from batdoc.source.errors import ParseError
from batdoc.source.languages.python_place import colon_of
from batdoc.source.languages.python_syntax import syntax_tree

_BLANK = b" \t\f"


@dataclass(frozen=True, slots=True)
class Change:
    """The bytes that differ: `before[start:end]` became `after[start:new_end]`."""

    start: int
    end: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Region:
    """Whole statements, with the lines between them and the statement that follows.

    Attributes:
        start: The start of the first one's line.
        end: The start of the line of the statement behind the last one, before the change.
        depth: How many classes are around the first one.
        end_depth: How many are around the statement that follows.
        head: What must stand above for the region to be read alone.
        has_own_start: The change leaves the first token as it is.
    """

    start: int
    end: int
    depth: int
    end_depth: int
    head: bytes
    has_own_start: bool

    def is_valid(self, text: bytes) -> bool:
        """Tell whether Python can read what the region became, and nothing ends a class early.

        Args:
            text: What stands in the region now.
        """
        try:
            body = syntax_tree(self.head + text).body
        except ParseError:
            return False
        for _ in range(self.end_depth):
            if len(body) != 1:
                return False
            body = _body_of(body[0])
        return True

    def denies(self, rest: bytes) -> bool:
        """Tell whether the whole file is invalid for certain.

        Args:
            rest: What stands from the region's start to the end of the file now.
        """
        if not self.has_own_start:
            return False  # it could go on what stands before it
        try:
            syntax_tree(self.head + rest)
        except ParseError:
            return True
        return False


def _body_of(statement: ast.stmt) -> list[ast.stmt]:
    return statement.body if isinstance(statement, ast.ClassDef) else []


def changed(before: bytes, after: bytes) -> Change | None:
    """Find the one place outside of which two texts are the same; None if they are everywhere."""
    if before == after:
        return None
    start = _common_start(before, after)
    tail = _common_start(before[start:][::-1], after[start:][::-1])
    return Change(start, len(before) - tail, len(after) - tail)


def _common_start(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def regions(root: Node, source: bytes, change: Change) -> Iterator[Region]:
    """Give the regions that hold a change, the smallest one first.

    Args:
        root: Of the file's tree before the change.
        source: The file before the change.
        change: What became of it.
    """
    around = _around(root, source, change.start)
    blocks = [node.parent or root for node in around] or [root]
    depth = len(blocks) - 1
    first = around[-1] if around else None
    start = first.start_byte - len(_margin(source, first) or b"") if first else 0
    is_second = first is not None and _before(first.prev_named_sibling, source) is not None
    for end, end_depth in _ends(blocks, source, change.end):
        has_others = depth > 0 and (is_second or end_depth == depth)
        head = _head(around, source, has_others)
        has_own_start = first is not None and _first_token_end(first) < change.start
        yield Region(start, end, depth, end_depth, head, has_own_start)


def _around(root: Node, source: bytes, at: int) -> list[Node]:
    """Give the last statement before a place, and the classes around it, outermost first."""
    found: list[Node] = []
    block: Node | None = root
    while block is not None:
        last = _child_at(block, at) or _last_child(block)
        while last is not None and last.start_byte >= at:
            last = last.prev_sibling
        statement = _before(last, source)
        if statement is None:
            break
        found.append(statement)
        block = _class_block(statement, source)
    return found


def _child_at(block: Node, at: int) -> Node | None:
    """Give the first child that ends behind a place."""
    cursor = block.walk()  # Node.first_child_for_byte ends the process where there is none
    return cursor.node if cursor.goto_first_child_for_byte(at) is not None else None


def _last_child(block: Node) -> Node | None:
    cursor = block.walk()
    return cursor.node if cursor.goto_last_child() else None


def _before(node: Node | None, source: bytes) -> Node | None:
    """Give the first of a node and those before it that is a statement and begins its line."""
    while node is not None and not _begins_line(node, source):
        node = node.prev_sibling
    return node


def _begins_line(node: Node, source: bytes) -> bool:
    is_statement = node.is_named and node.type != "comment"
    return is_statement and _margin(source, node) is not None


def _margin(source: bytes, node: Node) -> bytes | None:
    """Give the white space before a node on its line; None where something else is there."""
    start = max(source.rfind(b"\n", 0, node.start_byte), source.rfind(b"\r", 0, node.start_byte))
    margin = source[start + 1 : node.start_byte]
    return None if margin.strip(_BLANK) else margin


def _class_block(statement: Node, source: bytes) -> Node | None:
    """Give the body of a class that begins on a line of its own."""
    inner = statement.child_by_field_name("definition")
    definition = inner if inner is not None else statement
    body = definition.child_by_field_name("body")
    if definition.type != "class_definition" or body is None or not body.child_count:
        return None
    gap = source[colon_of(definition).end_byte : body.start_byte]
    return body if b"\n" in gap and b"\\\n" not in gap else None


def _ends(blocks: list[Node], source: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Give where statements begin that stand behind a place, and how deep they stand."""
    for depth, block in reversed([*enumerate(blocks)]):
        node = _child_at(block, at)
        while node is not None:
            if _begins_line(node, source):
                start = node.start_byte - len(_margin(source, node) or b"")
                if start > at:
                    yield start, depth
            node = node.next_sibling
    yield len(source), 0


def _head(around: list[Node], source: bytes, has_others: bool) -> bytes:
    """Spell the classes around a region, and a statement for those beside it."""
    margins = [_margin(source, node) or b"" for node in around]
    lines = [margin + b"class _:\n" for margin in margins[:-1]]
    others = [margins[-1] + b"pass\n"] if has_others else []
    return b"".join([*lines, *others])


def _first_token_end(node: Node) -> int:
    cursor = node.walk()
    while cursor.goto_first_child():
        pass
    assert cursor.node is not None
    return cursor.node.end_byte
