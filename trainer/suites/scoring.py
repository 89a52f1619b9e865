"""Runs bodies and counts those that pass, on several processors, one result a task."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from batdoc.source.errors import Cancelled
from batdoc.trainer.suites.programs import Verdict, judge
from batdoc.trainer.suites.task import Task


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was written for a task.

    Attributes:
        task: The task.
        codes: Whole files, one a sample; None where there is no body to run.
        is_cut: The task's words were cut to fit the model.
    """

    task: Task
    codes: tuple[str | None, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the samples for one task.

    Attributes:
        task: Its name.
        language: It is in.
        verdicts: One a sample.
        is_cut: Its words were cut to fit the model.
    """

    task: str
    language: str
    verdicts: tuple[Verdict, ...]
    is_cut: bool

    @property
    def passed(self) -> int:
        """How many samples passed all tests."""
        return self.verdicts.count(Verdict.PASSED)

    @property
    def described(self) -> str:
        """The verdicts in words, with their counts where there are several."""
        counts = Counter(verdict.value for verdict in self.verdicts)
        if len(self.verdicts) == 1:
            return self.verdicts[0].value
        return ", ".join(f"{count} {what}" for what, count in counts.items())


def solutions(tasks: Iterable[Task]) -> Iterator[Attempt]:
    """Attempt each task with the suite's own solution: all must pass, or the harness is wrong."""
    return (Attempt(task, (task.solution,), is_cut=False) for task in tasks)


def buggy_ones(tasks: Iterable[Task]) -> Iterator[Attempt]:
    """Attempt tasks with the suite's own wrong solutions, where it has some: none may pass."""
    return (Attempt(task, (task.buggy,), is_cut=False) for task in tasks if task.buggy)


def score(attempts: Iterable[Attempt], jobs: int, cancel: Event | None = None) -> Iterator[Result]:
    """Run the tests of attempts while more of them are being made; results come in order.

    Args:
        attempts: May be slow to come.
        jobs: How many programs run at once.
        cancel: Ends it after the programs that run now.

    Raises:
        Cancelled: `cancel` was set; what was finished before has been given.
        InputError: The system cannot keep code in.
    """
    running: deque[_Running] = deque()
    pool = ThreadPoolExecutor(jobs)
    try:
        for attempt in attempts:
            verdicts = [pool.submit(_judge, attempt.task, code) for code in attempt.codes]
            running.append(_Running(attempt, verdicts))
            while running and running[0].is_done:
                yield running.popleft().result()
        while running:
            if cancel is not None and cancel.is_set():
                raise Cancelled("cancelled")
            yield running.popleft().result()
    except Cancelled:
        yield from (each.result() for each in running if each.is_done)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Running:
    """An attempt whose programs run, or wait for their turn."""

    attempt: Attempt
    verdicts: Sequence["Future[Verdict]"]

    @property
    def is_done(self) -> bool:
        return all(verdict.done() for verdict in self.verdicts)

    def result(self) -> Result:
        """Wait for the programs."""
        task = self.attempt.task
        verdicts = tuple(verdict.result() for verdict in self.verdicts)
        return Result(task.name, task.language, verdicts, self.attempt.is_cut)


def _judge(task: Task, code: str | None) -> Verdict:
    return Verdict.NO_BODY if code is None else judge(code, task.tests, task.language)


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """Estimate, without bias, how likely one of k samples passes.

    1 - C(n - c, k) / C(n, k), as a product that stays within a float's range: Chen et al. 2021,
    "Evaluating Large Language Models Trained on Code", arXiv:2107.03374, section 2.1.

    Args:
        samples: n, k or more.
        passed: c, of these.
        k: At least 1.
    """
    if samples - passed < k:
        return 1.0
    none = 1.0
    for n in range(samples - passed + 1, samples + 1):
        none *= 1.0 - k / n
    return 1.0 - none
