"""What a model is worth on some functions, and whether another one is worth more on the same.

A difference is judged in pairs: its 95% interval comes from resampling the functions (Efron and
Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from batdoc.source.errors import InputError
from batdoc.trainer.checkpoints import write_json

FIGURES = (
    "reward",  # of the round trip, in [0, 1]
    "similarity",  # of the code rebuilt from the model's documentation, in [0, 1]
    "similarity_alone",  # of code rebuilt from the declaration alone
    "lift",  # what the documentation adds: the difference of the two
    "code_lift",  # how much likelier the documentation makes the original, in nats a token
    "similarity_human",  # of code rebuilt from what a human wrote, where one did
    "parsed",  # 1 where the rebuilt code parses
    "human_logprob",  # how likely the human's first sentence is, in nats a token, at most 0
    "chrf",  # of the first sentence against the human's, in [0, 100], where there is one
    "rouge_l",  # the same by ROUGE-L
    "valid_docs",  # 1 where the documentation, as users get it, passes the static checks
    "leaking_docs",  # 1 where it carries code; nothing where there is none
    "doc_words",  # its length
)
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """How a mean differs between two models.

    Attributes:
        difference: After less before.
        low: Low end of its 95% interval.
        high: High end.
    """

    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a model is worth on some functions.

    Attributes:
        figures: By the names in `FIGURES`, a value for each function, in the same order; None
            where it has none.
    """

    figures: Mapping[str, tuple[float | None, ...]]

    @classmethod
    def of(cls, functions: Sequence[Mapping[str, float | None]]) -> "Evaluation":
        """Put together what was found of each function."""
        return cls({name: tuple(each[name] for each in functions) for name in FIGURES})

    @classmethod
    def load(cls, file: Path) -> "Evaluation":
        """Read what `save` wrote.

        Raises:
            InputError: It is damaged, or of another version of batdoc.
        """
        try:
            content = json.loads(file.read_text("utf-8"))
            return cls({name: tuple(content[name]) for name in FIGURES})
        except (OSError, ValueError, KeyError, TypeError):
            message = f"{file} cannot be read; delete it, and go on with batdoc train --resume"
            raise InputError(message) from None

    def save(self, file: Path) -> None:
        """Write the evaluation as JSON, in one step."""
        write_json(file, dict(self.figures))

    @property
    def units(self) -> int:
        """How many functions."""
        return len(self.figures["reward"])

    @property
    def human_docs(self) -> int:
        """How many of them have a human docstring to compare with."""
        return len(self._known("chrf"))

    def mean(self, figure: str) -> float | None:
        """Give the mean of a figure over the functions that have it; None where none has."""
        known = self._known(figure)
        return sum(known) / len(known) if known else None

    def change(self, before: "Evaluation", figure: str) -> Change | None:
        """Compare a mean with that of another model, over the functions where both have it."""
        differences = self.differences(before, figure)
        if not differences:
            return None
        return Change(sum(differences) / len(differences), *interval(differences))

    def differences(self, before: "Evaluation", figure: str) -> list[float]:
        """Give what a figure changed by, function by function, where both models have it."""
        pairs = zip(before.figures[figure], self.figures[figure], strict=True)
        return [new - old for old, new in pairs if old is not None and new is not None]

    def _known(self, figure: str) -> list[float]:
        return [value for value in self.figures[figure] if value is not None]


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """Give the 95% interval of a mean by resampling; the same values give the same interval."""
    if not differences:
        return 0.0, 0.0
    generator = random.Random(0)
    count = len(differences)
    means = sorted(sum(generator.choices(differences, k=count)) / count for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]
