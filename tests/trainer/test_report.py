import json
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Direction, Prompt
from batdoc.source.errors import InputError
from batdoc.source.language import get_language
from batdoc.trainer.card import judge, make_card
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.evaluate import Measured, measure, summarize
from batdoc.trainer.pairs import Pair, Pairs, choose_pairs
from batdoc.trainer.plan import Plan
from batdoc.trainer.progress import StepRecord
from batdoc.trainer.report import DiffLine, diff_lines, render_report, write_report

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&{{ 7 * 7 }}"
UNITS = get_language("python").units(
    b'def add(first, second):\n    """Add two numbers."""\n    return first + second\n\n\n'
    b"def tell(name):\n    text = '" + HOSTILE.encode() + b"' + name\n    print(text)\n"
)
PAIR = Pair("a.py:1", "f", "def f():\n    x = 1\n    return x", "", "", "", 0.0, {}, 0.0)
VOID = {"meta", "img"}


def answer(prompt: Prompt) -> str:
    if prompt.prefix:
        return ""  # no entries, which costs half of the reward
    if prompt.direction is Direction.TO_DOC:
        return "Add two numbers." if "add" in prompt.code else f"Tell {HOSTILE} to all."
    return "    return first + second" if "add" in prompt.code else f"    print('{HOSTILE}')"


def measured() -> list[Measured]:
    return measure(UNITS, ScriptedBackend(answer), nothing_beside)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that has taken steps, and is not finished."""
    config = default_config(0, Asked(steps=30, reward="likelihood"))
    Plan("/home/me/shop & <co>", "first", "start", "digest", False, config).save(tmp_path)
    record = StepRecord(1, 0.25, 0.1, 0.5, 0.0, 0.02, 0.75, 0.002, 1.5, 1200, 6.0)
    lines = [json.dumps(asdict(replace(record, step=step))) for step in range(1, 13)]
    (tmp_path / "metrics.jsonl").write_text("\n".join([*lines, '{"cut": ']))
    return tmp_path


def finish(folder: Path) -> None:
    found = measured()
    choose_pairs(found, {unit.key: "shop.py" for unit in UNITS}).save(folder)
    after = summarize(found)
    about = {
        "train_functions": 9,
        "held_out_files": ["shop.py"],
        "left_out": {"class": 2, "too short": 7},
    }
    card = make_card(about, after, {}, after, judge(after, after), "what was before")
    (folder / "card.json").write_text(json.dumps(card))


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags, their balance and their words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


def test_a_run_that_is_not_finished_has_curves(run: Path) -> None:
    page = Reader(render_report(run))
    assert page.open == []
    assert page.tags.count("svg") == 6  # the likelihood samples no rebuilt code
    assert "Not finished: 12 of 30 steps." in page.words
    assert "shop & <co>" in page.words
    assert "Best round trips" not in page.words


def test_a_finished_run_shows_all(run: Path) -> None:
    finish(run)
    file = write_report(run)
    page = Reader(file.read_text("utf-8"))
    assert page.open == []
    words = " ".join(page.words.split())
    assert "the change of the reward is within what chance would give" in words
    assert "too short 7 its signature gives it away class 2" in words
    assert "12 steps in 1.2 minutes, 14,400 tokens sampled" in words
    assert "9 functions. Rounds of learning from 8 docstrings each: 1." in words
    assert "add shop.py:1" in words
    assert "Reward 0.500, the product of structure 0.500" in words
    assert "The author's docstring Add two numbers." in words


def test_code_and_docstrings_are_text_and_nothing_else(run: Path) -> None:
    finish(run)
    page = Reader(render_report(run))
    assert HOSTILE in page.words
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {"src", "href"} & names
    assert not any(name.startswith("on") for name in names)


def test_a_run_that_teaches_nothing_is_said_to(run: Path) -> None:
    file = run / "metrics.jsonl"
    file.write_text(file.read_text().replace('"reward": 0.25', '"reward": 0.0'))
    assert "every reward is 0 although docstrings are valid" in Reader(render_report(run)).words


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no run; name the folder that batdoc train printed"):
        render_report(tmp_path)


@pytest.mark.parametrize("card", ['{"before": ', '{"before": {}, "after": {}}'])
def test_a_damaged_card_is_refused(run: Path, card: str) -> None:
    (run / "card.json").write_text(card)
    with pytest.raises(InputError, match="cannot be read; delete it and go on with"):
        render_report(run)


def test_a_diff_marks_its_lines() -> None:
    rebuilt = replace(PAIR, rebuilt="def f():\n    x = 2\n    return x")
    assert diff_lines(rebuilt) == [
        DiffLine("place", "@@ -1,3 +1,3 @@"),
        DiffLine("same", " def f():"),
        DiffLine("removed", "-    x = 1"),
        DiffLine("added", "+    x = 2"),
        DiffLine("same", "     return x"),
    ]
    assert diff_lines(replace(PAIR, rebuilt=PAIR.code)) == []


def test_no_function_is_best_and_worst() -> None:
    one, other = sorted(measured(), key=lambda m: m.reward.total or 0.0)
    files = {unit.key: "shop.py" for unit in UNITS}
    pairs = choose_pairs([one, other], files)
    assert [pair.name for pair in pairs.best] == [other.unit.name]
    assert [pair.name for pair in pairs.worst] == [one.unit.name]
    alone = choose_pairs([one], files)
    assert (len(alone.best), len(alone.worst)) == (1, 0)
    assert choose_pairs([], files) == Pairs((), ())


def test_pairs_are_read_back(tmp_path: Path) -> None:
    pairs = choose_pairs(measured(), {unit.key: "shop.py" for unit in UNITS})
    pairs.save(tmp_path)
    assert Pairs.load(tmp_path) == pairs
    (tmp_path / "pairs.json").write_text('{"best": [{"name": "f"}]}')
    assert Pairs.load(tmp_path) == Pairs((), ())
