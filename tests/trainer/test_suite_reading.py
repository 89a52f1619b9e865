"""Each suite's lines become tasks whose own bodies pass and whose wrong ones do not."""

import gzip
import json
import os
import shutil
from pathlib import Path

import pytest

from batdoc.source.errors import InputError
from batdoc.trainer.suites.programs import Verdict, judge
from batdoc.trainer.suites.reading import read_suite
from batdoc.trainer.suites.task import Task

OWN = Path(__file__).parents[1] / "data" / "suites"
needs_posix = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")


def tasks_of(suite: str) -> dict[str, Task]:
    return {task.name: task for task in read_suite(suite, OWN / f"{suite}.jsonl").tasks}


def verdict(task: Task, code: str) -> Verdict:
    return judge(code, task.tests, task.language)


@needs_posix
def test_humaneval():
    tasks = tasks_of("humaneval")
    first, second = tasks["Own/0"], tasks["Own/1"]
    assert first.unit.header == "def add_all(numbers: List[int]) -> int:"
    assert first.doc.startswith("Add up the numbers.\n\nOf none the sum is 0.\n>>> add_all")
    assert second.unit.header == "def root_of_half(x):"
    assert second.doc.strip() == "Take the square root of half a number."
    for task in (first, second):
        assert verdict(task, task.solution) is Verdict.PASSED
    assert verdict(first, first.with_body("return sum(numbers)")) is Verdict.PASSED
    assert verdict(first, first.with_body("return sum(numbers) + 1")) is Verdict.FAILED


@needs_posix
def test_what_stands_above_the_words_stays():
    task = tasks_of("humaneval")["Own/1"]
    assert verdict(task, task.with_body("return math.sqrt(half(x))")) is Verdict.PASSED


@needs_posix
def test_mbpp_keeps_all_but_the_body():
    (task,) = tasks_of("mbpp").values()
    assert (task.name, task.unit.header) == ("MBPP/1", "def farther(p, q):")
    assert task.doc == "Write a function to find the farther of two points from the origin."
    assert verdict(task, task.solution) is Verdict.PASSED
    assert verdict(task, task.with_body("return max(p, q, key=far)")) is Verdict.PASSED
    assert verdict(task, task.with_body("return min(p, q, key=far)")) is Verdict.FAILED
    assert "return p if" not in task.with_body("return p")


@needs_posix
def test_humanevalpack_in_python():
    task = tasks_of("humanevalpack")["Python/0"]
    assert task.doc == "Tell how many vowels a word has."
    assert task.buggy is not None
    assert verdict(task, task.solution) is Verdict.PASSED
    assert verdict(task, task.buggy) is Verdict.FAILED


@needs_node
def test_humanevalpack_in_javascript():
    task = tasks_of("humanevalpack")["JavaScript/0"]
    assert (task.language, task.unit.header) == ("javascript", "const vowels = (word) => {")
    assert task.buggy is not None
    assert verdict(task, task.solution) is Verdict.PASSED
    assert verdict(task, task.buggy) is Verdict.FAILED
    body = "return [...word].filter(isVowel).length"
    assert verdict(task, task.with_body(body)) is Verdict.PASSED


def test_languages_that_cannot_be_run_are_named():
    suite = read_suite("humanevalpack", OWN / "humanevalpack.jsonl")
    assert suite.left_out["go"] == "batdoc runs javascript and python ones"
    assert "go" not in {task.language for task in suite.tasks}


def test_without_node_javascript_is_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    suite = read_suite("humanevalpack", OWN / "humanevalpack.jsonl")
    assert suite.left_out["javascript"] == "node is not installed"
    assert [task.language for task in suite.tasks] == ["python"]


def test_a_folder_is_all_its_files_and_a_task_counts_once(tmp_path: Path):
    text = (OWN / "humaneval.jsonl").read_bytes()
    (tmp_path / "all.jsonl.gz").write_bytes(gzip.compress(text))
    (tmp_path / "some.jsonl").write_bytes(text.splitlines()[0] + b"\n\n")
    (tmp_path / "LICENSE").write_text("not a task")
    assert [task.name for task in read_suite("humaneval", tmp_path).tasks] == ["Own/0", "Own/1"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 1 of"),
        ("[]", "it is not an object"),
        ("{}", 'it has no text called "prompt"'),
        ('{"prompt": 3}', 'it has no text called "prompt"'),
        (
            '{"task_id": "O/1", "prompt": "x = 1", "entry_point": "f"}',
            "its code defines no function",
        ),
        ('{"prompt": "def", "entry_point": "f"}', "line 1 of"),
        ('{"task_id": "O/1", "prompt": "def f():\\n    0", "entry_point": "f"}', "says nothing"),
    ],
)
def test_a_line_of_something_else_is_refused_by_name(tmp_path: Path, line: str, why: str):
    file = tmp_path / "other.jsonl"
    file.write_text(line)
    with pytest.raises(InputError, match="name the suite's own file") as caught:
        read_suite("humaneval", file)
    assert why in str(caught.value)
    assert "other.jsonl" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"test_list": "assert f()"}, 'it has no list of texts called "test_list"'),
        ({"test_list": ["assert print() is None"]}, "its tests call no function"),
    ],
)
def test_tests_that_test_nothing_are_refused(tmp_path: Path, change: dict[str, object], why: str):
    record = json.loads((OWN / "mbpp.jsonl").read_text())
    (tmp_path / "mbpp.jsonl").write_text(json.dumps(record | change))
    with pytest.raises(InputError, match=why):
        read_suite("mbpp", tmp_path)


def test_files_that_cannot_be_read_are_one_sentence(tmp_path: Path):
    with pytest.raises(InputError, match=r"holds no \*\.jsonl or \*\.jsonl\.gz file"):
        read_suite("mbpp", tmp_path)
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}" * 99)[:-9])
    with pytest.raises(InputError, match="cannot be read"):
        read_suite("mbpp", tmp_path)
