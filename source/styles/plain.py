"""Plain style: prose without sections."""

from collections.abc import Sequence

from batdoc.source.docstring import Docstring, Style
from batdoc.source.styles.sections import Parts, Role, Section, lay_out, wrap_summary
from batdoc.source.styles.wrap import wrap


def parse(lines: Sequence[str]) -> Docstring:
    """Split the summary from the body."""
    parts = Parts()
    parts.add_prose(lines, is_head=True)
    return parts.docstring(Style.PLAIN)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write summary and body as lines without indentation."""
    return lay_out([wrap_summary(docstring, width), wrap(docstring.body, width)])


def split(lines: Sequence[str]) -> list[Section]:
    """Give the whole text as prose."""
    return [Section(Role.PROSE, lines, lines)]
