"""Documentation as data to the lines that the house would write, before quotes or comment marks."""

from collections.abc import Sequence

from batdoc.source.docstring import Docstring
from batdoc.source.house.style import HouseStyle
from batdoc.source.styles import convention, parse, render
from batdoc.source.styles.sections import Role, Section, strip_blank

_QUOTES = 3


def lay_out(docstring: Docstring, house: HouseStyle, width: int) -> list[str]:
    """Write documentation as lines without indentation.

    Sections are moved, and blank lines left out, only where the result says the same.

    Args:
        docstring: Dressed in the house style.
        house: Where sections and blank lines go.
        width: The longest line.
    """
    lines = _fitted(docstring, width)
    lines = _same(lines, _in_order(lines, docstring, house.section_order), docstring)
    if not house.blank_line_after_summary:
        lines = _same(lines, _close_to_summary(lines, docstring), docstring)
    return lines


def framed(lines: Sequence[str], house: HouseStyle) -> list[str]:
    """Add an empty first or last line where words must not follow, or precede, the marks."""
    if len(lines) < 2:
        return list(lines)
    above = [] if house.summary_on_opening_line else [""]
    return [*above, *lines, *([""] if house.blank_line_before_closing else [])]


def _fitted(docstring: Docstring, width: int) -> list[str]:
    """Render so that the first line leaves room for the quotes on it."""
    lines = render(docstring, width)
    quotes = 2 * _QUOTES if len(lines) == 1 else _QUOTES
    if lines and len(lines[0]) + quotes > width:
        return render(docstring, width - 2 * _QUOTES)
    return lines


def _same(before: list[str], after: list[str], docstring: Docstring) -> list[str]:
    """Take the lines after a change, if they are read as those before it are."""
    text, changed = "\n".join(before), "\n".join(after)
    is_same = parse(text, docstring.style) == parse(changed, docstring.style)
    return after if is_same else before


def _in_order(lines: list[str], docstring: Docstring, order: Sequence[Role]) -> list[str]:
    """Put the sections that `order` names into its order; each blank line keeps its place."""
    sections = convention(docstring.style).split(lines)
    moved = iter(
        sorted((s for s in sections if s.role in order), key=lambda s: order.index(s.role))
    )
    placed: list[str] = []
    for section in sections:
        taken = next(moved) if section.role in order else section
        placed += [*_words(taken), *section.raw[len(_words(section)) :]]
    return placed


def _words(section: Section) -> list[str]:
    """Give a section's lines without the blank ones under it."""
    words = list(section.raw)
    while words and not words[-1].strip():
        words.pop()
    return words


def _close_to_summary(lines: list[str], docstring: Docstring) -> list[str]:
    sections = convention(docstring.style).split(lines)
    if docstring.body or len(sections) < 2 or sections[1].role is Role.PROSE:
        return lines
    return [*strip_blank(sections[0].raw), *lines[len(sections[0].raw) :]]
