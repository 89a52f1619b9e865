"""The best and the worst round trips of a run, for people to look at.

They hold code of the repository; the file stands in the run's folder and goes nowhere else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from batdoc.source.styles import canonical
from batdoc.trainer.checkpoints import write_json
from batdoc.trainer.evaluate import Measured

PAIRS_FILE = "pairs.json"
_SHOWN = 5  # of the best, and of the worst


@dataclass(frozen=True, slots=True)
class Pair:
    """One function, what the model said of it and what it made of that.

    Attributes:
        place: File and line, relative to the repository.
        name: Of the function.
        code: The original.
        human: The documentation that stands in the file; empty if there is none.
        doc: The model's; empty if nothing could be used.
        rebuilt: Code from it; empty where nothing parses.
        reward: In [0, 1].
        parts: Of the reward, by name.
        alone: Likeness of what was rebuilt from the signature alone.
    """

    place: str
    name: str
    code: str
    human: str
    doc: str
    rebuilt: str
    reward: float
    parts: Mapping[str, float]
    alone: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Those that earned most, and those that earned least."""

    best: tuple[Pair, ...]
    worst: tuple[Pair, ...]

    def save(self, folder: Path) -> None:
        """Write them into a run's folder."""
        write_json(folder / PAIRS_FILE, asdict(self))

    @classmethod
    def load(cls, folder: Path) -> "Pairs":
        """Read a run's; there are none where the file is missing or damaged."""
        try:
            content = json.loads((folder / PAIRS_FILE).read_text("utf-8"))
            best, worst = (tuple(Pair(**p) for p in content[key]) for key in ("best", "worst"))
        except (OSError, ValueError, TypeError, KeyError):
            return cls((), ())
        return cls(best, worst)


def choose_pairs(measured: Sequence[Measured], files: Mapping[str, str]) -> Pairs:
    """Choose what to show; no function is among both.

    Args:
        measured: What a model made of functions.
        files: The file of each function, by the unit's key.
    """
    ranked = sorted(measured, key=lambda m: (m.reward.total or 0.0, m.similarity, m.unit.key))
    count = min(_SHOWN, (len(ranked) + 1) // 2)
    best = [_pair(m, files) for m in reversed(ranked[-count:])]
    return Pairs(tuple(best), tuple(_pair(m, files) for m in ranked[: len(ranked) - count][:count]))


def _pair(measured: Measured, files: Mapping[str, str]) -> Pair:
    unit = measured.unit
    return Pair(
        place=f"{files[unit.key]}:{unit.lines[0]}",
        name=unit.qualified_name,
        code=unit.code,
        human=unit.docstring or "",
        doc=canonical(measured.doc) if measured.doc else "",
        rebuilt=measured.rebuilt or "",
        reward=measured.reward.total or 0.0,
        parts={name: round(value, 4) for name, value in measured.reward.parts.items()},
        alone=round(measured.alone, 4),
    )
