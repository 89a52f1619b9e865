"""Fits text to a width and leaves its structure alone.

Only prose that does not fit is filled anew. Doctests, code blocks, tables, directives, headings
and everything indented stay as written, however long; list items keep their mark and hang.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LEAST_ROOM = 20
_ITEM = re.compile(r"(?:[-*+•‣]|\d{1,3}[.)]|#\.)(?:[ \t]+(?=\S)|$)")
_FIXED = re.compile(r">>>|\.\.(?:\s|$)|```|~~~|[|@]|#{1,6}\s|:[A-Za-z][^:]*:(?!`)|[A-Z]\w+:$")
_UNDERLINE = re.compile(r"([-=~^+*#_\"'.:])\1{2,}$|[-=+| ]{5,}$")
_NO_START = re.compile(r">>>|\.\.|```|~~~|[|@:]|#|[-*+•‣]$|\d{1,3}[.)]$|([-=~^+*_\"'])\1{2,}$")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together; `mark` is a list item's, empty for a paragraph."""

    lines: list[str]
    is_fixed: bool
    mark: str = ""


def is_structural(line: str) -> bool:
    """Tell whether a line starts something that must not be joined to the line before."""
    return bool(_ITEM.match(line) or _FIXED.match(line) or is_underline(line))


def is_underline(line: str) -> bool:
    """Tell whether a line only draws a rule, as under a heading or in a table."""
    return bool(_UNDERLINE.match(line.strip()))


def wrap(text: str, width: int, first_width: int | None = None) -> list[str]:
    """Fit text to a width.

    Args:
        text: Dedented lines.
        width: Of a line, in characters; a longer word stands alone.
        first_width: Of the first line, where something already stands before it.
    """
    room = max(width, _LEAST_ROOM)
    first_room = room if first_width is None else max(first_width, 0)
    lines: list[str] = []
    for block in _blocks(text.split("\n") if text else []):
        start = room if lines else first_room
        lines += block.lines if block.is_fixed else _fit(block, start, room)
    return lines


def fill(text: str, first_width: int, width: int) -> list[str]:
    """Break prose into lines of words, as many on each as fit."""
    lines: list[str] = []
    room = first_width
    for word in text.split(" "):
        if not word:
            continue
        joins = lines and (len(lines[-1]) + 1 + len(word) <= room or not _may_start(word))
        if joins:
            lines[-1] += f" {word}"
        else:
            room = width if lines else first_width
            lines.append(word)
    return lines


def _may_start(word: str) -> bool:
    """Tell whether a word at the start of a line would still be read as prose."""
    return not (_NO_START.match(word) or word.endswith(":"))


def _fit(block: _Block, first_width: int, width: int) -> list[str]:
    widths = [first_width] + [width] * (len(block.lines) - 1)
    if all(len(line) <= room for line, room in zip(block.lines, widths, strict=True)):
        return block.lines
    hang = " " * len(block.mark)
    words = " ".join(line.strip() for line in block.lines)[len(block.mark) :]
    filled = fill(words, first_width - len(hang), width - len(hang))
    return [(block.mark if i == 0 else hang) + line for i, line in enumerate(filled)]


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    at = 0
    while at < len(lines):
        end, block = _block_at(lines, at)
        yield block
        at = end


def _block_at(lines: Sequence[str], at: int) -> tuple[int, _Block]:
    line = lines[at]
    if line.startswith(("```", "~~~")):
        end = _fence_end(lines, at)
        return end, _Block(list(lines[at:end]), is_fixed=True)
    if line.startswith(">>>"):
        end = at + 1
        while end < len(lines) and lines[end].strip():
            end += 1
        return end, _Block(list(lines[at:end]), is_fixed=True)
    item = _ITEM.match(line)
    if item:
        end = _item_end(lines, at)
        return end, _Block(list(lines[at:end]), is_fixed=False, mark=item.group().rstrip() + " ")
    if not line.strip() or line[0] in " \t" or is_structural(line):
        return at + 1, _Block([line], is_fixed=True)
    end = _paragraph_end(lines, at)
    is_heading = end < len(lines) and is_underline(lines[end])
    return end, _Block(list(lines[at:end]), is_fixed=is_heading)


def _fence_end(lines: Sequence[str], at: int) -> int:
    for end in range(at + 1, len(lines)):
        if lines[end].startswith(lines[at][:3]):
            return end + 1
    return len(lines)


def _item_end(lines: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and lines[end][:1] in (" ", "\t"):
        if not lines[end].strip() or is_structural(lines[end].strip()):
            break
        end += 1
    return end


def _paragraph_end(lines: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if lines[end][0] in " \t" or is_structural(lines[end]):
            break
        end += 1
    return end
