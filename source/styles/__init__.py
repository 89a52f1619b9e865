"""Docstring text to data and back, one file a convention."""

import re
from collections.abc import Callable, Sequence

from batdoc.source.docstring import Docstring, Style
from batdoc.source.styles import google, numpy, plain, rest
from batdoc.source.styles.sections import Role, Section, strip_blank

_PARSERS = {
    Style.GOOGLE: google.parse,
    Style.NUMPY: numpy.parse,
    Style.REST: rest.parse,
    Style.PLAIN: plain.parse,
}
_RENDERERS = {
    Style.GOOGLE: google.render,
    Style.NUMPY: numpy.render,
    Style.REST: rest.render,
    Style.PLAIN: plain.render,
}
_SPLITTERS: dict[Style, Callable[[Sequence[str]], list[Section]]] = {
    Style.NUMPY: numpy.split,
    Style.GOOGLE: google.split,
    Style.REST: rest.split,
}
_WEIGHTS = {Role.PROSE: 0, Role.OTHER: 0, Role.EXAMPLES: 1}
_LEADING = re.compile(r"[ \t]*\t[ \t]*")


def detect(text: str) -> Style:
    """Tell which convention a docstring follows; PLAIN where it has no sections."""
    return _detect(_lines(text))


def parse(text: str, style: Style | None = None) -> Docstring:
    """Read a docstring; never fails, and what cannot be understood stays in the body.

    Args:
        text: Dedented, without quotes.
        style: Detected where None.
    """
    lines = _lines(text)
    return _PARSERS[style or _detect(lines)](lines)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a docstring in its style as lines without indentation.

    A plain docstring that has sections is written in Google style: no word is left out.
    """
    style = docstring.style
    has_sections = docstring.params or docstring.raises or docstring.returns or docstring.yields
    if style is Style.PLAIN and (has_sections or docstring.examples):
        style = Style.GOOGLE
    return _RENDERERS[style](docstring, width)


def canonical(docstring: Docstring) -> str:
    """Write a docstring in the one form that models read and write.

    The summary, then a reST field a line, without types; body, examples and entries without a
    text are left out.
    """
    fields = [
        *((f"param {entry.name}", entry) for entry in docstring.params),
        ("returns", docstring.returns),
        ("yields", docstring.yields),
        *((f"raises {entry.name}", entry) for entry in docstring.raises),
    ]
    lines = [
        f":{label}: {_one_line(entry.text)}" for label, entry in fields if entry and entry.text
    ]
    return "\n".join([_one_line(docstring.summary), *lines]).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> list[str]:
    """Split into lines without white space at their ends, tabs in front of them expanded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [
        _LEADING.sub(lambda m: m.group().expandtabs(), line, count=1) if line[:1] in " \t" else line
        for line in text.split("\n")
    ]
    lines = strip_blank([line.rstrip() for line in lines])
    return [lines[0].lstrip(), *lines[1:]] if lines else []


def _detect(lines: Sequence[str]) -> Style:
    scores = {style: _score(split(lines)) for style, split in _SPLITTERS.items()}
    best = max(scores, key=lambda style: scores[style])
    return best if scores[best] else Style.PLAIN


def _score(sections: Sequence[Section]) -> int:
    return sum(_WEIGHTS.get(role, 2) for role in {section.role for section in sections})
