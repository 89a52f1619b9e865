"""The body of a Python function where the cursor waits under its signature and docstring.

The document is half typed at that moment, so it is not parsed as a whole: only the function is,
from its first line to the cursor, completed by `pass`. What stands around it does not matter.
"""

from dataclasses import dataclass

from batdoc.lsp_server.actions import Task, body_edit, is_open
from batdoc.lsp_server.suggestion import Suggestion
from batdoc.lsp_server.wire import Answer, BodyAnswer
from batdoc.source.edits import apply_edits
from batdoc.source.errors import InputError, ProofError
from batdoc.source.language import Language
from batdoc.source.units import CodeUnit

_END = b"pass\n"
_MOST_LINES = 400
_MOST_TRIES = 20
_BLANK = b" \t\f"


@dataclass(frozen=True, slots=True)
class PythonBody:
    """A function that waits for its body.

    Attributes:
        block: The function alone, dedented, with a placeholder as its body.
        unit: The function in `block`.
        margin: The white space that its first line starts with in the document.
        source: The document as it is.
        offset: The cursor, in bytes.
        language: Of the document.
    """

    block: bytes
    unit: CodeUnit
    margin: bytes
    source: bytes
    offset: int
    language: Language

    @property
    def task(self) -> Task:
        """What the model is asked for."""
        return Task.BODY

    def prepare(self) -> None:
        """Do nothing: the function alone is proved in no time."""

    def suggestion(self, answer: Answer) -> Suggestion | None:
        """Make the suggestion of what the model answered; None if it had nothing.

        Raises:
            ProofError: The body would reach outside its function.
        """
        if not isinstance(answer, BodyAnswer) or not answer.body:
            return None
        text = self._insertion(answer.body)
        return Suggestion(self.source[: self.offset], text, b"", self.source[self.offset :])

    def _insertion(self, body: str) -> bytes:
        """Give what comes at the cursor: the first line has its margin already."""
        edit = body_edit(self.block, self.unit, body, self.language)
        after = apply_edits(self.block, [edit])
        before_cursor = self.block.removesuffix(_END)
        if not after.startswith(before_cursor):
            raise ProofError("the body does not begin at the cursor; nothing was written")
        first, *others = after[len(before_cursor) :].rstrip(b"\r\n").splitlines(keepends=True)
        return b"".join([first, *(self.margin + x if x.strip() else x for x in others)])


def find_body(source: bytes, offset: int, language: Language) -> PythonBody | None:
    """Find the function whose body is to be written at the cursor, or None.

    Args:
        source: The document as it is, valid or not.
        offset: The cursor, in bytes.
        language: Of the document.
    """
    lines = source[:offset].splitlines(keepends=True)
    indent = lines.pop() if lines and not lines[-1].endswith((b"\n", b"\r")) else b""
    if not indent or indent.strip(_BLANK) or not _is_last_of_block(source[offset:], indent):
        return None
    for first in _possible_starts(lines, indent):
        block = b"".join(lines[first:]) + indent + _END
        margin = _margin(lines[first])
        dedented = _dedent(block, margin)
        try:
            units = language.units(dedented)
        except InputError:
            continue
        unit = _waiting(units, margin, indent)
        return PythonBody(dedented, unit, margin, source, offset, language) if unit else None
    return None


def _is_last_of_block(rest: bytes, indent: bytes) -> bool:
    """Tell whether nothing follows on the cursor's line, nor in the block that it is in."""
    own, *following = rest.splitlines() or [b""]
    code = next((line for line in following if line.strip()), b"")
    return not own.strip() and len(_margin(code)) < len(indent)


def _possible_starts(lines: list[bytes], indent: bytes) -> list[int]:
    """List the lines above, nearest first, that are indented less than the cursor."""
    last = len(lines) - 1
    numbers = range(last, max(-1, last - _MOST_LINES), -1)
    outer = [n for n in numbers if lines[n].strip() and len(_margin(lines[n])) < len(indent)]
    return outer[:_MOST_TRIES]


def _margin(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip(_BLANK))]


def _dedent(block: bytes, margin: bytes) -> bytes:
    """Take a margin from every line that has it; text inside strings may have less."""
    return b"".join(line.removeprefix(margin) for line in block.splitlines(keepends=True))


def _waiting(units: list[CodeUnit], margin: bytes, indent: bytes) -> CodeUnit | None:
    unit = units[0] if units else None
    if unit is None or unit.span.start != 0 or not is_open(unit, Task.BODY):
        return None
    return unit if margin + unit.indent.encode() == indent else None
