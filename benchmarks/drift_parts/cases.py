"""The cases of benchmarks/drift.py: true docstrings, and those of other functions."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import numpy as np

from batdoc.models.backend import Scorer
from batdoc.models.semantic_drift import Described, DriftJudge, Measures, described
from batdoc.models.word_fit import WordFit
from batdoc.source.errors import ParseError
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit

Row = dict[str, Any]

_LEFT_OUT = re.compile(r"(^|/)(tests?|testing|_vendor|vendor)(/|$)")
_MOST = 120  # functions of a code base that are measured
_SWAPPED = 10  # one docstring in so many is swapped before they are judged


class CodeBase(NamedTuple):
    """The functions of a folder that can be judged, and the file of each."""

    functions: list[Described]
    files: list[str]

    def summaries(self) -> list[str]:
        """Give the summaries without punctuation: what is equal then is the same."""
        return [" ".join(re.findall(r"\w+", f.summary.lower())) for f in self.functions]

    def distinct(self) -> list[int]:
        """Give the indices of the functions whose summary comes first."""
        first = {summary: at for at, summary in reversed(list(enumerate(self.summaries())))}
        return sorted(first.values())


def read(folder: Path) -> CodeBase:
    """Read the functions of a folder."""
    found = CodeBase([], [])
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder).as_posix()
        if is_left_out(name) or not file.is_file():
            continue
        for said in filter(None, map(described, units(file.read_bytes()))):
            found.functions.append(said)
            found.files.append(name)
    return found


def is_left_out(name: str) -> bool:
    """Tell whether a file is a test or other people's code."""
    return bool(_LEFT_OUT.search(name))


def units(data: bytes) -> list[CodeUnit]:
    """Read a file's units; one that cannot be parsed has none."""
    try:
        return get_language("python").units(data.removeprefix(b"\xef\xbb\xbf"))
    except ParseError:
        return []


def measure(base: CodeBase, backend: Scorer) -> list[Row]:
    """Measure functions with their own docstring, any other, and another of the same file.

    Beside the measures, rows have the odds where the function that the docstring belongs to is not
    among the others (`away`, and `odds_away`), as if it were gone, and the odds where all that is
    known of a docstring is its summary (`odds_summary`).
    """
    cases = list(_cases(base, random.Random(0)))
    judge = DriftJudge(base.functions, backend)
    found = judge.measure([(at, base.functions[of]) for at, of, _ in cases])
    texts = [function.text for function in base.functions]
    away = _leads(base, texts, [(at, {at, of}, of) for at, of, _ in cases])
    summaries = [function.summary for function in base.functions]
    short = _leads(base, summaries, [(at, {at}, of) for at, of, _ in cases])
    return [
        row(kind, measures)
        | {"away": lead, "odds_away": replace(measures, lead=lead).odds}
        | {"odds_summary": replace(measures, words=words, lead=short_lead).odds}
        for (_, _, kind), measures, (_, lead), (words, short_lead) in zip(
            cases, found, away, short, strict=True
        )
    ]


def _leads(
    base: CodeBase, texts: list[str], cases: Iterable[tuple[int, set[int], int]]
) -> Iterator[tuple[float, float]]:
    """Yield how well texts fit functions, and their leads over the others.

    Args:
        base: The functions.
        texts: What is said of each.
        cases: A function, the functions that are not among the others, and the one whose text is
            meant.
    """
    fit = WordFit([function.unit for function in base.functions], texts)
    names = np.array([function.unit.name for function in base.functions])
    for at, left_out, of in cases:
        fits = fit.fits(texts[of])
        words = float(fits[at])
        fits[np.isin(names, [names[each] for each in left_out])] = 0
        yield words, words - float(fits.max())


def row(kind: str, measures: Measures) -> Row:
    """Put measures into a row of results."""
    return {
        "kind": kind,
        "words": measures.words,
        "lead": measures.lead,
        "lift": measures.lift,
        "odds": measures.odds,
    }


def _cases(base: CodeBase, rng: random.Random) -> Iterator[tuple[int, int, str]]:
    """Choose functions, each with the index of the one whose docstring it gets."""
    summaries, distinct = base.summaries(), base.distinct()
    for at in sorted(rng.sample(distinct, min(_MOST, len(distinct)))):
        others = [i for i, text in enumerate(summaries) if text != summaries[at]]
        near = [i for i in others if base.files[i] == base.files[at]]
        yield at, at, "own"
        yield at, rng.choice(others), "any"
        if near:
            yield at, rng.choice(near), "file"


def listed(base: CodeBase, backend: Scorer) -> list[Row]:
    """Judge as a user's run does: as it is, and where a tenth of the docstrings are swapped."""
    rng, distinct = random.Random(1), base.distinct()
    true = sorted(rng.sample(distinct, min(_MOST, len(distinct))))
    rows = _judged(base.functions, true, "own", backend)
    for kind, pairs in (
        ("any", list(_pairs(rng.sample(distinct, len(distinct) // _SWAPPED)))),
        ("file", list(_pairs_of_files(base, distinct, rng))),
    ):
        functions = list(base.functions)
        for one, other in pairs:
            functions[one] = _told_as(base, one, other)
            functions[other] = _told_as(base, other, one)
        rows += _judged(functions, [at for pair in pairs for at in pair], kind, backend)
    return rows


def _told_as(base: CodeBase, at: int, of: int) -> Described:
    """Give a function the docstring of another."""
    return replace(base.functions[of], unit=base.functions[at].unit)


def _pairs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    waiting = iter(places)
    return zip(waiting, waiting, strict=False)


def _pairs_of_files(
    base: CodeBase, distinct: Iterable[int], rng: random.Random
) -> Iterator[tuple[int, int]]:
    """Choose pairs within files, one of each file and more of large ones."""
    inside: dict[str, list[int]] = defaultdict(list)
    for at in distinct:
        inside[base.files[at]].append(at)
    for places in inside.values():
        count = max(2, len(places) // _SWAPPED)
        if len(places) >= count:
            yield from _pairs(rng.sample(places, count))


def _judged(functions: list[Described], wanted: list[int], kind: str, backend: Scorer) -> list[Row]:
    found = DriftJudge(functions, backend).drifted(wanted, Event(), lambda _: None)
    named = {at for at, _ in found}
    return [{"kind": kind, "is_listed": at in named} for at in wanted]
