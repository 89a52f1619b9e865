"""What the styles share: sections of a docstring, and how their parts become a `Docstring`.

Whatever a style cannot read goes to the body as written: a word may move, but none is lost.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.wrap import fill, is_structural, is_underline, wrap

INDENT = "    "
_NAME = r"\\?\*{0,2}(?:\\\*)?[\w$]+"
NAMES = re.compile(rf"{_NAME}(?:\s*,\s*{_NAME})*")
_EXCEPTION = r"(?::\w+:)?\[?`{0,2}[~!]?[A-Za-z_](?:[\w.]|::(?=\w))*`{0,2}\]?"
EXCEPTIONS = re.compile(rf"{_EXCEPTION}(?:(?:\s*,\s*(?:or\s+)?|\s+or\s+|\s*\|\s*){_EXCEPTION})*")
EXCEPTION_NAME = re.compile(r"(?::\w+:)?[\[`]*[~!]?([A-Za-z_](?:[\w.]|::(?=\w))*)`{0,2}")
_QUOTED = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}")
_JOINED = re.compile(r"\s*(?:,|\||->|/|\b(?:or|of|and|to|optional)\b)\s*")
_LEADING = re.compile(r"^[ \t]*\t[ \t]*")
_TYPE_WORD = re.compile(r"(?:[~*]?[\w.\-]+\??(?:\.\.\.)?|\.\.\.)?$")


class Role(Enum):
    """What a section of a docstring is about."""

    PROSE = "prose"
    SUMMARY = "summary"
    PARAMS = "parameters"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"
    EXAMPLES = "examples"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a docstring.

    Attributes:
        role: What it is about.
        raw: Its lines as written, heading and all; those of all sections are all lines.
        content: Its lines without the heading, not dedented.
    """

    role: Role
    raw: Sequence[str]
    content: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """How a style reads the content of a section.

    Attributes:
        params: Gives the entries, and the lines that belong to none.
        raises: The same, for exceptions.
        result: Gives what is returned or yielded.
    """

    params: Callable[[Sequence[str]], tuple[list[Entry], list[str]]]
    raises: Callable[[Sequence[str]], tuple[list[Entry], list[str]]]
    result: Callable[[Sequence[str]], Entry]


class Parts:
    """Collects what a style reads, in the order of the text."""

    def __init__(self) -> None:
        self.head: list[str] = []
        self.body: list[str] = []
        self.params: list[Entry] = []
        self.raises: list[Entry] = []
        self.results: dict[Role, Entry] = {}
        self.examples: list[str] = []

    def add_prose(self, lines: Iterable[str], is_head: bool = False) -> None:
        """Keep a paragraph as written; the head's first paragraph is the summary."""
        target = self.head if is_head else self.body
        if target and target[-1].strip():
            target.append("")
        target += lines

    def add_result(self, role: Role, entry: Entry) -> None:
        """Keep a result; a second one of its kind becomes text of the first."""
        first = self.results.get(role)
        if first is not None:
            spelled = ": ".join(part for part in (entry.name, entry.type, entry.text) if part)
            text = "\n".join(part for part in (first.text, spelled) if part)
            entry = Entry(first.name, first.type, text)
        self.results[role] = entry

    def docstring(self, style: Style) -> Docstring:
        """Put the parts together."""
        summary, rest = split_summary(self.head)
        body = strip_blank([*rest, "", *self.body])
        if not summary and not rest:
            summary, body = split_summary(body)
        return Docstring(
            summary=summary,
            body="\n".join(body),
            params=tuple(self.params),
            returns=self.results.get(Role.RETURNS),
            yields=self.results.get(Role.YIELDS),
            raises=tuple(self.raises),
            examples="\n".join(strip_blank(self.examples)),
            style=style,
        )


def assemble(sections: Sequence[Section], reader: Reader, style: Style) -> Docstring:
    """Read sections and put a docstring together."""
    parts = Parts()
    for index, section in enumerate(sections):
        if section.role is Role.EXAMPLES:
            parts.examples += ([""] if parts.examples else []) + dedent(section.content)
        elif section.role in (Role.RETURNS, Role.YIELDS):
            parts.add_result(section.role, reader.result(section.content))
        elif section.role in (Role.PARAMS, Role.RAISES):
            _add_entries(parts, section, reader)
        else:
            parts.add_prose(strip_blank(section.raw), is_head=index == 0)
    return parts.docstring(style)


def _add_entries(parts: Parts, section: Section, reader: Reader) -> None:
    read, target = (
        (reader.params, parts.params)
        if section.role is Role.PARAMS
        else (reader.raises, parts.raises)
    )
    entries, left = read(section.content)
    target += entries
    if not entries:
        parts.add_prose(strip_blank(section.raw))
    elif left:
        parts.add_prose(even(dedent(left)))


def split_summary(lines: Sequence[str]) -> tuple[str, list[str]]:
    """Split the first paragraph, joined into one line, from what follows it."""
    lines = strip_blank(lines)
    if not lines or is_structural(lines[0].strip()):
        return "", lines
    end = 1
    while end < len(lines) and _continues(lines[end - 1], lines[end]):
        end += 1
    if end < len(lines) and is_underline(lines[end]):
        return "", lines
    return " ".join(line.strip() for line in lines[:end]), strip_blank(lines[end:])


