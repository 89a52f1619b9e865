"""What is shown when the pointer rests on a declaration's name: what its documentation lacks."""

import re
from collections.abc import Iterable

from batdoc.source.findings import Finding
from batdoc.source.units import ByteSpan, CodeUnit


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


def words_on(unit: CodeUnit, found: Iterable[Finding], is_markdown: bool) -> str:
    """Tell what was found about a unit, a line each; '' where there is nothing to tell.

    Args:
        unit: The unit.
        found: All findings of its document.
        is_markdown: The client shows Markdown, else it shows the text as it is.
    """
    own = [f for f in found if (f.name, f.line) == (unit.qualified_name, unit.declared_at)]
    if is_markdown:
        return "\n".join(f"- {finding.message} (`{finding.rule.code}`)" for finding in own)
    return "\n".join(f"{finding.rule.code}: {finding.message}" for finding in own)
