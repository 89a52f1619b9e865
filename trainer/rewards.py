"""The reward of a round trip: similarity of the code x worth of the documentation.

Every factor is a small function over text, in [0, 1], on top of the evidence in `doc_rules`. A
document that carries the code would make rebuilding trivial; the leak rules take that away.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from batdoc.source.docstring import Docstring
from batdoc.source.graph import read_graph
from batdoc.source.similarity import similarity
from batdoc.source.styles import canonical
from batdoc.source.units import CodeUnit
from batdoc.trainer.doc_rules import (
    SHARED_FREE,
    SHARED_MOST,
    has_fence,
    lacks_summary,
    missing_parts,
    most_characters,
    quoted_line,
    shared_grams,
)


@dataclass(frozen=True, slots=True)
class Reward:
    """What a round trip earned.

    Attributes:
        total: In [0, 1], or None where the unit cannot be scored at all.
        parts: The factors by name.
    """

    total: float | None
    parts: Mapping[str, float]


LEAK_RULES = ("quotes_no_line", "shares_little")
UNSCORABLE = Reward(None, {})


def structure(doc: Docstring, unit: CodeUnit) -> float:
    """Score what is documented: 0.0 no summary, 0.5 something is missing, 1.0 complete.

    Complete is a summary, an entry with a text for each parameter, one for what is returned or
    yielded, and one for each exception that the body raises by name.
    """
    if lacks_summary(doc):
        return 0.0
    return 0.5 if missing_parts(doc, unit) else 1.0


def quotes_no_line(doc: str, body: str) -> float:
    """Score 0.0 if a long line of the body, or a fenced block, stands in the documentation."""
    return 0.0 if has_fence(doc) or quoted_line(doc, body) else 1.0


def shares_little(doc: str, body: str) -> float:
    """Score 1.0 while the documentation holds few of the body's 4-grams, falling to 0.0.

    The fall is linear from a share of .06 to one of .25.
    """
    shared = shared_grams(doc, body)
    return min(1.0, max(0.0, (SHARED_MOST - shared) / (SHARED_MOST - SHARED_FREE)))


def is_short(doc: str, code: str) -> float:
    """Score 0.0 for documentation of over 400 characters that is twice as long as the code."""
    return 1.0 if len(doc) <= most_characters(code) else 0.0


def score_doc(doc: Docstring | None, unit: CodeUnit) -> Reward:
    """Score documentation by itself.

    Args:
        doc: As the model wrote it and batdoc would show it; None if nothing could be used.
        unit: What it documents.
    """
    if doc is None:
        return Reward(0.0, {"structure": 0.0})
    text, body = canonical(doc), body_of(unit)
    parts = {
        "structure": structure(doc, unit),
        "quotes_no_line": quotes_no_line(text, body),
        "shares_little": shares_little(text, body),
        "is_short": is_short(text, unit.code),
    }
    return Reward(math.prod(parts.values()), parts)


def leaks(reward: Reward) -> bool:
    """Tell whether the documentation behind a reward was found to carry code."""
    return any(reward.parts.get(rule, 1.0) < 1.0 for rule in LEAK_RULES)


def score_code(rebuilt: str | None, unit: CodeUnit) -> Reward:
    """Score rebuilt code against the original.

    Args:
        rebuilt: The whole definition, or None if there is none that parses.
        unit: The original.
    """
    if read_graph(unit.code, unit.language) is None:
        return UNSCORABLE
    value = similarity(unit.code, rebuilt, unit.language).value if rebuilt is not None else 0.0
    return Reward(value, {"similarity": value})


def likeness(rebuilt: str | None, unit: CodeUnit) -> float:
    """Give how like the original rebuilt code is, in [0, 1]; 0.0 where it does not parse."""
    return score_code(rebuilt, unit).total or 0.0


def round_trip(doc: Reward, rebuilds: Sequence[Reward]) -> Reward:
    """Multiply what documentation is worth by how like the original the code from it is.

    Args:
        doc: From `score_doc`.
        rebuilds: From `score_code`, one for each rebuild from that documentation; none where it
            was not worth one.
    """
    values = [rebuild.total for rebuild in rebuilds if rebuild.total is not None]
    if doc.total is None or len(values) < len(rebuilds):
        return UNSCORABLE
    mean = sum(values) / len(values) if values else 0.0
    return Reward(doc.total * mean, {**doc.parts, "similarity": mean})


def body_of(unit: CodeUnit) -> str:
    """Give what stands under the declaration, documentation and closing mark left out."""
    if unit.insert_at <= unit.span.start:
        return _between_header_and_footer(unit)
    start = unit.doc_span.end if unit.doc_span else unit.insert_at
    return unit.text.encode()[start - unit.span.start :].decode("utf-8", "replace")


def _between_header_and_footer(unit: CodeUnit) -> str:
    """Find the end of the header, whose white space is not the code's own."""
    places = [at for at, character in enumerate(unit.text) if not character.isspace()]
    header = "".join(unit.header.split())
    start = "".join(unit.text[at] for at in places).find(header)
    end = places[start + len(header) - 1] + 1 if header and start >= 0 else 0
    return unit.text[end:].rstrip().removesuffix(unit.footer).rstrip()
