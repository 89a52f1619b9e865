"""Sections of docs/results.md, each written by one benchmark between its own marks."""

import re
from pathlib import Path

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_RESULTS = Path(__file__).parents[1] / "docs" / "results.md"


def write_section(name: str, text: str) -> None:
    """Replace a section, or add it at the end.

    Args:
        name: Stands in the marks.
        text: Markdown.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    old = _RESULTS.read_text("utf-8")
    fresh = f"{begin}\n{text.strip()}\n\n{end}"
    section = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    new, count = section.subn(lambda _: fresh, old)
    _RESULTS.write_text(new if count else f"{old.rstrip()}\n\n{fresh}", "utf-8")
