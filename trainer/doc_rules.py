"""What documentation must have, and what it must not carry: one small function a rule.

Each rule gives its evidence, so that the reward and its explanation are the same judgement. What
must be there is what every convention asks for; types and examples are not, as documentation
towards models has neither. The bounds on leaks come from human docstrings, which hardly ever leak
(docs/LOG.md).
"""

import re

from batdoc.source.docstring import Docstring, last_part
from batdoc.source.units import CodeUnit, UnitKind

LONG_LINE = 20  # characters, white space at the ends not counted
SHARED_FREE, SHARED_MOST = 0.06, 0.25
_GRAM = 4
_SHORTEST_CAP = 400  # characters
_CAP_PER_CODE = 2
_FENCES = ("```", "~~~")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_DOCTEST = re.compile(r"^\s*(>>>|\.\.\.)")
_ABSTRACT = "NotImplementedError"  # says that a subclass is to do it, not that it goes wrong


def lacks_summary(doc: Docstring) -> bool:
    """Tell whether the first sentence is missing."""
    return not doc.summary.strip()


def untold_parameters(doc: Docstring, unit: CodeUnit) -> tuple[str, ...]:
    """Name the parameters that have no entry with a text."""
    told = {entry.name.lstrip("*") for entry in doc.params if entry.text.strip()}
    needed = (p.name for p in unit.signature.parameters if p.needs_entry)
    return tuple(name for name in needed if name not in told)


def untold_result(doc: Docstring, unit: CodeUnit) -> str | None:
    """Name the result that has no entry: "returns" or "yields"; a property's is its summary."""
    if unit.kind is UnitKind.PROPERTY:
        return None
    if unit.signature.yields:
        name, entry = "yields", doc.yields
    elif unit.signature.returns_value:
        name, entry = "returns", doc.returns
    else:
        return None
    return None if entry and entry.text.strip() else name


def untold_exceptions(doc: Docstring, unit: CodeUnit) -> tuple[str, ...]:
    """Name the exceptions that the body raises by name and that have no entry with a text."""
    told = {last_part(entry.name) for entry in doc.raises if entry.text.strip()}
    raised = dict.fromkeys(map(last_part, unit.signature.raises))
    return tuple(name for name in raised if name not in told and name != _ABSTRACT)


def missing_parts(doc: Docstring, unit: CodeUnit) -> tuple[str, ...]:
    """Name everything that should be there and is not, the summary first."""
    result = untold_result(doc, unit)
    return (
        *(["summary"] if lacks_summary(doc) else []),
        *(f"parameter {name}" for name in untold_parameters(doc, unit)),
        *([result] if result else []),
        *(f"raises {name}" for name in untold_exceptions(doc, unit)),
    )


def has_fence(doc: str) -> bool:
    """Tell whether a fenced block stands in the documentation."""
    return any(fence in doc for fence in _FENCES)


def quoted_line(doc: str, body: str) -> str | None:
    """Give the first long line of the body that stands in the documentation, if there is one.

    Examples:
        >>> quoted_line("Run return [x for x in items if x].", "return [x for x in items if x]")
        'return [x for x in items if x]'
        >>> quoted_line("Give the true items.", "return [x for x in items if x]")
    """
    prose = _squeezed(without_examples(doc))
    lines = (_squeezed(line) for line in body.splitlines())
    return next((line for line in lines if len(line) > LONG_LINE and line in prose), None)


def shared_grams(doc: str, body: str) -> float:
    """Give the share, in [0, 1], of the body's runs of four tokens that the documentation has."""
    grams = _grams(body)
    return len(grams & _grams(without_examples(doc))) / len(grams) if grams else 0.0


def most_characters(code: str) -> int:
    """Give the length that documentation of this code may have."""
    return max(_SHORTEST_CAP, _CAP_PER_CODE * len(code))


def without_examples(doc: str) -> str:
    """Leave out doctest lines: examples are examples, not leaks."""
    return "\n".join(line for line in doc.splitlines() if not _DOCTEST.match(line))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _grams(text: str) -> set[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    return {tuple(tokens[i : i + _GRAM]) for i in range(len(tokens) - _GRAM + 1)}
