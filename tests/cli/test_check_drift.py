"""`batdoc check --drift` with the real starter, on a code base of two dozen functions."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from batdoc.source.rules import DRIFT

SHOP = Path(__file__).parents[1] / "data" / "drift" / "shop.py"
SWAPPED = '"""Hash a password with a salt."""'
OURS = '"""Cancel the order with a given number."""'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop in which cancel_order has the docstring of another function."""
    path = tmp_path / "shop.py"
    text = SHOP.read_text()
    assert OURS in text
    path.write_text(text.replace(OURS, SWAPPED))
    return path


def test_true_docstrings_are_not_listed(batdoc, tmp_path: Path):
    (tmp_path / "shop.py").write_text(SHOP.read_text())
    result = batdoc("check", "--drift", ".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "batdoc: comparing 24 docstrings with the code by starter-q8_0.gguf\n" in result.stderr


def test_a_wrong_one_is_listed_as_advice_and_nothing_is_written(batdoc, shop: Path):
    before = shop.read_bytes()
    result = batdoc("check", "--drift", "shop.py")
    assert result.exit_code == 0
    start = 'shop.py:19: BD501 cancel_order: the docstring\'s words fit "hash_password" better'
    assert result.stdout.startswith(f"{start}; a fresh one would begin ")
    assert result.stdout.endswith("; read both\n")
    assert result.stdout.count("\n") == 1
    assert shop.read_bytes() == before


def test_findings_of_other_rules_still_fail(batdoc, shop: Path):
    shop.write_text(shop.read_text() + "\n\ndef bare():\n    do()\n")
    result = batdoc("check", "--drift", "shop.py")
    assert result.exit_code == 1
    assert [line.split()[1] for line in result.stdout.splitlines()] == ["BD501", "BD101"]


def test_without_the_option_nothing_is_said(batdoc, shop: Path):
    assert batdoc("check", "shop.py").stdout == ""


def test_every_format_calls_it_advice(batdoc, shop: Path):
    (run,) = json.loads(batdoc("check", "--drift", "shop.py", "--format", "sarif").stdout)["runs"]
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["level"], rule["id"]) == ("note", "BD501")
    assert rule["defaultConfiguration"] == {"level": "note"}
    annotation = batdoc("check", "--drift", "shop.py", "--format", "github").stdout
    assert annotation.startswith("::notice file=shop.py,line=19,title=BD501 semantic-drift::")


def test_a_comment_and_a_baseline_pass_over_it(batdoc, shop: Path):
    known = ["--baseline", "known.json"]
    assert batdoc("check", "--drift", ".", *known, "--update-baseline").exit_code == 0
    assert batdoc("check", "--drift", ".", *known).stdout == ""
    shop.write_text(shop.read_text().replace(SWAPPED, f"{SWAPPED}  # noqa: BD501"))
    assert batdoc("check", "--drift", ".").stdout == ""


def test_one_file_is_held_against_the_whole_repository(batdoc, shop: Path):
    subprocess.run(["git", "init", "-q"], cwd=shop.parent, check=True)
    head, _, tail = shop.read_text().partition("def cancel_order")
    shop.write_text(head + tail[tail.index("\ndef ") :])
    body = tail[: tail.index("\ndef ")]
    shop.with_name("orders.py").write_text(f"def cancel_order{body}")
    result = batdoc("check", "--drift", "orders.py")
    assert "comparing 1 docstring with" in result.stderr
    assert result.stdout.startswith("orders.py:1: BD501 cancel_order: ")


def test_only_what_changed_is_judged(batdoc, shop: Path):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "A shop"]):
        subprocess.run([*git, *arguments], cwd=shop.parent, check=True)
    assert batdoc("check", "--drift", ".", "--changed-since", "HEAD").stdout == ""
    shop.write_text(shop.read_text().replace(".pop(number)", ".pop(number - 1)"))
    result = batdoc("check", "--drift", ".", "--changed-since", "HEAD")
    assert "BD501 cancel_order" in result.stdout


def test_too_few_functions_are_told_of(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text('def f():\n    """Blur all the pixels."""\n    return g\n')
    result = batdoc("check", "--drift", ".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "--drift needs 20 documented functions to compare with; name more files" in result.stderr


def test_words_of_another_language_are_not_judged(batdoc, shop: Path):
    german = '"""Ermittelt den Wert und gibt ihn zur\u00fcck."""'
    text = re.sub('^    """.*"""', f"    {german}", shop.read_text(), flags=re.MULTILINE)
    assert text.count(german) == 24
    shop.write_text(text)
    result = batdoc("check", "--drift", ".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "--drift reads English only, and finds little of it here" in result.stderr


def test_other_languages_are_left_alone(batdoc, tmp_path: Path):
    (tmp_path / "a.js").write_text("/** Blur all the pixels. */\nfunction f() { return g; }\n")
    result = batdoc("check", "--drift", ".")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "comparing" not in result.stderr


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        (["--drift", "--ignore", "BD5"], "--drift follows BD501, which is left out"),
        (["--select", "BD501"], "BD501 is looked for with --drift only"),
    ],
)
def test_options_that_exclude_each_other(batdoc, shop: Path, options: list[str], mend: str):
    result = batdoc("check", *options, "shop.py")
    assert result.exit_code == 2
    assert mend in result.stderr


def test_the_rules_example_is_found_in_a_code_base(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text(SHOP.read_text() + "\n\n" + DRIFT.example)
    assert "BD501 remove_user" in batdoc("check", "--drift", ".").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_an_interrupt_ends_it(batdoc, shop: Path):
    for number in range(40):  # enough files that reading them takes a while
        shop.with_name(f"shop{number}.py").write_text(SHOP.read_text())
    timer = Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    result = batdoc("check", "--drift", "--no-cache", ".")
    timer.cancel()
    assert (result.exit_code, result.stdout) == (130, "")
