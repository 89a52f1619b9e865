"""Where the entries of a docstring stand, by lines and columns: a single word can be changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from batdoc.source.styles.sections import EXCEPTION_NAME, Role, Section, indent_of

_NAME = re.compile(r"[\\*]*\w+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range of characters on one line."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """Give the characters."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Located:
    """One entry: a parameter, several that share a description, an exception, a result.

    Attributes:
        role: What it is about.
        section: The lines of the section that holds it, blank ones at the end left out; where a
            style has no headings, its own.
        heading_end: The first line under the section's heading.
        blocks: Its lines; a type in a field of its own has its own range. Blank lines at the end
            are left out.
        names: Each place that spells a name, with stars and escapes.
        types: Each place that spells its type; none where the type takes several lines.
        titles: The words, and the rule under them, that tell a result from what is yielded.
        text: Line and column at which the description starts, or None where there is none.
    """

    role: Role
    section: tuple[int, int]
    heading_end: int
    blocks: tuple[tuple[int, int], ...]
    names: tuple[Mark, ...] = ()
    types: tuple[Mark, ...] = ()
    titles: tuple[Mark, ...] = ()
    text: tuple[int, int] | None = None

    @property
    def start(self) -> int:
        """The first line."""
        return self.blocks[0][0]

    def bare_names(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Give its names without stars and escapes, each once."""
        return tuple(dict.fromkeys(bare(mark.of(lines)) for mark in self.names))

    def moved(self, offset: int, margins: Sequence[int]) -> "Located":
        """Translate from lines whose margins were expanded into the lines as written.

        Args:
            offset: The lines left out at the top.
            margins: By how much each line's margin is longer than as written.
        """

        def mark(old: Mark) -> Mark:
            shift = margins[old.line]
            return Mark(old.line + offset, old.start - shift, old.end - shift)

        return replace(
            self,
            section=(self.section[0] + offset, self.section[1] + offset),
            heading_end=self.heading_end + offset,
            blocks=tuple((start + offset, end + offset) for start, end in self.blocks),
            names=tuple(map(mark, self.names)),
            types=tuple(map(mark, self.types)),
            titles=tuple(map(mark, self.titles)),
            text=self.text and (self.text[0] + offset, self.text[1] - margins[self.text[0]]),
        )


def bare(name: str) -> str:
    """Give a name without stars and escapes."""
    return name.replace("\\", "").lstrip("*")


def numbered(sections: Sequence[Section]) -> Iterator[tuple[int, Section]]:
    """Give each section with its first line; together they hold every line."""
    at = 0
    for section in sections:
        yield at, section
        at += len(section.raw)


def end_of(lines: Sequence[str], start: int, end: int) -> int:
    """Leave blank lines out at the end of a range of lines."""
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end


def text_at(lines: Sequence[str], line: int, column: int, end: int) -> tuple[int, int] | None:
    """Find the first word at or behind a column of a line, or on the lines under it."""
    rest = lines[line][column:]
    if rest.strip():
        return line, column + len(rest) - len(rest.lstrip())
    for at in range(line + 1, end):
        if lines[at].strip():
            return at, len(lines[at]) - len(lines[at].lstrip())
    return None


def block_end(lines: Sequence[str], start: int, end: int) -> int:
    """Find where an entry ends: at a line that stands out as far as its head, behind a blank one.

    Args:
        lines: Of the docstring.
        start: Of the entry.
        end: Where the next entry, or the section's end, is.
    """
    margin = indent_of(lines[start])
    for at in range(start + 1, end):
        if lines[at].strip() and indent_of(lines[at]) <= margin and not lines[at - 1].strip():
            return end_of(lines, start, at)
    return end_of(lines, start, end)


def name_marks(line: int, text: str, span: tuple[int, int]) -> tuple[Mark, ...]:
    """Find each name of `a, *b` in a range of a line's columns."""
    found = _NAME.finditer(text, *span)
    return tuple(Mark(line, *name.span()) for name in found)


def exception_marks(line: int, text: str, span: tuple[int, int]) -> tuple[Mark, ...]:
    """Find each name of "ValueError or `KeyError`" in a range of a line's columns."""
    found = EXCEPTION_NAME.finditer(text, *span)
    return tuple(Mark(line, *name.span(1)) for name in found if name[1] != "or")
