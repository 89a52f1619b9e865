"""Copies the way in which a person wrote an entry: marks, indentation, spacing.

What a neighbour says of itself alone, such as a default in brackets, is not copied with it.
"""

import re
from collections.abc import Iterator, Sequence

from batdoc.source.docstring import Entry
from batdoc.source.merge.order import extent
from batdoc.source.styles.locate import Layout
from batdoc.source.styles.located import Located, Mark
from batdoc.source.styles.sections import INDENT, Role, hang, indented
from batdoc.source.styles.wrap import wrap

_PARTICULAR = re.compile(r"[\w=]|\](?<!\[\])")  # a default, a bracket that opens before the name
_DIRECTION = re.compile(r"\[\w")  # as in `@param[out]`


def can_copy(layout: Layout, sibling: Located, has_type: bool) -> bool:
    """Tell whether an entry shows how another one is written."""
    if sibling.text is None or len(sibling.bare_names(layout.lines)) != 1:
        return False
    start, name = sibling.start, sibling.names[0]
    inline = [mark for mark in sibling.types if mark.line == start]
    apart = [mark for mark in sibling.types if mark.line != start]
    if name.line != start or len(inline) + len(apart) > 1:
        return False
    line = layout.lines[start]
    column = sibling.text[1] if sibling.text[0] == start else len(line)
    if _says_more(line[:column], name, inline):
        return False
    is_beside = bool(apart) and extent(sibling)[1] > sibling.blocks[0][1]
    if has_type:
        return bool(inline) or is_beside
    return not inline or _untyped(line, inline[0]) is not None


def _says_more(head: str, name: Mark, types: Sequence[Mark]) -> bool:
    """Tell whether a head holds more than marks, name and type: a default, a direction."""
    before, between = head[: name.start], head[name.end :]
    for mark in types:
        before = before.replace(head[mark.start : mark.end], "")
        between = between.replace(head[mark.start : mark.end], "", 1)
    return bool(_DIRECTION.search(before) or _PARTICULAR.search(between))


def _untyped(line: str, type_: Mark) -> Mark | None:
    """Find the range of a type and of the marks that stand around it for its sake alone."""
    start, end = type_.start, type_.end
    around = line[start - 1 : start] + line[end : end + 1]
    if around in ("()", "{}", "[]"):
        start, end = start - 1, end + 1
    lead = line[:start]
    if around == "()" or not line[end:].strip():  # `name (type):`, `name : type`
        return Mark(type_.line, len(lead.rstrip(" :" if not line[end:].strip() else " ")), end)
    follows = len(line[end:]) - len(line[end:].lstrip(" "))
    return Mark(type_.line, start, end + follows) if follows else None  # `{type} name`


def copied(layout: Layout, sibling: Located, entry: Entry, width: int) -> list[str]:
    """Write an entry with the marks and spaces of another one."""
    assert sibling.text is not None
    first, column = sibling.text
    head = _respelled(layout, sibling, entry, first, column)
    lead = margin_of(layout.lines[sibling.start])
    margin = text_margin(layout, sibling.role) or lead + ("\t" if "\t" in lead else INDENT)
    if first > sibling.start:
        margin = layout.lines[first][:column]
        lines = [*head[:-1], *indented(wrap(entry.text, width - len(margin)), margin)]
    else:
        lines = [*head[:-1], *hang(head[-1].removesuffix(" "), entry.text, margin, width)]
    return [*lines, *_type_lines(layout, sibling, entry)]


def _respelled(
    layout: Layout, sibling: Located, entry: Entry, first: int, column: int
) -> list[str]:
    """Give the lines up to an entry's text, with another name and type."""
    new = [*layout.lines[sibling.start : first], layout.lines[first][:column]]
    for mark, text in sorted(_marks(layout, sibling, entry), key=lambda each: -each[0].start):
        if sibling.start <= mark.line <= first:
            at = mark.line - sibling.start
            new[at] = new[at][: mark.start] + text + new[at][mark.end :]
    return new


def _type_lines(layout: Layout, sibling: Located, entry: Entry) -> list[str]:
    """Give the field of a type, if the sibling has one and the entry a type."""
    typed = {mark.line for mark in sibling.types}
    within = range(*extent(sibling))
    blocks = [block for block in sibling.blocks[1:] if block[0] in within and block[0] in typed]
    if not entry.type or not blocks:
        return []
    at = blocks[0][0]
    line = layout.lines[at]
    for mark, text in sorted(_marks(layout, sibling, entry), key=lambda each: -each[0].start):
        if mark.line == at:
            line = line[: mark.start] + text + line[mark.end :]
    return [line]


def _marks(layout: Layout, sibling: Located, entry: Entry) -> Iterator[tuple[Mark, str]]:
    """Give what is spelled otherwise where an entry is copied."""
    for mark in sibling.names:
        yield mark, _name_like(mark.of(layout.lines), entry.name)
    for mark in sibling.types:
        untyped = None if entry.type else _untyped(layout.lines[mark.line], mark)
        yield untyped or mark, entry.type or ""


def _name_like(old: str, name: str) -> str:
    """Escape stars where the neighbour's are."""
    return name.replace("*", r"\*") if "\\" in old else name


def text_margin(layout: Layout, role: Role) -> str | None:
    """Give what the lines under the first one of an entry start with, if one shows it."""
    for entry in layout.of(role):
        head, under = entry.start, entry.start + 1
        if entry.text and under < entry.blocks[0][1] and layout.lines[under].strip():
            margin = margin_of(layout.lines[under])
            if len(margin) > len(margin_of(layout.lines[head])):
                return margin
    return None


def margin_of(line: str) -> str:
    """Give the white space that a line starts with."""
    return line[: len(line) - len(line.lstrip())]
