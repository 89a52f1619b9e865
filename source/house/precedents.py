"""What a code base says already of functions like one that is to be documented.

Within a code base much is said again: the same parameter, the methods of one class, what stands
side by side in a file. The measure of likeness is fixed and sees no model: the words of the sketch
and of the code that two functions share, those of their names once more, and whether they stand in
one file. Models with room are shown whole functions, small ones a few lines.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from batdoc.source.docstring import Docstring
from batdoc.source.house.retelling import may_be_said, retold
from batdoc.source.house.style import spoken
from batdoc.source.rules import documentable
from batdoc.source.signature import Signature
from batdoc.source.sketch import sketch, words
from batdoc.source.styles import canonical, lead
from batdoc.source.units import CodeUnit, UnitKind

COUNT = 2  # functions that are shown
_RETOLD = 3  # functions of which what is said is tried on another one

_LISTED = re.compile(r"\s*[*+-]\s")  # its first sentence is one of several that hold together
_SENTENCE = re.compile(r".*?[.!?](?<!\be\.g\.)(?<!\bi\.e\.)(?=\s)")
_CODE_LENGTH = range(40, 1500)  # characters of a function that is shown whole
_DOC_LENGTH = range(40, 700)
_NAME_WEIGHT, _SAME_FILE = 0.5, 0.2
_LONGEST_SUMMARY, _LONGEST_ENTRY = 120, 80  # characters of a line
_MOST = 360  # characters of all lines
_MOST_READ = 20_000  # functions whose documentation is kept as it was read


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A function and its documentation as models write it."""

    code: str
    doc: str


Entries = Mapping[tuple[str, str], str]  # by field and name


@dataclass(frozen=True, slots=True)
class Known:
    """What a code base says of functions like one.

    Attributes:
        lines: `words of a name: summary` for two functions, the nearest last; between them what
            the nearest function says that documents a parameter of the same name, and what the two
            say of results, as canonical documentation spells it. At most 360 characters.
        retold: Sentences about the nearest functions, said of this one (source.house.retelling);
            nobody knows whether they are true of it.
        entries: What the nearest function says that documents a parameter of the same name, and
            what the nearer of two says of its results; of that, too, nobody knows it. By field and
            name, as `source.merge.plan.Wanted` has them: ("params", "*rest"), ("returns", "").
    """

    lines: tuple[str, ...]
    retold: tuple[str, ...]
    entries: Entries


NOTHING = Known((), (), {})


@dataclass(frozen=True, slots=True)
class _Words:
    sketch: frozenset[str]
    code: frozenset[str]
    name: frozenset[str]

    @classmethod
    def of(cls, unit: CodeUnit) -> "_Words":
        return cls(
            frozenset(sketch(unit).replace(",", " ").split()),
            frozenset(words(unit.code)),
            frozenset(words(unit.name)),
        )

    def likeness(self, other: "_Words") -> float:
        """Compare what two functions share, from 0.0 to 2.5."""
        return (
            _shared(self.sketch, other.sketch)
            + _shared(self.code, other.code)
            + _NAME_WEIGHT * _shared(self.name, other.name)
        )


@dataclass(frozen=True)  # without slots, as what is found out once is kept
class _Documented:
    """A function that somebody documented."""

    unit: CodeUnit
    doc: Docstring
    words: _Words

    @cached_property
    def serves_whole(self) -> bool:
        """It may be shown with its code: public, of middle length, and not denied by it."""
        unit, doc = self.unit, canonical(self.doc)
        is_middling = len(unit.code) in _CODE_LENGTH and len(doc) in _DOC_LENGTH
        is_plain = not (unit.kind is UnitKind.CLASS or unit.is_stub or unit.is_private)
        return is_plain and is_middling and not self.doc.problems(unit.signature)

    @cached_property
    def is_complete(self) -> bool:
        """All that the signature has is documented."""
        signature, doc = self.unit.signature, self.doc
        result = doc.yields if signature.yields else doc.returns
        has_result = (
            signature.yields or signature.returns_value
        ) and self.unit.kind is not UnitKind.PROPERTY
        has_params = len(doc.params) == len(signature.parameters)
        has_raises = len(doc.raises) >= len(signature.raises)
        return has_params and has_raises and (result is not None or not has_result)


_Told = dict[tuple[str, str], tuple[str, CodeUnit]]  # by field and name: a text, and of which


