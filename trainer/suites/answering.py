"""Asks a model for the bodies of a suite's functions, as `batdoc complete` does.

The model sees the header and the task's words, all of them. What it answers is cut to the longest
beginning that parses, with fences and chatter taken off, before anything is run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Limits
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, Prompt
from batdoc.models.reading import read_body
from batdoc.models.rebuilding import MOST_BODY
from batdoc.trainer.suites.scoring import Attempt
from batdoc.trainer.suites.task import Task

_MOST_TOKENS = 512
_PROMPTS_A_CALL = 32
_TEMPERATURE, _TOP_P = 0.8, 0.95  # Chen et al. 2021 sample so for many samples


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many answers, and how they are drawn.

    Attributes:
        samples: For each task; a single one is greedy.
        seed: Of the first; the others count on from it.
    """

    samples: int
    seed: int = 0

    def limits(self, context_size: int, first: int) -> Limits:
        """Give the limits of a call, for answers that are numbered from `first`."""
        most = max(MOST_BODY, min(_MOST_TOKENS, context_size // 4))
        if self.samples == 1:
            return Limits.greedy(most)
        return Limits(most, _TEMPERATURE, _TOP_P, self.seed + first)


def answers(
    tasks: Sequence[Task], backend: Backend, sampling: Sampling, cancel: Event | None = None
) -> Iterator[Attempt]:
    """Ask for the functions of tasks, many in one call.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    a_call = max(1, _PROMPTS_A_CALL // sampling.samples)
    for start in range(0, len(tasks), a_call):
        some = tasks[start : start + a_call]
        yield from _ask(some, backend, sampling, start * sampling.samples, cancel)


def _ask(
    tasks: Sequence[Task], backend: Backend, sampling: Sampling, first: int, cancel: Event | None
) -> Iterator[Attempt]:
    limits = sampling.limits(backend.context_size, first)
    asked = [fitting(_question(task), backend, limits.max_tokens) for task in tasks]
    repeated = [question for question in asked if question for _ in range(sampling.samples)]
    stop = prompts.stops(Direction.TO_CODE)
    texts = iter(backend.generate(repeated, limits, stop, cancel) if repeated else [])
    for task, question in zip(tasks, asked, strict=True):
        if question is None:
            yield Attempt(task, (None,) * sampling.samples, is_cut=True)
            continue
        codes = tuple(_file(task, next(texts).text) for _ in range(sampling.samples))
        yield Attempt(task, codes, is_cut=question.doc != task.doc)


def _question(task: Task) -> Prompt:
    return prompts.to_code(task.unit, task.doc)


def _file(task: Task, text: str) -> str | None:
    body = read_body(text, task.unit)
    return None if body is None else task.with_body(body)
