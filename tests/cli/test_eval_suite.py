"""A suite is run when asked for, and what is said holds."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

OWN = Path(__file__).parents[1] / "data" / "suites"
ADD, ROOT = "    return sum(numbers)", "    return x"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")


def evaluate(batdoc, suite: str, *options: str, **kwargs):
    data = str(OWN / f"{suite}.jsonl")
    return batdoc("eval", "--suite", suite, "--data", data, *options, **kwargs)


def test_a_models_bodies_are_run_and_counted(batdoc):
    result = evaluate(batdoc, "humaneval", "--run-code", "tiny.gguf", replies=[ADD, ROOT])
    assert result.exit_code == 0
    rows = ("scripted, python", "tasks    2", "samples  1 passed, 1 failed", "pass@1   50.0%")
    assert result.stdout == "\n  ".join(rows) + "\n"


def test_nothing_is_run_unless_asked_for(batdoc):
    result = evaluate(batdoc, "humaneval", "tiny.gguf", replies=[])
    assert result.exit_code == 2
    assert "add --run-code if you want that" in result.stderr


def test_several_samples_as_json(batdoc):
    options = ("--run-code", "--samples", "4", "--k", "1,4", "--limit", "1", "--json", "tiny.gguf")
    result = evaluate(batdoc, "humaneval", *options, replies=[ADD, ROOT, "", ROOT])
    told = json.loads(result.stdout)
    score = told["scores"]["scripted"]["python"]
    assert (score["tasks"], score["pass@1"], score["pass@4"]) == (1, 0.25, 1.0)
    assert score["samples"] == {"passed": 1, "failed": 2, "timed out": 0, "without a body": 1}
    verdicts = told["results"]["scripted"]["Own/0"]
    assert verdicts == ["passed", "failed", "without a body", "failed"]


def test_the_suites_own_bodies_check_the_harness(batdoc):
    result = evaluate(batdoc, "humanevalpack", "--run-code", "--canonical", "--json")
    told = json.loads(result.stdout)
    assert told["scores"]["solutions"]["python"]["pass@1"] == 1
    assert told["scores"]["buggy ones"]["python"]["pass@1"] == 0
    assert "go tasks are left out: batdoc runs javascript and python ones" in result.stderr
    plain = evaluate(batdoc, "mbpp", "--run-code", "--canonical")
    assert plain.stdout.splitlines()[-1] == "  pass@1   100.0%"


def test_an_interrupt_loses_nothing_that_was_finished(batdoc):
    def replies() -> Iterator[str]:
        yield from [""] * 32
        time.sleep(0.2)  # the first task is judged meanwhile
        os.kill(os.getpid(), signal.SIGINT)
        yield from [ROOT] * 32

    options = ("--run-code", "--samples", "32", "tiny.gguf")
    result = evaluate(batdoc, "humaneval", *options, replies=replies())
    assert result.exit_code == 130
    lines = result.stdout.splitlines()
    assert lines[1:3] == ["  tasks    1", "  samples  32 without a body"]


def test_an_interrupt_before_anything_is_finished_says_nothing(batdoc):
    def replies() -> Iterator[str]:
        os.kill(os.getpid(), signal.SIGINT)
        yield from [ROOT] * 2

    result = evaluate(batdoc, "humaneval", "--run-code", "tiny.gguf", replies=replies())
    assert (result.exit_code, result.stdout) == (130, "")


def test_verbose_names_each_task(batdoc):
    result = evaluate(batdoc, "humaneval", "--run-code", "--canonical", "-v")
    assert result.stderr.splitlines()[-2:] == ["Own/0: passed", "Own/1: passed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--run-code", "--k", "3", "m.gguf"], "pass@3 needs as many samples: --samples 3"),
        (["--run-code", "--k", "0"], "is no list of whole numbers"),
        (["--run-code", "--canonical", "m.gguf"], "--canonical takes no model"),
        (["--repo", "."], "either --repo or --suite"),
    ],
)
def test_options_that_make_no_sense_are_refused(batdoc, options: list[str], message: str):
    result = evaluate(batdoc, "humaneval", *options)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--suite", "mbpp", "--run-code"], "--suite needs --data PATH"),
        ([], "either --repo or --suite"),
        (["m.gguf", "--repo", ".", "--run-code"], "--run-code goes with --suite"),
        (["--repo", "."], "name a run or a model"),
    ],
)
def test_what_is_missing_is_told(batdoc, arguments: list[str], message: str):
    result = batdoc("eval", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_of_other_languages_alone_is_refused(batdoc, tmp_path: Path):
    lines = (OWN / "humanevalpack.jsonl").read_text().splitlines()
    (tmp_path / "go.jsonl").write_text(lines[-1])
    options = ("--suite", "humanevalpack", "--data", "go.jsonl", "--run-code", "--canonical")
    result = batdoc("eval", *options)
    assert result.exit_code == 2
    assert result.stderr == (
        "batdoc: go tasks are left out: batdoc runs javascript and python ones\n"
    )


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare(1)")
def test_what_the_system_cannot_shut_off_is_told_and_counted():
    code = "import sys; from batdoc.cli.main import main; main(sys.argv[1:])"
    refuse = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"'
    data = str(OWN / "humaneval.jsonl")
    asked = ["eval", "--suite", "humaneval", "--data", data, "--canonical", "--run-code", "--json"]
    shell = ["unshare", "--user", "--map-root-user", "sh", "-c", refuse]
    command = [*shell, sys.executable, "-c", code, *asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "max_user_namespaces" in done.stderr or "unshare" in done.stderr:
        pytest.skip("this system has no user namespaces to refuse")
    assert "cannot shut them off from network or files or processes" in done.stderr
    told = json.loads(done.stdout)
    assert told["isolation"] == []
    assert told["scores"]["solutions"]["python"]["pass@1"] == 1