class Precedents:
    """Finds what is said of functions like one that is to be documented.

    Args:
        neighbours: Gives units of a code base in a language; called once a language.
        is_left_out: Tells units whose docstrings are no example.
    """

    def __init__(
        self,
        neighbours: Callable[[str], Iterable[CodeUnit]],
        is_left_out: Callable[[CodeUnit], bool] = lambda _: False,
    ) -> None:
        self._neighbours = neighbours
        self._is_left_out = is_left_out
        self._around: dict[str, list[_Documented]] = {}
        self._known: dict[tuple[str, str, str], _Documented | None] = {}

    def exemplars(self, unit: CodeUnit, siblings: Sequence[CodeUnit]) -> tuple[Exemplar, ...]:
        """Give functions to show whole, the nearest last: what was read last tells most.

        Args:
            unit: What is to be documented.
            siblings: The units of its file.
        """
        ranked = [each for each in self._ranked(unit, siblings) if each.serves_whole]
        complete = [each for each in ranked if each.is_complete]
        chosen = (complete if len(complete) >= COUNT else ranked)[:COUNT]
        return tuple(Exemplar(each.unit.code, canonical(each.doc)) for each in reversed(chosen))

    def known(self, unit: CodeUnit, siblings: Sequence[CodeUnit]) -> Known:
        """Find what is said of functions like one.

        Args:
            unit: What is to be documented.
            siblings: The units of its file; what they say goes before what is known of the file.
        """
        ranked = self._ranked(unit, siblings)
        told = (retold(_short(e.doc.summary, _MOST), e.unit, unit) for e in ranked[:_RETOLD])
        entries = _parameters(unit.signature, ranked) | _results(unit, ranked[:COUNT])
        return Known(
            _lines(ranked, entries),
            tuple(dict.fromkeys(filter(None, told))),
            {
                place: _short(text, _MOST)
                for place, (text, of) in entries.items()
                if not _LISTED.match(text) and may_be_said(_short(text, _MOST), of, unit)
            },
        )

    def _ranked(self, unit: CodeUnit, siblings: Sequence[CodeUnit]) -> list[_Documented]:
        """Give the documented functions of the file and around it, the likest first."""
        own = _Words.of(unit)
        inside = self._documented(siblings)
        keys = {unit.key, *(each.key for each in siblings)}
        around = (each for each in self._all_around(unit.language) if each.unit.key not in keys)
        found = [
            *((own.likeness(each.words) + _SAME_FILE, each) for each in inside),
            *((own.likeness(each.words), each) for each in around),
        ]
        others = [each for each in found if each[1].unit.key != unit.key]
        others.sort(key=lambda each: (-each[0], each[1].unit.key))
        return [each for _, each in others]

    def _all_around(self, language: str) -> list[_Documented]:
        if language not in self._around:
            self._around[language] = self._documented(self._neighbours(language))
        return self._around[language]

    def _documented(self, units: Iterable[CodeUnit]) -> list[_Documented]:
        """Take what people should document and did, each code once."""
        found: dict[str, _Documented] = {}
        for unit in documentable(units, include_private=True):
            if unit.docstring and (documented := self._read(unit)):
                found.setdefault(unit.key, documented)
        return [*found.values()]

    def _read(self, unit: CodeUnit) -> _Documented | None:
        """Read a unit's documentation, once as long as it stays."""
        mark = (unit.key, unit.qualified_name, unit.docstring or "")
        if len(self._known) > _MOST_READ:  # an editor's session has no end
            self._known.clear()
        if mark not in self._known:
            doc = spoken(unit)
            is_told = len(doc.summary.split()) > 1
            is_example = is_told and not self._is_left_out(unit)
            self._known[mark] = _Documented(unit, doc, _Words.of(unit)) if is_example else None
        return self._known[mark]


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    """Give the share of the words of either that both have, in [0, 1]."""
    both = len(first & second)
    return both / (len(first) + len(second) - both) if both else 0.0


def _lines(ranked: Sequence[_Documented], told: _Told) -> tuple[str, ...]:
    summaries = [_summary_line(each) for each in ranked[:COUNT]]
    entries = [
        f"{lead(field, name)} {_short(text, _LONGEST_ENTRY)}"
        for (field, name), (text, _) in told.items()
    ]
    kept = _within([*summaries[:1], *entries, *summaries[1:]])
    order = [*summaries[:0:-1], *entries, *summaries[:1]]
    return tuple(line for line in dict.fromkeys(order) if line in kept)


def _summary_line(documented: _Documented) -> str:
    name = " ".join(words(documented.unit.name)) or documented.unit.name
    return f"{name}: {_short(documented.doc.summary, _LONGEST_SUMMARY)}"


def _parameters(signature: Signature, ranked: Sequence[_Documented]) -> _Told:
    """Find for each parameter what the nearest function says of one of its name, and which."""
    told: dict[str, tuple[str, CodeUnit]] = {}
    for each in reversed(ranked):
        told |= {e.name.lstrip("*"): (e.text, each.unit) for e in each.doc.params if e.text}
    return {
        ("params", parameter.display): told[parameter.name]
        for parameter in signature.parameters
        if parameter.needs_entry and parameter.name in told
    }


def _results(unit: CodeUnit, nearest: Sequence[_Documented]) -> _Told:
    """Find what the nearest function says of its results that has some of the kind."""
    told: _Told = {}
    for field in ("yields", "returns"):
        is_wanted = unit.signature.yields if field == "yields" else unit.signature.returns_value
        said = ((getattr(each.doc, field), each.unit) for each in nearest)
        found = ((entry.text, of) for entry, of in said if entry and entry.text)
        if is_wanted and (first := next(found, None)):
            told[field, ""] = first
    return told


def _short(text: str, most: int) -> str:
    """Give the first sentence, or its beginning."""
    line = " ".join(text.split())
    sentence = _SENTENCE.match(line)
    return (sentence[0] if sentence else line)[:most].rstrip()


def _within(lines: Iterable[str]) -> set[str]:
    """Give those lines, in order of importance, for which there is room."""
    room, kept = _MOST, set()
    for line in lines:
        if len(line) < room:
            room -= len(line) + 1
            kept.add(line)
    return kept
