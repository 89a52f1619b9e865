"""Docstring text to data and back, one file a convention."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Protocol

from batdoc.source.docstring import Docstring, Style
from batdoc.source.styles.sections import Role, Section, to_lines


class Convention(Protocol):
    """What a file of this folder offers, as a module or as an object in it."""

    def parse(self, lines: Sequence[str]) -> Docstring:
        """Read a docstring; what is not understood stays in the body."""
        ...

    def render(self, docstring: Docstring, width: int) -> list[str]:
        """Write a docstring as lines without indentation."""
        ...

    def split(self, lines: Sequence[str]) -> list[Section]:
        """Part a docstring into sections, prose included; together they are all lines."""
        ...


_SECTION = re.compile(r"[:@]|---|===")  # one of them is in every section of a Python docstring
_SHARED_FILE = {Style.TSDOC: "jsdoc"}
# The styles of each language; its own convention stands first, and is the default.
_STYLES_OF = {
    "python": (Style.GOOGLE, Style.NUMPY, Style.REST, Style.EPYTEXT),
    "javascript": (Style.JSDOC,),
    "typescript": (Style.TSDOC, Style.JSDOC),
    "tsx": (Style.TSDOC, Style.JSDOC),
    "java": (Style.JAVADOC,),
    "csharp": (Style.XMLDOC,),
    "php": (Style.PHPDOC,),
    "lua": (Style.LDOC,),
    "ruby": (Style.YARD, Style.RDOC),
    "go": (Style.GODOC,),
    "rust": (Style.RUSTDOC,),
    "c": (Style.DOXYGEN,),
    "cpp": (Style.DOXYGEN,),
}
# Of two styles that fit equally well, the first is meant.
_DETECTED_IN = _STYLES_OF | {"python": (Style.NUMPY, Style.GOOGLE, Style.REST, Style.EPYTEXT)}
_WEIGHTS = {Role.PROSE: 0, Role.OTHER: 0, Role.EXAMPLES: 1}


@cache
def convention(style: Style) -> Convention:
    """Load the file of a convention; most runs need one or two of them."""
    module = import_module(f"{__name__}.{_SHARED_FILE.get(style, style.value)}")
    found: Convention = getattr(module, style.name, module)
    return found


def styles_of(language: str) -> tuple[Style, ...]:
    """Give the conventions that a language's documentation may follow, its default first."""
    return _STYLES_OF[language]


def detect(text: str, language: str = "python") -> Style:
    """Tell which convention a docstring follows; PLAIN where it has no sections."""
    return _detect(text, to_lines(text), language)


def parse(text: str, style: Style | None = None, language: str = "python") -> Docstring:
    """Read a docstring; never fails, and what cannot be understood stays in the body.

    Args:
        text: Dedented, without quotes or comment marks.
        style: Detected where None.
        language: That the documented code is in.
    """
    lines = to_lines(text)
    return convention(style or _detect(text, lines, language)).parse(lines)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a docstring in its style as lines without indentation.

    A plain docstring that has sections is written in Google style: no word is left out.
    """
    style = docstring.style
    has_sections = docstring.entries
    if style is Style.PLAIN and (has_sections or docstring.examples):
        style = Style.GOOGLE
    return convention(style).render(docstring, width)


def canonical(docstring: Docstring) -> str:
    """Write a docstring in the one form that models read and write.

    The summary, then a reST field a line, without types; body, examples and entries without a
    text are left out.
    """
    fields = [
        *((lead("params", entry.name), entry) for entry in docstring.params),
        (lead("returns", ""), docstring.returns),
        (lead("yields", ""), docstring.yields),
        *((lead("raises", entry.name), entry) for entry in docstring.raises),
    ]
    lines = [f"{begun} {_one_line(entry.text)}" for begun, entry in fields if entry and entry.text]
    return "\n".join([_one_line(docstring.summary), *lines]).strip()


def lead(field: str, name: str) -> str:
    """Give how the line of an entry begins in the canonical form.

    Args:
        field: "params", "returns", "yields" or "raises", as a `Docstring` calls them.
        name: The parameter with its stars, or the exception; empty for a result.

    Examples:
        >>> lead("params", "*rest"), lead("returns", "")
        (':param *rest:', ':returns:')
    """
    word = "param" if field == "params" else field
    return f":{word} {name}:" if name else f":{word}:"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def is_plainly_prose(text: str, language: str) -> bool:
    """Tell at a glance that a docstring is prose; where this says no, it may be all the same."""
    return language == "python" and text[:1].isalpha() and not _SECTION.search(text)


def _detect(text: str, lines: Sequence[str], language: str) -> Style:
    if language == "python" and not _SECTION.search(text):
        return Style.PLAIN
    scores = {style: _score(convention(style).split(lines)) for style in _DETECTED_IN[language]}
    best = max(scores, key=lambda style: scores[style])
    return best if any(scores[best]) else Style.PLAIN


def _score(sections: Sequence[Section]) -> tuple[int, int]:
    """Weigh what sections tell of; of the same, more sections count more."""
    roles = [section.role for section in sections]
    return sum(_WEIGHTS.get(role, 2) for role in set(roles)), sum(map(_counts, roles))


def _counts(role: Role) -> bool:
    return _WEIGHTS.get(role, 2) > 0
