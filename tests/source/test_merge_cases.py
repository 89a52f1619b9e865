"""Every file in tests/data/cases/merge: a source whose documentation is brought up to date.

A case's first line says what it shows; then come options: `name` of the file, `newline`, `types`
(the house repeats them), `width`. `reply` gives the texts of entries, as a model writes them, to
every unit. `removed` holds the words that went, `unanswered` the entries that nobody wrote. Without
`after` nothing changes. ␉ is a tab, ␠ a space at the end of a line.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest

from batdoc.source.docstring import Docstring, Style
from batdoc.source.edits import Edit, apply_edits
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import Language, language_of
from batdoc.source.merge import Merged, merge, needs_update, wanted
from batdoc.source.merge.edit import merged_edit
from batdoc.source.proof import prove
from batdoc.source.styles import parse

CASES = sorted((Path(__file__).parents[1] / "data" / "cases" / "merge").glob("*.txt"))
PICTURES = str.maketrans({"␉": "\t", "␠": " "})


@dataclass(frozen=True)
class Case:
    options: dict[str, str]
    texts: dict[str, str]

    @property
    def language(self) -> Language:
        language = language_of(PurePath(self.options.get("name", "shop.py")))
        assert language is not None
        return language

    @property
    def fresh(self) -> Docstring | None:
        return (
            parse(f"Do it.\n{self.texts['reply']}", Style.REST) if "reply" in self.texts else None
        )

    def source(self, name: str) -> bytes:
        newline = {"CRLF": "\r\n"}.get(self.options.get("newline", ""), "\n")
        return self.texts[name].translate(PICTURES).replace("\n", newline).encode()

    def house(self) -> HouseStyle:
        return make_house("types" in self.options, int(self.options.get("width", "88")))


def make_house(documents_types: bool, line_length: int) -> HouseStyle:
    return HouseStyle(
        style=Style.GOOGLE,
        documents_params=True,
        documents_types=documents_types,
        line_length=line_length,
        summary_on_opening_line=True,
    )


def read_case(path: Path) -> Case:
    head, *sections = re.split(r"^=== (?=[a-z])", path.read_text("utf-8"), flags=re.MULTILINE)
    options = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
    named = (section.partition("\n") for section in sections)
    return Case(options, {name: text for name, _, text in named})


def brought_up_to_date(case: Case, source: bytes) -> tuple[list[Edit], list[Merged]]:
    edits, merges = [], []
    for unit in case.language.units(source):
        merged = merge(unit, case.fresh, case.house())
        if merged:
            assert needs_update(unit)
            assert set(merged.unanswered) <= set(wanted(unit))
            edit = merged_edit(source, unit, merged.lines, case.language)
            assert edit is not None
            edits.append(edit)
            merges.append(merged)
    return edits, merges


def test_there_are_cases():
    assert len(CASES) > 40


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path):
    case = read_case(path)
    before = case.source("before")
    edits, merges = brought_up_to_date(case, before)
    after = apply_edits(before, edits)
    assert after.decode() == case.source("after" if "after" in case.texts else "before").decode()
    if edits:
        prove(before, after, edits, case.language)
    removed = [words for merged in merges for words in merged.removed]
    assert "\n--\n".join(removed) == case.texts.get("removed", "").rstrip("\n")
    unanswered = [gap.name or gap.field for merged in merges for gap in merged.unanswered]
    assert unanswered == case.texts.get("unanswered", "").split()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path: Path):
    case = read_case(path)
    after = case.source("after" if "after" in case.texts else "before")
    assert brought_up_to_date(case, after) == ([], [])
