"""How a run is getting on: one JSON line a step, and what a progress bar shows of it.

No line holds anything of the user's code.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from batdoc.trainer.checkpoints import write_text
from batdoc.trainer.diagnosis import RECENT, diagnose

METRICS_FILE = "metrics.jsonl"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One line of metrics.jsonl.

    Attributes:
        step: From 1.
        reward: Mean of what documentations earned, 0.0 or more.
        reward_std: Their spread; 0.0 teaches nothing.
        flat: Share of functions whose documentations all earned the same, which teaches nothing.
        similarity: Mean likeness of rebuilt code; 0.0 where none is sampled.
        lift: Mean of how much likelier documentation made the original code, in nats a token.
        valid_docs: Share of documentation that passes the static checks.
        kl: Nats per token away from the first model.
        entropy: Nats per token: how open the choice of the next one was; near 0.0 all answers to a
            question are alike.
        tokens: Sampled in this step and learned from.
        seconds: That the step took.
        truncated: Share of answers that were cut off at their longest, and are not learned from.
    """

    step: int
    reward: float
    reward_std: float
    flat: float
    similarity: float
    lift: float
    valid_docs: float
    kl: float
    entropy: float
    tokens: int
    seconds: float
    truncated: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What people are shown after a step.

    Attributes:
        step: Finished steps.
        steps: Of the whole stage.
        seconds_left: At the speed of the last steps.
        what: What a step is, in the plural.
        words: How it is getting on; may be empty.
        note: What is wrong, in words, or nothing.
    """

    step: int
    steps: int
    seconds_left: float
    what: str
    words: str
    note: str


class Pace:
    """Tells how far a stage is that has nothing but its steps to show.

    Args:
        what: What the steps are, in the plural.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._first: tuple[int, float] | None = None

    def at(self, step: int, steps: int) -> Progress:
        """Note that a step is done."""
        now = time.monotonic()
        first, begun = self._first = self._first or (step, now)
        seconds = (now - begun) / max(step - first, 1)
        return Progress(step, steps, seconds * (steps - step), self._what, "", "")


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
            flat=round(metrics["flat"], 4),
            similarity=round(metrics["similarity"], 4),
            lift=round(metrics["lift"], 5),
            valid_docs=round(metrics["valid_docs"], 4),
            kl=round(metrics["kl"], 6),
            entropy=round(metrics["entropy"], 4),
            tokens=int(metrics["tokens"]),
            seconds=round(now - self._last, 3),
            truncated=round(metrics["truncated"], 4),
        )
        self._last = now
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(record)) + "\n")
        self._records = [*self._records, record][-RECENT:]
        return self._progress()

    def _progress(self) -> Progress:
        recent = self._records
        count, seconds = len(recent), max(sum(r.seconds for r in recent), 1e-9)

        def mean(figure: str) -> float:
            return sum(float(getattr(record, figure)) for record in recent) / count

        return Progress(
            step=recent[-1].step,
            steps=self._steps,
            seconds_left=(self._steps - recent[-1].step) * seconds / count,
            what="steps",
            words=f"reward {mean('reward'):.3f}  likeness {mean('similarity'):.3f}  "
            f"lift {mean('lift'):+.3f}  valid {mean('valid_docs'):.0%}  KL {mean('kl'):.4f}  "
            f"entropy {mean('entropy'):.2f}  {mean('tokens') * count / seconds:.0f} tokens/s",
            note=diagnose(recent),
        )


def read_records(file: Path) -> list[StepRecord]:
    """Read the steps of a run; lines that are damaged or of another version are passed over."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [record for line in lines if (record := _record(line))]


def _record(line: str) -> StepRecord | None:
    try:
        return StepRecord(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _step_of(line: str) -> float:
    """Tell a line's step; a line that was cut off belongs to none."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
