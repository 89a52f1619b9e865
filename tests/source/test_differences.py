"""The table of differences in docs/rules.md is true, shown by its examples."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from batdoc.source.check import check
from batdoc.source.files import decode_source
from batdoc.source.rules import choose
from batdoc.source.survey import survey

DOCS = Path(__file__).parents[2] / "docs"
OFF = [word for option in ("-aths", "-athd", "-crt", "-cyt", "-cca") for word in (option, "False")]


DIFFERENCES = runpy.run_path(str(DOCS / "differences.py"))["DIFFERENCES"]


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.they_say[:40])
def test_batdoc_finds_nothing_in_an_example(difference):
    found = survey(decode_source(Path("a.py"), difference.example.encode()), False)
    drift = choose(("BD2", "BD3", "BD4"), ())
    checked = check(found.file, found.language, found.units, drift, False, lambda _: True)
    assert checked.findings == ()


def test_the_others_find_what_is_said(tmp_path: Path):
    for number, difference in enumerate(DIFFERENCES):
        (tmp_path / f"{difference.style}_{number}.py").write_text(difference.example)
    found = {*pydoclint(tmp_path), *ruff(tmp_path)}
    missed = [
        (difference.they_say, rule)
        for number, difference in enumerate(DIFFERENCES)
        for rule in difference.rules
        if (number, rule) not in found
    ]
    assert missed == []


def pydoclint(folder: Path) -> list[tuple[int, str]]:
    found = []
    for style in sorted({difference.style for difference in DIFFERENCES}):
        files = sorted(map(str, folder.glob(f"{style}_*.py")))
        output = run("pydoclint", "-q", f"--style={style}", *OFF, *files)
        number = -1
        for line in output.splitlines():
            if rule := re.match(r" +\d+: (DOC\d+):", line):
                found.append((number, rule[1]))
            elif line.strip():
                number = number_of(line.strip())
    return found


def ruff(folder: Path) -> list[tuple[int, str]]:
    found = []
    for style in ("google", "numpy"):
        output = run(
            *("ruff", "check", "--isolated", "--preview", "--select=D417,DOC"),
            *("--output-format=json", f'--config=lint.pydocstyle.convention="{style}"'),
            *map(str, folder.glob(f"{style}_*.py")),
        )
        found += [(number_of(each["filename"]), each["code"]) for each in json.loads(output)]
    return found


def number_of(file: str) -> int:
    return int(Path(file).stem.rpartition("_")[2])


def run(tool: str, *arguments: str) -> str:
    command = [Path(sys.executable).with_name(tool), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr
