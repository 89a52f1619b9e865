"""Which docstrings may tell of something else than the code under them does today.

Three measures of a docstring against a function, put together by a logistic regression:

- words: how well its words fit the function's code (models.word_fit);
- lead: by how much better they do so than they fit any other function's;
- lift: how much likelier the starter finds its summary behind this function than behind others
  (models.sentence_lift).

What is said of parameters is left out: `source.drift` compares that with the signature. The weights
and the threshold come from `python benchmarks/drift.py fit`, from packages that nothing is measured
on: true docstrings against those of another function of the package, and of the same file, that is
taken to be gone. The threshold lies lower in a code base whose docstrings fit less well. A function
whose words settle the matter, whatever the starter may say, is not shown to it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from batdoc.models.backend import Limits, Scorer
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, stops, to_doc
from batdoc.models.reading import read_agreeing
from batdoc.models.sentence_lift import SentenceLift
from batdoc.models.word_fit import WordFit, stems
from batdoc.source.docstring import Docstring
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit, UnitKind

ENOUGH = 20  # functions; among fewer, no word is rare
THRESHOLD = -1.77  # of 50 true docstrings of those packages, one lies below it
_BELOW_QUARTER = 2.75  # log-odds; who seldom says what the code's words say is judged among such
_SAMPLE = 120  # functions that tell how a code base is described
MARGIN = 1.0  # log-odds by which a fresh docstring must fit better
_INTERCEPT, _WORDS, _LEAD, _LIFT = -1.278, 5.4, 5.358, 2.153
LOWEST, HIGHEST = -1.5, 2.5  # beyond these, more lift says no more
_TELLING = 0.25  # what words fit less well, they fit by chance
_FEWEST_WORDS = 3
_MOST_FRESH = 72  # tokens
_ENGLISH = re.compile(r"\b(?:for|is|of|the|to)\b", re.IGNORECASE)
_ENGLISH_SHARE = 1 / 3  # of docstrings; two in three or more where people write English
_CHUNK = 32  # functions between two reports of progress


@dataclass(frozen=True, slots=True)
class Described:
    """A function and what is said of it.

    Attributes:
        unit: The function.
        summary: The first paragraph in one line.
        text: All that is said but of parameters.
    """

    unit: CodeUnit
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Measures:
    """How a text fits a function.

    Attributes:
        words: From 0.0 to 1.0.
        lead: Over the rival; negative where that fits better.
        lift: None where the starter cannot be shown the function.
        rival: Index of the other function that its words fit best.
    """

    words: float
    lead: float
    lift: float | None
    rival: int

    @property
    def odds(self) -> float:
        """The log-odds that the text was written for this function."""
        # What cannot be measured counts in favour of what a person wrote.
        lift = HIGHEST if self.lift is None else min(max(self.lift, LOWEST), HIGHEST)
        return _INTERCEPT + _WORDS * self.words + _LEAD * self.lead + _LIFT * lift


@dataclass(frozen=True, slots=True)
class Drifted:
    """A function whose docstring seems to tell of something else.

    Attributes:
        unit: The function.
        rival: Another one that the docstring's words fit better, and well; None without one.
        fresh: The summary that the starter would write.
    """

    unit: CodeUnit
    rival: CodeUnit | None
    fresh: str


def described(unit: CodeUnit) -> Described | None:
    """Read what is said of a function.

    Returns:
        None where it cannot be judged: of classes and stubs, of what is documented elsewhere, and
        of summaries of so few English words that they fit anything.
    """
    is_left_out = unit.kind is UnitKind.CLASS or unit.is_overload or unit.is_stub or unit.is_nested
    if is_left_out or not unit.docstring:
        return None
    doc = parse(unit.docstring, language=unit.language)
    return _described(unit, doc) if len(list(stems(doc.summary))) >= _FEWEST_WORDS else None


def _described(unit: CodeUnit, doc: Docstring) -> Described:
    entries = [entry.text for entry in (doc.returns, doc.yields, *doc.raises) if entry]
    text = "\n".join([doc.summary, doc.body, doc.examples, *entries])
    return Described(unit, " ".join(doc.summary.split()), text)


def are_english(functions: Sequence[Described]) -> bool:
    """Tell whether functions are described in English; words of other languages fit no code."""
    count = sum(bool(_ENGLISH.search(function.text)) for function in functions)
    return count >= _ENGLISH_SHARE * len(functions)


class DriftJudge:
    """Holds docstrings against the functions of a code base.

    Args:
        functions: Of the code base, `ENOUGH` or more, described in English.
        backend: The starter; stays its owner's.
    """

    def __init__(self, functions: Sequence[Described], backend: Scorer) -> None:
        self._functions = functions
        self._backend = backend
        self._words = WordFit([f.unit for f in functions], [f.text for f in functions])
        self._lifts = SentenceLift([f.unit for f in functions], backend)
        self._names = np.array([f.unit.name for f in functions])

    def drifted(
        self, wanted: Sequence[int], cancel: Event, show: Callable[[int], None]
    ) -> Iterator[tuple[int, Drifted]]:
        """Yield functions whose docstring fits them badly, and worse than a fresh one by a margin.

        Each comes with its index.

        Args:
            wanted: Indices of the functions to judge.
            cancel: When set, judging ends.
            show: Told how many were judged.

        Raises:
            Cancelled: `cancel` was set.
        """
        threshold = self._threshold(cancel)
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            open_ = [(at, self._functions[at]) for at in chunk if self._lowest(at) < threshold]
            measured = zip(open_, self.measure(open_, cancel), strict=True)
            low = {at: found for (at, _), found in measured if found.odds < threshold}
            yield from self._worse_than_fresh(low, cancel)
            show(start + len(chunk))

    def measure(
        self, cases: Sequence[tuple[int, Described]], cancel: Event | None = None
    ) -> list[Measures]:
        """Measure what is said against the function with the index before it, be it its own or not.

        Raises:
            Cancelled: `cancel` was set.
        """
        lifts = self._lifts.measure([(at, said.summary) for at, said in cases], cancel)
        return [
            self._measures(at, said, lift) for (at, said), lift in zip(cases, lifts, strict=True)
        ]

    def _threshold(self, cancel: Event) -> float:
        """Give the odds below which a docstring fits badly for this code base.

        Some people say what code is for in words that it does not have. There the lower quarter of
        all docstrings lies deeper, and the threshold with it.
        """
        step = -(-len(self._functions) // _SAMPLE)
        sample = [(at, self._functions[at]) for at in range(0, len(self._functions), step)]
        odds = [measured.odds for measured in self.measure(sample, cancel)]
        return min(THRESHOLD, float(np.quantile(odds, 0.25)) - _BELOW_QUARTER)

    def _lowest(self, at: int) -> float:
        """Give the odds that a docstring would have if the starter found it unlikely."""
        return self._measures(at, self._functions[at], LOWEST).odds

    def _measures(self, at: int, said: Described, lift: float | None) -> Measures:
        fits = self._words.fits(said.text)
        words = float(fits[at])
        # What has the same name does the same elsewhere: an override, an asynchronous twin.
        fits[self._names == self._names[at]] = 0
        rival = int(fits.argmax())
        return Measures(words, words - float(fits[rival]), lift, rival)

    def _worse_than_fresh(
        self, low: Mapping[int, Measures], cancel: Event
    ) -> Iterator[tuple[int, Drifted]]:
        fresh = self._fresh(list(low), cancel)
        for (at, said), better in zip(fresh, self.measure(fresh, cancel), strict=True):
            if better.odds >= low[at].odds + MARGIN:
                yield at, Drifted(said.unit, self._rival(low[at]), said.summary)

    def _rival(self, measures: Measures) -> CodeUnit | None:
        is_telling = measures.lead < 0 and measures.words - measures.lead >= _TELLING
        return self._functions[measures.rival].unit if is_telling else None

    def _fresh(self, places: Sequence[int], cancel: Event) -> list[tuple[int, Described]]:
        """Let the starter document functions; those to which it finds no words are left out."""
        units = {at: self._functions[at].unit for at in places}
        prompts = {at: fitting(to_doc(u), self._backend, _MOST_FRESH) for at, u in units.items()}
        asked = {at: prompt for at, prompt in prompts.items() if prompt is not None}
        answers = self._backend.generate(
            list(asked.values()), Limits.greedy(_MOST_FRESH), stops(Direction.TO_DOC), cancel
        )
        docs = (
            (at, read_agreeing(a.text, units[at])) for at, a in zip(asked, answers, strict=True)
        )
        return [(at, _described(units[at], doc)) for at, doc in docs if doc is not None]
