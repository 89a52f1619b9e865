"""Puts merged lines into a file so that the bytes of every other line stay as they are.

Quotes, comment marks, tabs, escapes and white space at the ends of lines are a person's, too. The
changed lines are written into the documentation as it stands, and the result is read again: it
must say exactly what it should. Only documentation that batdoc would spell as it stands is spelled
anew; any other is left alone.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from batdoc.source.edits import Edit, apply_edits, digest
from batdoc.source.errors import InputError
from batdoc.source.language import Language
from batdoc.source.styles.sections import indent_of
from batdoc.source.units import ByteSpan, CodeUnit

_ROW = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_JOINED_ROW = re.compile(r"((?:\\(?:\r\n|[\s\S])|[^\\\r\n])*)(\r\n|\n|\r|\Z)")  # ends escaped
_MOST_ABOVE = 3  # rows, such as that of the opening mark, before the text

_Row = tuple[str, str]


def merged_edit(
    source: bytes, unit: CodeUnit, lines: Sequence[str], language: Language
) -> Edit | None:
    """Make the edit that gives a documented unit its merged lines; it is not proved yet.

    Args:
        source: The file that `unit` was found in.
        unit: Documented.
        lines: What `merge` gave.
        language: Of the file.

    Returns:
        None where other words would have to be spelled anew.
    """
    assert unit.doc_span is not None
    span = unit.doc_span
    written = source[span.start : span.end]
    for text in dict.fromkeys(_proposals(written.decode(), unit, lines)):
        edit = Edit(span, text.encode(), digest(written))
        if _says(source, edit, unit, lines, language):
            return edit
    old = (unit.docstring or "").split("\n")
    for above in ([], [""]):
        if language.place(source, unit, [*above, *old]).new == written:
            return language.place(source, unit, [*above, *lines])
    return None


def _proposals(written: str, unit: CodeUnit, lines: Sequence[str]) -> Iterator[str]:
    for pattern in (_ROW, _JOINED_ROW):
        for above in range(_MOST_ABOVE):
            text = _Written(written, unit, pattern, above).with_lines(lines)
            if text is not None:
                yield text


def _says(
    source: bytes, edit: Edit, unit: CodeUnit, lines: Sequence[str], language: Language
) -> bool:
    """Tell whether an edit gives the unit exactly these lines, and moves nothing else."""
    try:
        units = language.units(apply_edits(source, [edit]))
    except InputError:
        return False
    span = ByteSpan(edit.span.start, edit.span.start + len(edit.new))
    return any(
        found.doc_span == span
        and _shape((found.docstring or "").split("\n")) == _shape(lines)
        and found.qualified_name == unit.qualified_name
        for found in units
    )


def _shape(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Give indentations and words; between words, a tab's width depends on where it stands."""
    return [(indent_of(line), line.split()) for line in lines]


class _Written:
    """Documentation as it stands in the file, its rows matched with the docstring's lines.

    Args:
        text: With its quotes or comment marks.
        unit: Whose documentation it is.
        pattern: Matches a row and its newline.
        above: The rows before the docstring's first line.
    """

    def __init__(self, text: str, unit: CodeUnit, pattern: re.Pattern[str], above: int) -> None:
        rows = [(row[1], row[2]) for row in pattern.finditer(text)]
        if rows and rows[-1] == ("", ""):
            rows.pop()
        self._old = (unit.docstring or "").split("\n")
        end = above + len(self._old)
        self._above, self._rows, self._below = rows[:above], rows[above:end], rows[end:]
        self._indent = unit.indent

    def with_lines(self, lines: Sequence[str]) -> str | None:
        """Give the text with other lines, or None where the old ones are not found in it."""
        if len(self._rows) < len(self._old):
            return None
        closing = self._closing()
        if closing is None:
            return None
        last, end = self._rows[-1]
        self._rows[-1] = (last.removesuffix(closing), end)
        new = self._changed(lines)
        if not new:
            return None
        newline = next((mark for _, mark in (*self._above, *self._rows) if mark), "\n")
        new = [(row, mark or newline) for row, mark in new]
        new[-1] = (new[-1][0] + closing, end)
        return "".join(row + mark for row, mark in (*self._above, *new, *self._below))

    def _closing(self) -> str | None:
        """Give the marks that close the documentation on its last line, or None if not found."""
        last, text = self._rows[-1][0], self._old[-1].strip()
        at = last.rfind(text)
        if at < 0:
            return "" if self._below else None
        return last[at + len(text) :]

    def _changed(self, lines: Sequence[str]) -> list[_Row]:
        new: list[_Row] = []
        changes = SequenceMatcher(None, self._old, lines, autojunk=False).get_opcodes()
        for kind, start, end, first, last in changes:
            if kind == "equal":
                new += self._rows[start:end]
                continue
            for at in range(first, last):
                twin = start + at - first if end - start == last - first else None
                row = None if twin is None else self._respelled(twin, lines[at])
                new.append((self._spelled(lines[at]) if row is None else row, ""))
        return new

    def _respelled(self, at: int, line: str) -> str | None:
        """Change only the characters of a row that differ; None where they are not found."""
        old, new = self._old[at].strip(), line.strip()
        pairs = enumerate(zip(reversed(old), reversed(new), strict=False))
        common = next((i for i, (one, other) in pairs if one != other), min(len(old), len(new)))
        before, after = old[: len(old) - common], new[: len(new) - common]
        row = self._rows[at][0]
        column = row.find(before) if before else -1
        if column < 0 or not new or indent_of(self._old[at]) != indent_of(line):
            return None
        return row[:column] + after + row[column + len(before) :]

    def _spelled(self, line: str) -> str:
        """Spell a line with the margin of one that stands as deep, or else of any."""
        if not line.strip():
            blank = (i for i in range(1, len(self._old)) if not self._old[i].strip())
            return next((self._rows[i][0] for i in blank), "")
        depth, text = indent_of(line), line.strip()
        margins = [
            (indent_of(old), row[: row.find(old.strip())])
            for old, (row, _) in list(zip(self._old, self._rows, strict=True))[1:]
            if old.strip() and old.strip() in row
        ]
        for other, margin in margins:
            if other == depth:
                return margin + text
        for other, margin in margins:
            if margin.endswith(" " * other):
                return margin[: len(margin) - other] + line
        return self._indent + line
