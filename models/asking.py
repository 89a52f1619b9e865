"""Asks a model until its answers can be used: what is best first, then more and more samples."""

from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from threading import Event
from typing import TypeVar

from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.prompts import Prompt

TRIES = (1, 2, 4, 8)  # answers at a time to a question that has none yet

Key = TypeVar("Key", bound=Hashable)


def asked_until_told(
    questions: Mapping[Key, Prompt],
    told: Container[Key],
    limits: Limits,
    stop: Sequence[str],
    backend: Backend,
    cancel: Event | None,
) -> Iterator[list[tuple[Key, Completion]]]:
    """Ask, and ask again by sampling, as long as a question has no answer that can be used.

    Args:
        questions: By a key of the caller's.
        told: Keys of what is told; the caller adds to them between two batches.
        limits: Of the first answers; those after them are sampled, of the same length.
        stop: Strings that end an answer.
        backend: The model.
        cancel: Stops within one token.

    Yields:
        A batch of answers, in the order of the questions.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    sampled = replace(limits, temperature=0.5, top_p=0.95, seed=0)
    for how, times in zip(chain([limits], repeat(sampled)), TRIES, strict=False):
        open_ = [key for key in questions if key not in told for _ in range(times)]
        if not open_:
            return
        answers = backend.generate([questions[key] for key in open_], how, stop, cancel)
        yield list(zip(open_, answers, strict=True))