def _continues(before: str, line: str) -> bool:
    if not line.strip() or is_structural(line.strip()):
        return False
    return not (line[0] in " \t" and before.rstrip().endswith(":"))


def to_lines(text: str) -> list[str]:
    """Split into lines without white space at their ends, tabs in front of them expanded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [
        _LEADING.sub(lambda m: m.group().expandtabs(), line, count=1) if line[:1] in " \t" else line
        for line in text.split("\n")
    ]
    lines = strip_blank([line.rstrip() for line in lines])
    return [lines[0].lstrip(), *lines[1:]] if lines else []


def indent_of(line: str) -> int:
    """Count the white space that a line starts with."""
    return len(line) - len(line.lstrip())


def strip_blank(lines: Sequence[str]) -> list[str]:
    """Leave out blank lines at both ends."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    return list(lines[filled[0] : filled[-1] + 1]) if filled else []


def dedent(lines: Sequence[str]) -> list[str]:
    """Leave out blank lines at both ends and the indentation that all lines share."""
    lines = strip_blank(lines)
    margin = min((indent_of(line) for line in lines if line.strip()), default=0)
    return [line[margin:] if line.strip() else "" for line in lines]


def hanging_text(first: str, rest: Sequence[str]) -> str:
    """Join a description that starts behind a name with the lines under it.

    A block that `::` opens and that nothing follows keeps an indentation of its own.
    """
    first, lines = first.strip(), dedent(rest)
    if not first:
        return "\n".join(even(lines))
    blank = takewhile(lambda line: not line.strip(), rest)
    gap = ["" for _ in blank] if lines else []
    if first.endswith("::") and lines and lines[0][0] != " ":
        lines = [INDENT + line if line else "" for line in lines]
    return "\n".join([first, *gap, *lines])


def even(lines: Sequence[str]) -> list[str]:
    """Give a first line that stands deeper than others their indentation."""
    if not lines or lines[0][0] != " ":
        return list(lines)
    return [lines[0].lstrip(), *dedent(lines[1:])]


def bare_names(text: str) -> list[str]:
    """Split `a, *b` into names, escapes removed."""
    return [name.strip().replace("\\", "") for name in text.split(",")]


def exception_names(text: str) -> list[str]:
    """Split "ValueError or :exc:`KeyError`" into names, roles and quotes removed."""
    names = EXCEPTION_NAME.findall(text)
    return [name for name in names if name != "or"]


def is_type(text: str) -> bool:
    """Tell whether text reads as a type: one word, or words that brackets, "of" or "or" join."""
    rest, count = text.strip().removeprefix(":"), 1
    if not rest or len(rest) > 200:
        return False
    while count:
        rest, count = _QUOTED.subn("", rest)
    return all(_TYPE_WORD.match(word.strip()) for word in _JOINED.split(rest))


def wrap_summary(docstring: Docstring, width: int) -> list[str]:
    """Break a summary into lines."""
    return fill(docstring.summary, width, width)


def hang(lead: str, text: str, margin: str, width: int) -> list[str]:
    """Set a description behind its lead, the other lines under it.

    Args:
        lead: What the first line starts with, up to its colon.
        text: May be empty.
        margin: What the other lines start with.
        width: Of a line.
    """
    if not text:
        return [lead]
    lines = wrap(text, width - len(margin), width - len(lead) - 1)
    if _stands_alone(lines, width - len(lead) - 1):
        margin = margin or INDENT
        return [lead, *indented(wrap(text, width - len(margin)), margin)]
    return [f"{lead} {lines[0]}", *indented(lines[1:], margin)]


def _stands_alone(lines: Sequence[str], room: int) -> bool:
    """Tell whether text would lose its shape, or not fit, if its first line stood behind a lead."""
    margins = [indent_of(line) for line in lines[1:] if line.strip()]
    return len(lines[0]) > room or is_structural(lines[0]) or min(margins, default=0) > 0


def indented(lines: Iterable[str], margin: str) -> list[str]:
    """Indent lines that are not blank."""
    return [margin + line if line else "" for line in lines]


def lay_out(blocks: Iterable[Sequence[str]]) -> list[str]:
    """Join blocks with a blank line between each two, empty ones left out."""
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += ([""] if lines else []) + list(block)
    return lines


def place_body(
    docstring: Docstring, split: Callable[[Sequence[str]], list[Section]], width: int
) -> tuple[list[str], list[str]]:
    """Part a body into prose, which follows the summary, and sections that come after."""
    if not docstring.summary:
        return wrap(docstring.body, width), []
    # The blank line keeps a heading that opens the body from reading as a summary.
    sections = split(["", *docstring.body.split("\n")])
    prose = [strip_blank(section.raw) for section in sections if section.role is Role.PROSE]
    later = [strip_blank(section.raw) for section in sections if section.role is not Role.PROSE]
    return wrap("\n".join(lay_out(prose)), width), lay_out(later)
