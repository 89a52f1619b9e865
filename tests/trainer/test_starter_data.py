"""What the starter may learn from: licences, copies and evaluation data."""

import json
from pathlib import Path

import pytest

from batdoc.trainer.starter.duplicates import EvaluationSuites, NearDuplicates
from batdoc.trainer.starter.packages import (
    HELD_OUT_PACKAGES,
    Package,
    is_permissive,
    listed_names,
    usable_packages,
)

LONG = " ".join(f"word{i}" for i in range(400))


@pytest.mark.parametrize(
    ("licence", "permits"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("MPL-2.0 AND MIT", False),
        ("GPL-3.0", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_licences(licence: str, permits: bool) -> None:
    assert is_permissive(licence) is permits


def test_a_text_with_one_word_changed_is_a_copy_and_another_text_is_none() -> None:
    copies = NearDuplicates()
    assert not copies.is_copy(LONG)
    assert copies.is_copy(LONG.replace("word200 ", "other "))
    assert not copies.is_copy(" ".join(f"term{i}" for i in range(400)))


def test_short_texts_are_never_near_copies() -> None:
    copies = NearDuplicates()
    assert not copies.is_copy("return self.name")
    assert not copies.is_copy("return self.name")


def test_thirteen_words_of_a_suite_are_found_and_twelve_are_not(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(30)]
    task = {"prompt": " ".join(words), "tests": [{"input": "other text"}], "number": 3}
    (tmp_path / "suite.jsonl").write_text(json.dumps(task) + "\n")
    suites = EvaluationSuites(tmp_path)
    assert suites.names == ["suite"]
    assert suites.are_in("x = 1; " + ", ".join(words[5:18]).upper())
    assert not suites.are_in("x = 1; " + ", ".join(words[5:17]))
    assert not EvaluationSuites(None).are_in(" ".join(words))


def test_the_list_is_sorted_and_holds_nothing_that_is_held_out() -> None:
    names = listed_names()
    assert names == sorted(names)
    assert 0 < len(names) <= 60
    assert not set(names) & {*HELD_OUT_PACKAGES, "typer"}


def test_a_fetched_package_is_used_only_if_it_is_listed_and_permissive(tmp_path: Path) -> None:
    for name, licence in (("scipy", "BSD-3-Clause"), ("django", "GPL-3.0"), ("other", "MIT")):
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("x = 1\n")
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n"
        )
        (about / "RECORD").write_text(f"{name}/__init__.py,,\n")
    found = usable_packages(tmp_path)
    assert Package("scipy", "1.0", "BSD-3-Clause", tmp_path / "scipy") in found
    assert not {"django", "other"} & {package.name for package in found}
    held_out = [package.name in HELD_OUT_PACKAGES for package in found]
    assert held_out == sorted(held_out, reverse=True)
