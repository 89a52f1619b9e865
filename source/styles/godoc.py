"""Go doc comments: prose without tags; what a function returns is told in a sentence.

Parameters are named in the prose where they matter, and never listed, so entries of parameters
are left out when a comment is rendered. Whatever stands in a comment is read as prose.
"""

import re
from collections.abc import Sequence

from batdoc.source.docstring import Docstring, Style
from batdoc.source.styles.sections import Parts, Role, Section, lay_out, wrap_summary
from batdoc.source.styles.wrap import fill, wrap

_PLAIN_WORD = re.compile(r"[A-Z][a-z]*(?=[ ,.;]|$)")
_TELLS_RESULT = re.compile(r"\breturn(?:s|ed|ing)?\b|\breports? whether\b", re.IGNORECASE)


def parse(lines: Sequence[str]) -> Docstring:
    """Split the summary from the body."""
    parts = Parts()
    parts.add_prose(lines, is_head=True)
    return parts.docstring(Style.GODOC)


def split(lines: Sequence[str]) -> list[Section]:
    """Give the whole text as prose."""
    return [Section(Role.PROSE, lines, lines)]


def render(docstring: Docstring, width: int) -> list[str]:
    """Write summary, body, result and examples as lines without comment marks."""
    result = docstring.returns.text if docstring.returns else ""
    is_told = not result or _TELLS_RESULT.search(f"{docstring.summary} {docstring.body}")
    examples = docstring.examples.split("\n") if docstring.examples else []
    return lay_out(
        [
            wrap_summary(docstring, width),
            wrap(docstring.body, width),
            [] if is_told else fill(_result_sentence(result), width, width),
            [f"\t{line}".rstrip() for line in examples],
        ]
    )


def _result_sentence(text: str) -> str:
    words = _lowered(" ".join(text.split()))
    return f"It returns {words}" + ("" if words.endswith((".", "!", "?", ":")) else ".")


def _lowered(text: str) -> str:
    """Give the first word without its capital, unless it may be a name or an abbreviation."""
    return text[0].lower() + text[1:] if _PLAIN_WORD.match(text) else text
