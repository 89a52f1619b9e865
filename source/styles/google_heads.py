"""How an entry of a Google section begins: its names, type and text by columns of its line."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from batdoc.source.styles.sections import EXCEPTIONS, NAMES, indent_of, is_type

LONGEST_TYPE = 4  # lines
_LONGEST_RESULT_TYPE = 200  # characters
_BARE_EXCEPTION = re.compile(r"[`~\w.]*(?:Error|Exception|Warning|Interrupt)`?")
_AFTER_NAME = re.compile(r"\s*(?:[(:]|--\s)")
_BULLET = re.compile(r"\s*(?:- )?")
_MARK = re.compile(r":|--")
_NAMED_RESULT = re.compile(r"(\w+) (?=\()")


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a line, as half-open ranges of its columns.

    Attributes:
        names: What stands before the type; empty for a result without a name.
        type: Without its brackets, or None.
        text: Where the text begins, or None where the line ends inside the type.
    """

    names: tuple[int, int]
    type: tuple[int, int] | None
    text: int | None


def find_items(
    lines: Sequence[str], starts: Callable[[str], bool]
) -> tuple[list[range], list[str]]:
    """Group lines into items; the lines before the first are left.

    Args:
        lines: Of a section.
        starts: Tells whether an item starts with a line; asked only of those not indented deeper.
    """
    at: list[int] = []
    filled = [i for i, line in enumerate(lines) if line.strip()]
    margin = indent_of(lines[filled[0]]) if filled else 0
    for i in filled:
        if indent_of(lines[i]) <= margin and starts(lines[i].strip()):
            at.append(i)
            margin = indent_of(lines[i])
    first, end = (filled[0], filled[-1] + 1) if filled else (0, 0)
    items = [range(start, stop) for start, stop in pairwise([*at, end])]
    return items, list(lines[first : at[0] if at else end])


def starts_param(line: str) -> bool:
    """Tell whether a parameter's entry may start with a line."""
    names = NAMES.match(line.removeprefix("- "))
    return names is not None and bool(_AFTER_NAME.match(names.string, names.end()))


def starts_exception(line: str) -> bool:
    """Tell whether an exception's entry starts with a line."""
    names = EXCEPTIONS.match(line)
    if names is None:
        return False
    is_bare = bool(_BARE_EXCEPTION.fullmatch(names.group()))
    rest = line[names.end() :].lstrip()
    return rest.startswith(":") or (is_bare and (not rest or rest.startswith(("if ", "when "))))


def param_head(line: str, at: int, has_more: bool) -> Head | None:
    """Read `name (type): text`, `name -- text`, or `name (type)` with the text under it.

    Args:
        line: The first line of an entry.
        at: The column to start from.
        has_more: There are lines under it.
    """
    bullet = _BULLET.match(line, at)
    names = NAMES.match(line, bullet.end() if bullet else at)
    if names is None:
        return None
    opening = _skip_space(line, names.end())
    type_, after = bracketed(line, opening)
    if after is None:
        return Head(names.span(), None, None)
    mark = _MARK.match(line, after)
    is_alone = type_ is not None and after == len(line) and has_more
    if mark is None and not is_alone:
        return None
    return Head(names.span(), type_, mark.end() if mark else after)


def bracketed(line: str, at: int) -> tuple[tuple[int, int] | None, int | None]:
    """Find a type in brackets at a column, and where the line goes on behind it.

    Returns:
        The type's range, or None where there is none; the column, or None where the bracket is
        still open.
    """
    if line[at : at + 1] != "(":
        return None, at
    depth = 0
    for i in range(at, len(line)):
        depth += (line[i] in "([{") - (line[i] in ")]}")
        if depth == 0:
            return _stripped(line, at + 1, i), _skip_space(line, i + 1)
    return None, None


def result_head(line: str, at: int) -> Head:
    """Read `type: text` or `name (type): text`; without a type all is text."""
    named = _NAMED_RESULT.match(line, at)
    if named:
        type_, after = bracketed(line, named.end())
        if type_ and after is not None and line[after : after + 1] == ":":
            return Head(named.span(1), type_, after + 1)
    for colon in re.finditer(r":(?=\s|$)", line[at:]):
        if colon.start() > _LONGEST_RESULT_TYPE:
            break
        spelled = line[at : at + colon.start()].rstrip()
        if is_type(spelled):
            return Head((at, at), (at, at + len(spelled)), at + colon.end())
    return Head((at, at), None, at)


def are_results(lines: Sequence[str]) -> bool:
    """Tell whether several results stand under each other, as of a tuple."""
    return sum(result_head(line, 0).type is not None for line in lines) > 1


def _skip_space(line: str, at: int) -> int:
    return len(line) - len(line[at:].lstrip())


def _stripped(line: str, start: int, end: int) -> tuple[int, int] | None:
    text = line[start:end]
    start += len(text) - len(text.lstrip())
    return (start, start + len(text.strip())) if text.strip() else None
