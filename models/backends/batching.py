"""Continuous batching: many prompts share each step of the model.

What waits joins as soon as there is room, the calls with fewest prompts first: those come from
someone who waits in an editor. Each sequence of the context is a slot. A slot remembers the tokens
it holds, so that a later prompt that begins alike (a chat template's rules, a file half typed)
starts from there.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from batdoc.models.backends.jobs import Job
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.sampling import log_totals
from batdoc.models.backends.token_batch import Feed
from batdoc.source.errors import Cancelled

# Copying a sequence moves its whole memory, which costs as much as reading some dozens of tokens.
_WORTH_A_COPY = 64


class Call:
    """Jobs that were asked for together."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self.unstarted = deque(job for job in jobs if not job.is_done)

    @property
    def is_done(self) -> bool:
        """Whether every job has its result."""
        return all(job.is_done for job in self.jobs)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A job that has a slot, and the call that it belongs to."""

    job: Job
    call: Call


@dataclass(eq=False, slots=True)
class _Slot:
    """A sequence of the context: the tokens it holds, and what it works on."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    work: _Work | None = None

    @property
    def unread(self) -> int:
        """The tokens that its job still has to read."""
        return len(self.work.job.tokens) - len(self.tokens) if self.work else 0


@dataclass(slots=True)
class _Room:
    """What the step that is being put together can still take."""

    tokens: int
    outputs: int

    def take(self, slot: _Slot, job: Job) -> Feed | None:
        """Take as much of a job as fits; None if nothing does."""
        start = len(slot.tokens)
        silent = max(0, job.wanted_from - start)
        count = min(slot.unread, self.tokens, silent + self.outputs)
        if not count:
            return None
        outputs = max(0, count - silent)
        self.tokens -= count
        self.outputs -= outputs
        return Feed(slot.sequence, start, job.tokens[start : start + count], outputs)


class Batcher:
    """Moves many jobs forward over one context; used from one thread at a time."""

    def __init__(self, context: LlamaContext) -> None:
        self._context = context
        self._slots = [_Slot(sequence) for sequence in range(context.sequences)]
        self.calls: list[Call] = []  # those that are not done, the most urgent first

    def add(self, call: Call) -> None:
        """Take up a call; its jobs fit the context, each alone."""
        self.calls.append(call)
        self.calls.sort(key=lambda each: len(each.jobs))

    def drop(self, call: Call) -> None:
        """Forget a call; what its prompts left in the slots serves later prompts."""
        self.calls.remove(call)
        for slot in self._slots:
            if slot.work and slot.work.call is call:
                slot.work = None

    def forget_everything(self) -> None:
        """Drop all calls and empty the context."""
        self._context.clear()
        self.calls.clear()
        for slot in self._slots:
            slot.tokens, slot.work = [], None

    def step(self) -> list[Call]:
        """Move jobs forward by what one decode takes.

        Returns:
            The calls that are done now.

        Raises:
            Cancelled: The decode was stopped; every job stands where it stood before.
            ModelError: The engine failed.
        """
        fed = list(self._feed())
        try:
            rows = self._context.decode([feed for _, feed in fed])
        except Cancelled:
            for slot, _ in fed:  # parts of the step may have gone through
                self._keep(slot, len(slot.tokens))
            raise
        totals = log_totals(rows)
        for slot, feed in fed:
            assert slot.work is not None
            slot.tokens += feed.tokens
            if feed.outputs:
                slot.work.job.take(rows[: feed.outputs], totals[: feed.outputs])
                rows, totals = rows[feed.outputs :], totals[feed.outputs :]
            if slot.work.job.is_done:
                slot.work = None
        done = [call for call in self.calls if call.is_done]
        self.calls = [call for call in self.calls if not call.is_done]
        return done

    def _feed(self) -> Iterator[tuple[_Slot, Feed]]:
        """Share out one decode: answers first, a token each, then prompts by their calls' order."""
        room = _Room(self._context.room, self._context.most_outputs)
        for slot in self._in_order():
            assert slot.work is not None
            if not (feed := room.take(slot, slot.work.job)):
                return
            yield slot, feed

    def _in_order(self) -> Iterator[_Slot]:
        """Yield the slots to feed; free ones are given to jobs only when their turn comes."""
        busy = sorted((slot for slot in self._slots if slot.work), key=lambda slot: slot.unread)
        yield from (slot for slot in busy if slot.unread == 1)
        for call in self.calls:
            yield from (
                slot for slot in busy if slot.unread > 1 and slot.work and slot.work.call is call
            )
            while slot := self._start(call):
                yield slot

    def _start(self, call: Call) -> _Slot | None:
        """Give the next job of a call a slot, if there is one for it.

        A call leaves the last slot to others while it has one.
        """
        free = [slot for slot in self._slots if not slot.work]
        has_one = any(slot.work and slot.work.call is call for slot in self._slots)
        if not call.unstarted or len(free) <= has_one:
            return None
        if self._is_being_read(call.unstarted[0]):
            return None
        job = call.unstarted.popleft()
        slot = self._slot_for(job, free)
        slot.work = _Work(job, call)
        return slot

    def _is_being_read(self, job: Job) -> bool:
        """Tell whether a job had better wait for another's prompt that begins alike."""
        held = max(_common(slot.tokens, job) for slot in self._slots)
        works = [slot.work for slot in self._slots if slot.work]
        coming = max((_common(work.job.tokens, job) for work in works), default=0)
        return coming >= held + _WORTH_A_COPY

    def _slot_for(self, job: Job, free: Sequence[_Slot]) -> _Slot:
        """Choose the free slot that holds most of a job's beginning, or copy a busy one's."""
        slot = max(free, key=lambda s: _common(s.tokens, job))
        best = max(self._slots, key=lambda s: _common(s.tokens, job))
        if _common(best.tokens, job) >= _common(slot.tokens, job) + _WORTH_A_COPY:
            slot = min(free, key=lambda s: len(s.tokens))
            self._context.copy(best.sequence, slot.sequence)
            slot.tokens = list(best.tokens)
        self._keep(slot, _common(slot.tokens, job))
        return slot

    def _keep(self, slot: _Slot, length: int) -> None:
        """Shorten what a slot holds; where the model's memory cannot be shortened, to nothing."""
        shortened = self._context.shorten(slot.sequence, length)
        slot.tokens = slot.tokens[:length] if shortened else []


def _common(held: Sequence[int], job: Job) -> int:
    """Count the tokens that a job can skip: none whose logits it needs."""
    most = min(len(held), job.wanted_from)
    return next((i for i in range(most) if held[i] != job.tokens[i]), most)
