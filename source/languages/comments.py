"""Documentation that stands in comments: read from them, and written as them.

What a comment looks like is data (`CommentForm`); which comments are documentation, and of what,
is the business of `commented` and of the language files.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# What no comment may hold: control characters, what some parsers take for the line's end, marks
# that make text read in another order, and halves of characters and what is none.
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class CommentForm:
    r"""One way to write a documentation comment.

    Attributes:
        opening: What it starts with; of a form without `closing`, what each line starts with.
        closing: What ends it, or nothing where the line's end does.
        prefix: What its inner lines start with, after the declaration's indentation; only of
            forms with `closing`.
        opens: Matches at the start of a comment that is one of this form.
        nested: What must not stand in it, because it would open another comment; or nothing.
        is_at_margin: Its marks stand alone, at the start of a line.
    """

    opening: str
    closing: str
    prefix: str
    opens: re.Pattern[str]
    nested: str = ""
    is_at_margin: bool = False

    @property
    def is_block(self) -> bool:
        """It ends at a mark of its own, not with the line."""
        return bool(self.closing)


STARRED = CommentForm("/**", "*/", " *", re.compile(r"/\*\*(?![*/])"))


def line_form(mark: str, opens: str = "") -> CommentForm:
    """Make the form whose lines all start with `mark`.

    Args:
        mark: Such as `///`.
        opens: Pattern that tells such a comment from others; `mark` itself where empty.
    """
    return CommentForm(mark, "", "", re.compile(opens or re.escape(mark)))


def form_of(comment: str, forms: Sequence[CommentForm]) -> CommentForm | None:
    """Tell the form that a comment is written in, or None."""
    return next((form for form in forms if form.opens.match(comment)), None)


def read_comment(text: str, form: CommentForm) -> list[str]:
    """Give the words of a comment as lines, marks and the space after them taken off.

    Args:
        text: From the first mark to the last, inner lines with their indentation.
        form: It is written in.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    words = _read_block(lines, form) if form.is_block else _read_lines(lines, form)
    return _trimmed([line.rstrip() for line in words])


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Leave out empty lines at both ends."""
    filled = [at for at, line in enumerate(lines) if line]
    return list(lines[filled[0] : filled[-1] + 1]) if filled else []


def _read_lines(lines: Sequence[str], form: CommentForm) -> list[str]:
    marked = (line.strip() for line in lines)
    return [_after_space(line[len(_mark(line, form)) :]) for line in marked]


def _mark(line: str, form: CommentForm) -> str:
    """Give what a line really starts with: a form may stand for several marks."""
    found = form.opens.match(line)
    return found.group() if found else ""


def _read_block(lines: Sequence[str], form: CommentForm) -> list[str]:
    first = lines[0].lstrip()
    found = form.opens.match(first)
    first = first[found.end() if found else len(form.opening) :]
    if len(lines) == 1:
        return [first.removesuffix(form.closing).strip()]
    last = lines[-1].rstrip().removesuffix(form.closing)
    inner = [*lines[1:-1], last]
    star = form.prefix.strip()
    starred = [line for line in inner if line.strip()]
    if star and all(line.lstrip().startswith(star) for line in starred):
        inner = [_after_space(line.lstrip().removeprefix(star)) for line in inner]
    else:
        inner = textwrap.dedent("\n".join(inner)).split("\n")
    return [first.strip(), *inner]


def _after_space(text: str) -> str:
    return text.removeprefix(" ")


def write_comment(
    lines: Sequence[str],
    form: CommentForm,
    indent: str,
    newline: str,
    guard: Callable[[str], str],
) -> str:
    """Write words as a comment, without the indentation of its first line.

    Words that would end the comment, or that the language would act on, are spelled so that they
    cannot; reading the comment and writing it again gives the same.

    Args:
        lines: The words. A block of one line stays on one line, unless an empty line precedes it.
        form: To write in.
        indent: Of the declaration.
        newline: Of the file.
        guard: Makes one line harmless in this language; harmless lines stay as they are.
    """
    is_open = bool(lines) and not lines[0]
    words = _trimmed([guard(_plain(line, form)).rstrip() for line in lines]) or [""]
    if not form.is_block:
        return f"{newline}{indent}".join(_line(form.opening, word) for word in words)
    if not form.prefix:
        words = textwrap.dedent("\n".join(words)).split("\n")
    if form.is_at_margin:
        return newline.join([form.opening, *words, form.closing])
    if len(words) == 1 and not is_open:
        return f"{form.opening} {words[0].strip()} {form.closing}"
    margin = f"{indent}{form.prefix} " if form.prefix else indent
    inner = [f"{margin}{word}".rstrip() for word in words]
    last = f"{indent}{' ' if form.prefix.startswith(' ') else ''}{form.closing}"
    return newline.join([form.opening, *inner, last])


def _line(mark: str, word: str) -> str:
    """Put a mark before a line; a tab already stands apart from it."""
    return f"{mark}{word}" if word.startswith("\t") else f"{mark} {word}".rstrip()


def _plain(line: str, form: CommentForm) -> str:
    """Take out what would end a comment, or a line, early."""
    line = _UNSAFE.sub(" ", line)
    for mark in filter(None, (form.closing, form.nested)):
        line = line.replace(mark, f"{mark[:-1]}\\{mark[-1]}")
    return line
