"""Bytes to the client's positions and back: the one place that knows about column units.

batdoc counts UTF-8 bytes from the start of a document. A client counts lines, and columns in the
unit that it agreed on. The two never mix: one is a `ByteOffset`, the other a `ClientPosition`.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import NewType

from batdoc.source.units import ByteSpan

ByteOffset = NewType("ByteOffset", int)


class ColumnUnit(Enum):
    """What a client counts columns in; the values are the protocol's names."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True)
class ClientPosition:
    """A line and a column as the client counts them, both from 0."""

    line: int
    column: int


def has_certain_lines(source: bytes) -> bool:
    """Tell whether all editors see the same lines in a text.

    The protocol has a carriage return alone end a line; some editors show it within one.
    """
    return b"\r" not in source or source.count(b"\r") == source.count(b"\r\n")


class Positions:
    """Converts the positions of one text.

    Lines end where the protocol says: form feeds and Unicode's other separators end none.

    Args:
        source: UTF-8.
        unit: What the client counts columns in.
    """

    def __init__(self, source: bytes, unit: ColumnUnit) -> None:
        self._source = source
        self._unit = unit
        # Of bytes, splitlines knows the protocol's newlines and no others.
        lines = source.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, lines))]
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            self._starts.pop()

    def client(self, offset: ByteOffset) -> ClientPosition:
        """Give the client's position of a byte between two characters."""
        line = bisect_right(self._starts, offset) - 1
        before = self._source[self._starts[line] : offset]
        return ClientPosition(line, self._columns(before))

    def offset(self, position: ClientPosition) -> ByteOffset:
        """Give the byte at a client's position.

        Columns behind the end of a line mean its end, lines behind the last one the end of the
        text, and a column inside a character the character's start.
        """
        line = self.line(position.line)
        text = self._source[line.start : line.end]
        return ByteOffset(line.start + self._bytes(text, position.column))

    def holds(self, position: ClientPosition) -> bool:
        """Tell whether a position is in the text, and between two characters."""
        return self.client(self.offset(position)) == position

    def line(self, number: int) -> ByteSpan:
        """Give a line without its newline; lines behind the last one are empty."""
        if number >= len(self._starts):
            return ByteSpan(len(self._source), len(self._source))
        start, *rest = self._starts[number : number + 2]
        text = self._source[start : rest[0] if rest else None]
        return ByteSpan(start, start + len(text.rstrip(b"\r\n")))

    def _columns(self, before: bytes) -> int:
        if self._unit is ColumnUnit.UTF8 or before.isascii():
            return len(before)
        text = before.decode("utf-8")
        return sum(self._width(character) for character in text)

    def _bytes(self, line: bytes, columns: int) -> int:
        if line.isascii():
            return min(columns, len(line))
        left, used = columns, 0
        for character in line.decode("utf-8"):
            left -= self._width(character)
            if left < 0:
                break
            used += len(character.encode())
        return used

    def _width(self, character: str) -> int:
        if self._unit is ColumnUnit.UTF8:
            return len(character.encode())
        is_pair = self._unit is ColumnUnit.UTF16 and ord(character) > 0xFFFF
        return 2 if is_pair else 1
