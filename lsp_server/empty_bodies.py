"""The body of a documented function between its marks: `{ }`, or up to `end`.

Where the mark that ends the body is not typed yet, it is a part of the suggestion.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from batdoc.lsp_server.actions import Task, body_edit, is_open
from batdoc.lsp_server.proving import Remembering
from batdoc.lsp_server.suggestion import Suggestion, cut
from batdoc.lsp_server.wire import Answer, BodyAnswer
from batdoc.source.edits import apply_edits
from batdoc.source.errors import InputError, ProofError
from batdoc.source.language import Language
from batdoc.source.units import CodeUnit

_BLANK = b" \t\f"
# What the line above a body must show, and what ends the body.
_BRACES = (re.compile(rb"\{\Z"), b"}")
_MARKS = {
    "ruby": (re.compile(rb"\bdef\b"), b"end"),
    "lua": (re.compile(rb"\bfunction\b"), b"end"),
}


@dataclass(frozen=True, slots=True)
class EmptyBody:
    """A documented function whose body is white space around the cursor.

    Attributes:
        block: The document, completed so that it parses.
        unit: The function in `block`.
        source: The document as it is.
        offset: The cursor, in bytes.
        end: Of the white space behind the cursor, on its line.
        language: Of the document.
    """

    block: bytes
    unit: CodeUnit
    source: bytes
    offset: int
    end: int
    language: Remembering

    @property
    def task(self) -> Task:
        """What the model is asked for."""
        return Task.BODY

    def prepare(self) -> None:
        """Do that half of the proof which needs no answer."""
        self.language.prepare(self.block)

    def suggestion(self, answer: Answer) -> Suggestion | None:
        """Make the suggestion of what the model answered; None if it had nothing.

        Raises:
            ProofError: More than the body would change.
        """
        if not isinstance(answer, BodyAnswer) or not answer.body:
            return None
        edit = body_edit(self.block, self.unit, answer.body, self.language)
        return cut(apply_edits(self.block, [edit]), self.source, self.offset, self.end)


def find_empty(source: bytes, offset: int, language: Language) -> EmptyBody | None:
    """Find the documented function in whose empty body the cursor waits, or None.

    Args:
        source: The document as it is.
        offset: The cursor, in bytes.
        language: Of the document.
    """
    end = offset + len(_own_blank(source[offset:]))
    for block in _blocks(source, offset, end, language):
        try:
            unit = _unit_at(block, offset, language)
        except InputError:
            continue
        if unit is not None and _fits(block, unit, source, offset, end, language):
            return EmptyBody(block, unit, source, offset, end, Remembering(language))
    return None


def _own_blank(behind: bytes) -> bytes:
    """Give the white space up to the end of the cursor's line; nothing where code follows."""
    blank = _margin(behind)
    rest = behind[len(blank) : len(blank) + 1]
    return blank if rest in (b"", b"\r", b"\n") else b""


def _blocks(source: bytes, offset: int, end: int, language: Language) -> Iterator[bytes]:
    """Give the document as it may be meant: as it stands, or with the body's end under it.

    Without a look at the whole document, most places are found to be none.
    """
    opening, mark = _MARKS.get(language.name, _BRACES)
    header, behind = re.split(rb"[\r\n]", source[:offset].rstrip())[-1], source[end:]
    if not opening.search(header):
        return
    margin = _margin(header)
    if behind.lstrip().startswith(mark):
        yield source
    is_last = behind[:1] in (b"", b"\r", b"\n") and not _goes_on(behind, margin)
    # Grammars forgive an end too many, so one must be missing.
    if is_last and not language.parses(source.decode()):
        newline = re.search(rb"\r\n|\r|\n", source)
        yield source[:end] + (newline[0] if newline else b"\n") + margin + mark + behind


def _goes_on(behind: bytes, margin: bytes) -> bool:
    """Tell whether the next line of code is deeper than a margin."""
    line = next((line for line in behind.splitlines() if line.strip()), b"")
    return len(_margin(line)) > len(margin)


def _margin(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip(_BLANK))]


def _unit_at(block: bytes, offset: int, language: Language) -> CodeUnit | None:
    """Find the function whose body is empty and around the cursor.

    Raises:
        ParseError: The document cannot be read.
    """
    for unit in language.units(block):
        if unit.span.start < offset < unit.span.end and is_open(unit, Task.BODY):
            body = language.place_body(block, unit, "").span
            if body.start <= offset <= body.end:
                return unit
    return None


def _fits(
    block: bytes, unit: CodeUnit, source: bytes, offset: int, end: int, language: Language
) -> bool:
    """Tell, before the model is asked, whether a body could be proved and begin at the cursor.

    It does not where anything but the white space behind the cursor would have to give way.
    """
    if not language.parses(block.decode()):
        return False
    trial = apply_edits(block, [language.place_body(block, unit, "x")])
    try:
        cut(trial, source, offset, end)
    except ProofError:
        return False
    return True
