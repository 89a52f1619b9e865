"""Tells whether words are code: a run of tokens that stands in the body as well."""

import re
from collections.abc import Sequence
from itertools import islice

from batdoc.source.units import CodeUnit

_TOKEN = re.compile(r"\w+|[^\w\s]")
_RUN = 6  # tokens; people name a call or an expression, and hardly ever more
_LEAST_MARKS = 2
_MARKS = frozenset(".()[]{}<>=+*/%&|;:!?@$\\")


def copies_code(text: str, unit: CodeUnit) -> bool:
    """Tell whether text repeats part of a unit's body.

    The declaration may be quoted, and so may words: a run counts only with marks of code in it.
    """
    words = _TOKEN.findall(text)
    if len(words) < _RUN:
        return False
    body = _body(_TOKEN.findall(unit.code), _TOKEN.findall(unit.header))
    return not _runs(words).isdisjoint(_runs(body))


def _body(code: Sequence[str], header: Sequence[str]) -> Sequence[str]:
    """Leave out the declaration, and what stands above it."""
    for at in range(len(code) - len(header) + 1):
        if code[at] == header[0] and list(code[at : at + len(header)]) == list(header):
            return code[at + len(header) :]
    return code


def _runs(tokens: Sequence[str]) -> set[tuple[str, ...]]:
    runs = zip(*(islice(tokens, at, None) for at in range(_RUN)), strict=False)
    return {run for run in runs if sum(token in _MARKS for token in run) >= _LEAST_MARKS}
