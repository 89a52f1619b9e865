"""What counts as passed, and what is made of the counts."""

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from batdoc.models.backend import Completion, ScriptedBackend
from batdoc.source.errors import Cancelled
from batdoc.trainer.suites.answering import Sampling, answers
from batdoc.trainer.suites.programs import Verdict, judge
from batdoc.trainer.suites.reading import read_suite
from batdoc.trainer.suites.scoring import Attempt, Result, pass_at_k, score, solutions
from batdoc.trainer.suites.summary import describe, summarize

OWN = Path(__file__).parents[1] / "data" / "suites"
TASKS = read_suite("humaneval", OWN / "humaneval.jsonl").tasks
needs_posix = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")


@needs_posix
@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("assert True", Verdict.PASSED),
        ("print('word' * 100_000)", Verdict.PASSED),
        ("assert False", Verdict.FAILED),
        ("import sys\nsys.exit(0)", Verdict.FAILED),
        ("import os\nos._exit(0)", Verdict.FAILED),
        ("raise SystemExit", Verdict.FAILED),
        ("def f(:", Verdict.FAILED),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGXCPU)", Verdict.TIMEOUT),
    ],
)
def test_only_a_program_that_gets_to_its_end_passes(code: str, verdict: Verdict):
    assert judge(code, "", "python") is verdict


@needs_node
@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("console.assert(true)", Verdict.PASSED),
        ("console.log('word')", Verdict.PASSED),
        ("console.assert(1 === 2)", Verdict.FAILED),
        ("process.exit(0)", Verdict.FAILED),
        ("const f = (", Verdict.FAILED),
        ("Buffer.alloc(3 * 2 ** 30)", Verdict.FAILED),
        (
            "console.assert(require('js-md5')('a') === '0cc175b9c0f1b6a831c399e269772661')",
            Verdict.PASSED,
        ),
    ],
)
def test_in_javascript_too(code: str, verdict: Verdict):
    assert judge(code, "", "javascript") is verdict


def test_pass_at_k_by_hand():
    assert pass_at_k(1, 1, 1) == 1
    assert pass_at_k(1, 0, 1) == 0
    assert pass_at_k(4, 1, 1) == pytest.approx(0.25)
    assert pass_at_k(5, 2, 2) == pytest.approx(0.7)  # 1 - 3 / 10
    assert pass_at_k(5, 4, 2) == 1


def test_pass_at_k_is_the_formula():
    for n in range(1, 15):
        for c in range(n + 1):
            for k in range(1, n + 1):
                expected = 1 - math.comb(n - c, k) / math.comb(n, k)
                assert pass_at_k(n, c, k) == pytest.approx(expected)
    assert 0 < pass_at_k(100_000, 1, 50_000) < 1


@needs_posix
def test_results_keep_the_order_of_the_tasks():
    attempts = [
        Attempt(TASKS[0], ("import time; time.sleep(0.3)", None), is_cut=False),
        Attempt(TASKS[1], (TASKS[1].solution, "x"), is_cut=True),
    ]
    first, second = score(attempts, jobs=2)
    assert first == Result("Own/0", "python", (Verdict.FAILED, Verdict.NO_BODY), False)
    assert second == Result("Own/1", "python", (Verdict.PASSED, Verdict.FAILED), True)
    assert second.described == "1 passed, 1 failed"


@needs_posix
def test_what_was_finished_before_a_cancel_is_given():
    cancel = Event()

    def attempts():
        yield Attempt(TASKS[0], (None,), is_cut=False)
        raise Cancelled("cancelled")

    given = []
    with pytest.raises(Cancelled):
        given.extend(score(attempts(), jobs=1))
    results = score(solutions(TASKS), jobs=1, cancel=cancel)
    given.append(next(results))
    cancel.set()
    with pytest.raises(Cancelled):
        list(results)
    assert [result.task for result in given][-1] == "Own/0"


def test_a_summary_says_what_became_of_every_sample():
    results = [
        Result("a", "python", (Verdict.PASSED, Verdict.FAILED), True),
        Result("b", "python", (Verdict.FAILED, Verdict.TIMEOUT), False),
        Result("c", "javascript", (Verdict.NO_BODY, Verdict.NO_BODY), False),
    ]
    summary = summarize(results, (1, 2))
    assert (summary["python"]["pass@1"], summary["python"]["pass@2"]) == (0.25, 0.5)
    assert describe("tiny", summary).splitlines() == [
        "tiny, javascript",
        "  tasks    1",
        "  samples  2 without a body",
        "  pass@1   0.0%",
        "  pass@2   0.0%",
        "tiny, python",
        "  tasks    2",
        "  samples  1 passed, 2 failed, 1 timed out",
        "  pass@1   25.0%",
        "  pass@2   50.0%",
        "  cut      1 whose words did not fit the model",
    ]


def codes(replies: list[str], context_size: int = 4096, samples: int = 1) -> list[Attempt]:
    backend = ScriptedBackend(replies, context_size)
    return list(answers(TASKS, backend, Sampling(samples)))


@pytest.mark.parametrize(
    "answer",
    [
        "    return sum(numbers)",
        "    return sum(numbers)\n```\nThis adds them up.",
        "```python\n    return sum(numbers)\n```",
        "<think>Hm.</think>    return sum(numbers)\n\nprint(add_all([]))",
    ],
)
def test_fences_and_chatter_are_no_part_of_the_body(answer: str):
    first, _ = codes([answer, ""])
    assert first.codes == (TASKS[0].with_body("return sum(numbers)"),)


def test_an_answer_without_a_body_is_counted_as_one():
    assert [attempt.codes for attempt in codes(["I cannot.", ""])] == [(None,), (None,)]


def test_a_task_whose_words_do_not_fit_is_told():
    first, second = codes(["    return 1"] * 2, context_size=128 + 20)
    assert (first.is_cut, second.is_cut) == (True, False)
    assert all(attempt.codes != (None,) for attempt in (first, second))
    assert [attempt.codes for attempt in codes([], context_size=128)] == [(None,), (None,)]


def test_no_two_samples_are_drawn_from_the_same_seed():
    limits: list[tuple[int, int, float]] = []

    class Recorder(ScriptedBackend):
        def generate(self, prompts, limits_, stop=(), cancel=None) -> list[Completion]:
            limits.append((limits_.seed, len(prompts), limits_.temperature))
            return super().generate(prompts, limits_, stop, cancel)

    attempts = list(answers(TASKS, Recorder(lambda _: "    return 1"), Sampling(20)))
    assert [len(attempt.codes) for attempt in attempts] == [20, 20]
    assert limits == [(0, 20, 0.8), (20, 20, 0.8)]


def test_no_training_package_is_needed():
    code = (
        "import sys; import batdoc.trainer.suites.answering, batdoc.trainer.suites.summary, "
        "batdoc.trainer.suites.reading; print({'torch', 'trl', 'sacrebleu'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
