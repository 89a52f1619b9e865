"""Continuous batching: many prompts share each step of the model.

A prompt that waits joins as soon as there is room. Each sequence of the context is a slot. A slot
remembers the tokens it holds, so that a later prompt that begins alike (a chat template's rules, a
file half typed) starts from there.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from batdoc.models.backend import Completion, Limits
from batdoc.models.backends.answer import Answer
from batdoc.models.backends.llama_context import Feed, LlamaContext
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary, TextOfTokens
from batdoc.models.backends.sampling import Floats, choose, log_softmax
from batdoc.source.errors import Cancelled

# Copying a sequence moves its whole memory, which costs as much as reading some dozens of tokens.
_WORTH_A_COPY = 64


@dataclass(eq=False, slots=True)
class _Job:
    """One prompt on its way.

    Attributes:
        index: Its place in the call.
        unread: Tokens that the model has not seen yet; the last sampled one while answering.
    """

    index: int
    unread: list[int]
    answer: Answer
    text: TextOfTokens
    random: np.random.Generator


@dataclass(eq=False, slots=True)
class _Slot:
    """A sequence of the context: the tokens it holds, and the job that it works on."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    job: _Job | None = None

    def unread(self) -> int:
        """Count the tokens that the job still has to read."""
        return len(self.job.unread) if self.job else 0


class Batcher:
    """Answers many token lists at once over one context; used from one thread at a time."""

    def __init__(self, context: LlamaContext, vocabulary: LlamaVocabulary) -> None:
        self._context = context
        self._vocabulary = vocabulary
        self._slots = [_Slot(sequence) for sequence in range(context.sequences)]

    def answer_all(
        self,
        prompts: Sequence[Sequence[int]],
        limits: Limits,
        stop: Sequence[str],
        is_cancelled: Callable[[], bool],
    ) -> list[Completion]:
        """Answer prompts, in their order.

        Args:
            prompts: Each has a token at least, and fits the context with `limits.max_tokens`.
            limits: The same for all.
            stop: Strings that end a text.
            is_cancelled: Asked before every step.

        Raises:
            Cancelled: It was; the context is empty then, as after any other error.
        """
        jobs = [self._job(i, prompt, limits, stop) for i, prompt in enumerate(prompts)]
        waiting = deque(jobs)
        try:
            while waiting or any(slot.job for slot in self._slots):
                if is_cancelled():
                    raise Cancelled("cancelled")
                self._step(waiting, limits)
        except BaseException:
            self._forget_everything()
            raise
        return [job.answer.completion() for job in jobs]

    def _job(self, index: int, prompt: Sequence[int], limits: Limits, stop: Sequence[str]) -> _Job:
        random = np.random.default_rng(limits.seed + index)
        return _Job(
            index, list(prompt), Answer(limits, stop), TextOfTokens(self._vocabulary), random
        )

    def _step(self, waiting: "deque[_Job]", limits: Limits) -> None:
        """Move every job forward by what one decode takes."""
        fed = self._feed(waiting)
        logits = iter(self._context.decode([feed for _, feed in fed]))
        for slot, feed in fed:
            assert slot.job is not None
            slot.tokens += feed.tokens
            del slot.job.unread[: len(feed.tokens)]
            if feed.wants_logits:
                self._take_token(slot, next(logits), limits)

    def _feed(self, waiting: "deque[_Job]") -> list[tuple[_Slot, Feed]]:
        """Share out one decode: answers first, a token each, then prompts, new ones last."""
        room = self._context.room
        busy = sorted((slot for slot in self._slots if slot.job), key=_Slot.unread)
        fed = []
        while room and (busy or (waiting and self._has_free_slot())):
            slot = busy.pop(0) if busy else self._admit(waiting.popleft())
            assert slot.job is not None
            tokens = slot.job.unread[:room]
            is_last = len(tokens) == len(slot.job.unread)
            fed.append((slot, Feed(slot.sequence, len(slot.tokens), tokens, is_last)))
            room -= len(tokens)
        return fed

    def _has_free_slot(self) -> bool:
        return any(slot.job is None for slot in self._slots)

    def _admit(self, job: _Job) -> _Slot:
        """Give a job the free slot that holds most of its beginning, or a copy of a busy one's."""
        prompt = job.unread
        free = [slot for slot in self._slots if slot.job is None]
        slot = max(free, key=lambda s: _common(s.tokens, prompt))
        best = max(self._slots, key=lambda s: _common(s.tokens, prompt))
        if _common(best.tokens, prompt) >= _common(slot.tokens, prompt) + _WORTH_A_COPY:
            slot = min(free, key=lambda s: len(s.tokens))
            self._context.copy(best.sequence, slot.sequence)
            slot.tokens = list(best.tokens)
        self._keep(slot, _common(slot.tokens, prompt))
        slot.job = job
        del prompt[: len(slot.tokens)]
        return slot

    def _keep(self, slot: _Slot, length: int) -> None:
        """Shorten what a slot holds."""
        shortened = self._context.shorten(slot.sequence, length)
        slot.tokens = slot.tokens[:length] if shortened else []

    def _take_token(self, slot: _Slot, logits: Floats, limits: Limits) -> None:
        """Sample the next token of a slot's job; free the slot when the answer ends with it."""
        job = slot.job
        assert job is not None
        logprobs = log_softmax(logits)
        token = choose(logprobs, limits, job.random)
        if self._vocabulary.ends(token):
            job.answer.end()
        else:
            job.answer.grow(token, float(logprobs[token]), job.text.add(token))
            job.unread.append(token)
        if job.answer.finish is not None:
            slot.job = None

    def _forget_everything(self) -> None:
        self._context.clear()
        for slot in self._slots:
            slot.tokens, slot.job = [], None


def _common(held: Sequence[int], prompt: Sequence[int]) -> int:
    """Count the tokens that a prompt can skip: the last one is always read, for its logits."""
    most = min(len(held), len(prompt) - 1)
    return next((i for i in range(most) if held[i] != prompt[i]), most)
