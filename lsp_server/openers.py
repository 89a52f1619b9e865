r'''Documentation where its opening mark was just typed: `"""`, `/**`, `///`, `//`, `#`, `--`.

The document is half typed at that moment, and an open quote swallows the code behind it. So the
mark is taken out, or closed where the language reads an empty comment as documentation, and only
if the document can be read then, and a unit without documentation stands at that very place, is
there something to suggest. A mark without code under the declaration is none: the model would have
to make up what it documents.
'''

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from batdoc.lsp_server.actions import Task, docstring_edit, is_open
from batdoc.lsp_server.proving import Remembering
from batdoc.lsp_server.quotes import requoted
from batdoc.lsp_server.suggestion import Suggestion, cut
from batdoc.lsp_server.wire import Answer, DocstringAnswer
from batdoc.source.edits import apply_edits
from batdoc.source.errors import InputError
from batdoc.source.language import Language
from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm
from batdoc.source.units import ByteSpan, CodeUnit

Find = Callable[[bytes], Sequence[CodeUnit]]

_QUOTES = re.compile(r"""[rR]?(?P<closing>\"{3}|'{3})""")
_BLANK = " \t\f"
_BLANK_LINE = re.compile(rb"(?:\r\n|\r(?!\n)|\n)[ \t\f]*[\r\n]")
# Above a declaration these open a remark as often as documentation, unless the language has no
# other mark for it.
_REMARKS = ("//", "/*")


@dataclass(frozen=True, slots=True)
class Opener:
    """A mark that stands alone on its line, before the cursor.

    Attributes:
        line: The line that it stands on, with its end.
        mark: Where it stands.
        end: Of the line's text; an editor may have closed the mark up to there.
        closing: What ends it; nothing where the line does.
    """

    line: ByteSpan
    mark: ByteSpan
    end: int
    closing: bytes


@dataclass(frozen=True, slots=True)
class FreshDocumentation:
    """A unit whose documentation was just opened.

    Attributes:
        block: The document without the opener, or with the opener closed.
        unit: To be documented; found in `block`.
        source: The document as it is.
        offset: The cursor, in bytes.
        opener: Before the cursor.
        proving: The document's language, to prove with.
        is_comment: The documentation is one, and no string.
    """

    block: bytes
    unit: CodeUnit
    source: bytes
    offset: int
    opener: Opener
    proving: Remembering
    is_comment: bool

    @property
    def task(self) -> Task:
        """What the model is asked for."""
        return Task.DOCSTRING

    def prepare(self) -> None:
        """Do that half of the proof which needs no answer."""
        self.proving.prepare(self.block)

    def suggestion(self, answer: Answer) -> Suggestion | None:
        """Make the suggestion of what the model answered; None if it had nothing.

        Raises:
            ProofError: More than documentation would change.
        """
        if not isinstance(answer, DocstringAnswer) or answer.docstring is None:
            return None
        block, language = self.block, self.proving
        edit = docstring_edit(block, self.unit, answer.docstring, answer.house, language)
        if not self.is_comment:
            mark = self.opener.mark
            edit = requoted(block, edit, self.source[mark.start : mark.end], language)
        accepted = apply_edits(block, [edit])
        return cut(accepted, self.source, self.offset, self.opener.end)


def find_fresh(
    source: bytes, offset: int, language: Language, units: Find
) -> FreshDocumentation | None:
    """Find the unit whose documentation was just opened before the cursor, or None.

    Args:
        source: The document as it is, valid or not.
        offset: The cursor, in bytes.
        language: Of the document.
        units: Finds them in texts that are nearly the document.
    """
    for opener in read_openers(source, offset, language):
        try:
            found = _find(source, opener, language, units)
        except InputError:
            continue
        if found is not None:
            block, unit = found
            is_comment = isinstance(language, CommentedLanguage)
            proving = Remembering(language)
            return FreshDocumentation(block, unit, source, offset, opener, proving, is_comment)
    return None


def read_openers(source: bytes, offset: int, language: Language) -> Iterator[Opener]:
    """Read what may open documentation on the cursor's line; cheap, as it looks at no other."""
    start = max(source.rfind(b"\n", 0, offset), source.rfind(b"\r", 0, offset)) + 1
    rest = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)").match(source, offset)
    assert rest is not None
    before, behind = source[start:offset].decode(), rest[1].decode("utf-8", "replace")
    mark = before.strip(_BLANK)
    at = start + len(before) - len(before.lstrip(_BLANK))
    for closing in _closings(mark, language):
        if behind.strip(_BLANK) in ("", closing):
            line = ByteSpan(start, rest.end())
            yield Opener(line, ByteSpan(at, at + len(mark)), rest.end(1), closing.encode())


def _closings(mark: str, language: Language) -> Iterator[str]:
    """Give what closes a mark, if it may be the whole beginning of documentation."""
    if not isinstance(language, CommentedLanguage):
        quotes = _QUOTES.fullmatch(mark)
        yield from (quotes["closing"],) if quotes else ()
        return
    for form in _fresh_forms(language):
        if form.opens.match(mark) and form.opening.startswith(mark):
            yield form.closing


def _fresh_forms(language: CommentedLanguage) -> list[CommentForm]:
    first, *others = language.forms
    return [first, *(form for form in others if form.opening not in _REMARKS)]


def _find(
    source: bytes, opener: Opener, language: Language, find: Find
) -> tuple[bytes, CodeUnit] | None:
    """Find the unit at an opener, and the document in which it stands without it.

    Raises:
        ParseError: The document cannot be read without the opener.
    """
    bare = source[: opener.line.start] + source[opener.line.end :]
    indent = source[opener.line.start : opener.mark.start].decode()
    fresh = (u for u in find(bare) if u.doc_span is None and u.indent == indent)
    units = [u for u in fresh if is_open(u, Task.DOCSTRING)]
    if not isinstance(language, CommentedLanguage):
        here = (u for u in units if u.insert_at == opener.line.start)
        return next(((bare, unit) for unit in here), None)
    closed = source[: opener.mark.end] + _closed(opener) + source[opener.end :]
    unit = _documented_at(closed, opener, find)
    shift = len(closed) - len(bare)
    known = {(u.span.start + shift, u.qualified_name) for u in units}
    if unit is None or (unit.span.start, unit.qualified_name) not in known:
        return None
    return closed, unit


def _closed(opener: Opener) -> bytes:
    return b" " + opener.closing if opener.closing else b""


def _documented_at(closed: bytes, opener: Opener, find: Find) -> CodeUnit | None:
    """Give the unit right under an opener that was closed, if that is all of its documentation."""
    comment = ByteSpan(opener.mark.start, opener.mark.end + len(_closed(opener)))
    for unit in find(closed):
        if unit.doc_span == comment and is_open(unit, Task.DOCSTRING):
            is_apart = _BLANK_LINE.search(closed, comment.end, unit.span.start)
            return None if is_apart else unit
    return None
