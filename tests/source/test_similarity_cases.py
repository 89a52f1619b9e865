"""What counts and what does not, in every language: one file a language in tests/data/graph.

A file holds originals; each is followed by texts that are equal to it, and by changes (OLD ==> NEW)
that are not. The first also has something unrelated, and something that is no code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from batdoc.source.graph import read_graph
from batdoc.source.language import LANGUAGES
from batdoc.source.similarity import similarity

FOLDER = Path(__file__).parents[1] / "data/graph"
MARK = re.compile(r"^===== ", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    language: str
    kind: str
    title: str
    original: str
    other: str

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"


def cases(language: str) -> Iterator[Case]:
    original = ""
    for part in MARK.split((FOLDER / f"{language}.txt").read_text("utf-8"))[1:]:
        title, _, text = part.partition("\n")
        kind = title.split(":")[0].split()[-1]
        if kind == "original":
            original = text
        elif kind == "differs":
            old, new = text.rstrip("\n").split(" ==> ")
            assert original.count(old) == 1, f"{language}: {title}"
            yield Case(language, kind, title, original, original.replace(old, new))
        else:
            yield Case(language, kind, title, original, text)


CASES = [case for language in LANGUAGES for case in cases(language)]


def of(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [c for c in CASES if c.kind == kind], ids=str)


def value(case: Case) -> float:
    assert read_graph(case.original, case.language) is not None
    found = similarity(case.original, case.other, case.language)
    mirrored = similarity(case.other, case.original, case.language)
    assert found.value == pytest.approx(mirrored.value)
    return found.value


@of("equal")
def test_what_has_no_meaning_does_not_count(case: Case) -> None:
    assert value(case) == 1.0


@of("differs")
def test_what_has_meaning_counts(case: Case) -> None:
    assert read_graph(case.other, case.language) is not None
    assert 0.3 < value(case) < 1.0


@of("unrelated")
def test_unrelated_code_is_near_zero(case: Case) -> None:
    assert read_graph(case.other, case.language) is not None
    assert value(case) < 0.1


@of("broken")
def test_broken_code_is_zero(case: Case) -> None:
    assert value(case) == 0.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_cases_of_each_kind(language: str) -> None:
    kinds = {case.kind for case in CASES if case.language == language}
    assert kinds == {"equal", "differs", "unrelated", "broken"}
