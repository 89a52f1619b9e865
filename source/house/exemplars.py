"""Which documented functions of a code base show best how its documentation is written.

The measure is fixed and sees no model: complete against the signature, of middle length, and near
to what is to be documented by the words of its sketch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from batdoc.source.docstring import Docstring
from batdoc.source.rules import documentable
from batdoc.source.sketch import sketch
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit, UnitKind

COUNT = 2

_CODE_LENGTH = range(40, 1500)  # characters
_DOC_LENGTH = range(40, 700)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A function and its documentation as models write it."""

    code: str
    doc: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    unit: CodeUnit
    doc: str
    words: frozenset[str]
    is_complete: bool


class Exemplars:
    """Picks examples for units.

    Args:
        units: Gives the units that a code base has in a language; called once a language.
    """

    def __init__(self, units: Callable[[str], Sequence[CodeUnit]]) -> None:
        self._units = units
        self._candidates: dict[str, list[_Candidate]] = {}

    def nearest(self, unit: CodeUnit) -> tuple[Exemplar, ...]:
        """Give the best examples for a unit, the nearest last: what was read last tells most."""
        if unit.language not in self._candidates:
            self._candidates[unit.language] = _candidates(self._units(unit.language))
        own, known = _words(unit), self._candidates[unit.language]
        others = (each for each in known if each.unit.key != unit.key)
        ranked = sorted(others, key=lambda each: (-_likeness(own, each.words), each.unit.key))
        return tuple(Exemplar(each.unit.code, each.doc) for each in reversed(ranked[:COUNT]))


def _candidates(units: Sequence[CodeUnit]) -> list[_Candidate]:
    """Pick what may serve: complete documentation, or what comes near it where there is none."""
    found: dict[str, _Candidate] = {}
    for unit in documentable(units, include_private=False):
        if unit.docstring and unit.kind is not UnitKind.CLASS and not unit.is_stub:
            candidate = _candidate(unit, parse(unit.docstring, language=unit.language))
            if candidate is not None:
                found.setdefault(unit.key, candidate)
    complete = [candidate for candidate in found.values() if candidate.is_complete]
    return complete if len(complete) >= COUNT else list(found.values())


def _candidate(unit: CodeUnit, docstring: Docstring) -> _Candidate | None:
    doc = canonical(docstring)
    is_middling = len(unit.code) in _CODE_LENGTH and len(doc) in _DOC_LENGTH
    if not is_middling or docstring.problems(unit.signature):
        return None
    return _Candidate(unit, doc, _words(unit), _is_complete(unit, docstring))


def _is_complete(unit: CodeUnit, docstring: Docstring) -> bool:
    signature = unit.signature
    result = docstring.yields if signature.yields else docstring.returns
    has_result = (
        signature.yields or signature.returns_value
    ) and unit.kind is not UnitKind.PROPERTY
    has_params = len(docstring.params) == len(signature.parameters)
    has_raises = len(docstring.raises) >= len(signature.raises)
    return has_params and has_raises and (result is not None or not has_result)


def _words(unit: CodeUnit) -> frozenset[str]:
    return frozenset(sketch(unit).replace(",", " ").split())


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
