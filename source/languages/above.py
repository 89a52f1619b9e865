"""The comments of a source: which of them document what is declared below."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol

from tree_sitter import Node

from batdoc.source.languages.comments import CommentForm, form_of
from batdoc.source.units import ByteSpan

NEWLINE = re.compile(rb"\r\n|\r|\n")


class CommentRules(Protocol):
    """What a language says of its comments; see `CommentedLanguage`."""

    forms: tuple[CommentForm, ...]
    directives: re.Pattern[str] | None
    may_stand_apart: bool
    passed_over: re.Pattern[bytes] | None

    def indent_before(self, source: bytes, at: int) -> str | None:
        """Give the white space before a byte; None where its line is not its own."""
        ...


class CommentsAbove:
    """The comments of a source, as a language reads them.

    Args:
        rules: Tell which comments are documentation, and what may stand below them.
        source: The file.
        comments: Its comments, in any order.
    """

    def __init__(self, rules: CommentRules, source: bytes, comments: Iterable[Node]) -> None:
        self._rules = rules
        self._source = source
        self._comments = sorted(comments, key=lambda node: node.start_byte)
        self._ends = [_trimmed_end(node) for node in self._comments]

    def documentation(self, start: int) -> tuple[ByteSpan | None, int]:
        """Find what documents the declaration that starts at a byte, and where new words go.

        Other comments may stand between documentation and declaration; new documentation goes
        above those that are directives.
        """
        at = insert_at = start
        last = bisect_right(self._ends, start) - 1
        while last >= 0 and self._form_at(last) is None:
            comment = self._comments[last]
            if not self._is_own_line(last) or not _is_adjacent(self._between(last, at)):
                return None, insert_at
            at = comment.start_byte
            if self._is_directive(decoded(comment)):
                insert_at = at
            last -= 1
        if last < 0 or not self._is_near(self._between(last, at)):
            return None, insert_at
        return self._run_ending(last), insert_at

    def _run_ending(self, last: int) -> ByteSpan:
        """Give a block comment, or all the line comments that a last one continues."""
        form, first = self._form_at(last), last
        while form and not form.is_block and first and self._continues(first - 1, form):
            first -= 1
        return ByteSpan(self._comments[first].start_byte, self._ends[last])

    def _continues(self, index: int, form: CommentForm) -> bool:
        """Tell whether a line comment goes on in the next one."""
        start = self._comments[index + 1].start_byte
        between = self._source[self._ends[index] : start]
        return _is_adjacent(between) and self._form_at(index) is form

    def _form_at(self, index: int) -> CommentForm | None:
        """Give the form of a comment that stands on lines of its own and may be documentation."""
        text = decoded(self._comments[index])
        is_other = self._is_directive(text) or not self._is_own_line(index)
        return None if is_other else form_of(text, self._rules.forms)

    def _is_directive(self, text: str) -> bool:
        directives = self._rules.directives
        return directives is not None and directives.match(text) is not None

    def _is_own_line(self, index: int) -> bool:
        at = self._comments[index].start_byte
        return self._rules.indent_before(self._source, at) is not None

    def _is_near(self, between: bytes) -> bool:
        return not between.strip() if self._rules.may_stand_apart else _is_adjacent(between)

    def _between(self, index: int, at: int) -> bytes:
        """Give what stands between a comment and a byte, without what may stand there."""
        text = self._source[self._ends[index] : at]
        passed_over = self._rules.passed_over
        return passed_over.sub(b"", text) if passed_over else text


def decoded(comment: Node) -> str:
    """Give the text of a comment without the end of its line."""
    return (comment.text or b"").decode("utf-8", "replace").rstrip("\r\n")


def _is_adjacent(between: bytes) -> bool:
    return not between.strip() and len(NEWLINE.findall(between)) <= 1


def _trimmed_end(comment: Node) -> int:
    """Give a comment's end without the newline that some grammars count to it."""
    text = comment.text or b""
    return comment.start_byte + len(text.rstrip(b"\r\n"))
