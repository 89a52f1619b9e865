"""What is shown when the pointer rests on a name: what its documentation lacks, who wrote it."""

import re
from collections.abc import Iterable

from batdoc.source.findings import Finding
from batdoc.source.units import ByteSpan, CodeUnit

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~]")


def named_at(
    units: Iterable[CodeUnit], source: bytes, line: ByteSpan, at: int
) -> tuple[CodeUnit, ByteSpan] | None:
    """Find the declaration whose name is at a place.

    Args:
        units: All of the document.
        source: The document.
        line: The line of the place.
        at: The place, in bytes.

    Returns:
        The unit, and where its name stands; None where there is no such name.
    """
    number = source.count(b"\n", 0, line.start) + 1
    for unit in units:
        if unit.declared_at != number:
            continue
        name = re.compile(rb"(?<!\w)" + re.escape(unit.name.encode()) + rb"(?!\w)")
        for found in name.finditer(source, max(line.start, unit.span.start), line.end):
            if found.start() <= at <= found.end():
                return unit, ByteSpan(found.start(), found.end())
    return None


def words(found: Iterable[Finding], origin: str, is_markdown: bool) -> str:
    """Tell what was found about a unit, a line each; '' where there is nothing to tell.

    Args:
        found: About this unit alone.
        origin: Who wrote its docstring, and how sure; '' where that is unknown.
        is_markdown: The client shows Markdown, else it shows the text as it is.
    """
    if is_markdown:
        lines = [f"- {_plain(each.message)} (`{each.rule.code}`)" for each in found]
    else:
        lines = [f"{each.rule.code}: {each.message}" for each in found]
    if origin:
        lines.append(f"{'- ' * is_markdown}{origin}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Spell text so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\g<0>", text)
