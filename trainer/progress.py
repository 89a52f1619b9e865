"""How a run is getting on: one JSON line a step, and what a progress bar shows of it.

No line holds anything of the user's code.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from batdoc.trainer.checkpoints import write_text

_RECENT = 10  # steps that the shown means and the time left are taken over


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One line of metrics.jsonl.

    Attributes:
        step: From 1.
        reward: Mean of the round trips, in [0, 1].
        reward_std: Their spread; 0.0 teaches nothing.
        similarity: Mean likeness of rebuilt code.
        valid_docs: Share of documentation that passes the static checks.
        kl: Nats per token away from the first model.
        tokens: Sampled in this step.
        seconds: That the step took.
    """

    step: int
    reward: float
    reward_std: float
    similarity: float
    valid_docs: float
    kl: float
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """What people are shown after a step: means over the last few.

    Attributes:
        step: Finished steps.
        steps: Of the whole run.
        reward: See `StepRecord`.
        kl: See `StepRecord`.
        valid_docs: See `StepRecord`.
        tokens_per_second: Sampled tokens.
        seconds_left: At the speed of the last steps.
        note: What is wrong, in words, or nothing.
    """

    step: int
    steps: int
    reward: float
    kl: float
    valid_docs: float
    tokens_per_second: float
    seconds_left: float
    note: str


class Journal:
    """Writes metrics.jsonl and tells progress.

    Args:
        file: The file; lines of steps after `done` are taken out: they will be made again.
        steps: Of the whole run.
        done: Steps that are finished already.
    """

    def __init__(self, file: Path, steps: int, done: int) -> None:
        self._file = file
        self._steps = steps
        self._records: list[StepRecord] = []
        lines = file.read_text("utf-8").splitlines(keepends=True) if file.is_file() else []
        write_text(file, "".join(line for line in lines if _step_of(line) <= done))
        self._last = time.monotonic()

    def note(self, step: int, metrics: dict[str, float]) -> Progress:
        """Write a step down."""
        now = time.monotonic()
        record = StepRecord(
            step=step,
            reward=round(metrics["reward"], 4),
            reward_std=round(metrics["reward_std"], 4),
            similarity=round(metrics["similarity"], 4),
            valid_docs=round(metrics["valid_docs"], 4),
            kl=round(metrics["kl"], 6),
            tokens=int(metrics["tokens"]),
            seconds=round(now - self._last, 3),
        )
        self._last = now
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(record)) + "\n")
        self._records = [*self._records, record][-_RECENT:]
        return self._progress()

    def _progress(self) -> Progress:
        recent = self._records
        seconds = max(sum(r.seconds for r in recent), 1e-9)
        return Progress(
            step=recent[-1].step,
            steps=self._steps,
            reward=sum(r.reward for r in recent) / len(recent),
            kl=sum(r.kl for r in recent) / len(recent),
            valid_docs=sum(r.valid_docs for r in recent) / len(recent),
            tokens_per_second=sum(r.tokens for r in recent) / seconds,
            seconds_left=(self._steps - recent[-1].step) * seconds / len(recent),
            note=_note(recent),
        )


def _note(recent: list[StepRecord]) -> str:
    """Put into words what a run that learns nothing looks like."""
    if len(recent) < _RECENT or any(r.reward_std > 0 for r in recent):
        return ""
    if all(r.reward == 0 for r in recent):
        return "every reward is 0: the model writes no usable docstring or no code that parses"
    return "all rewards are equal: there is nothing left to learn from"


def _step_of(line: str) -> float:
    """Tell a line's step; a line that was cut off belongs to none."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
