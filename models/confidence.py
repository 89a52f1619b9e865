"""How sure a model is of a sentence that it wrote, from 0 to 1.

What tells good sentences from bad ones is how likely the model found its own first line, token by
token; it is known when the line is written. How likely a line has to be differs from model to model
and from one code base to the next. So a model comes with a scale: what it found of the first lines
that it wrote for functions it had never seen. 0.5 is as sure as of the middle one of those.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

_SUFFIX = ".confidence.json"  # beside the model file, under its name
_FEWEST = _PARTS = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """What a model found of its own first lines.

    Attributes:
        quantiles: Mean log-probabilities of their tokens, 21 evenly spaced quantiles, ascending.
    """

    quantiles: tuple[float, ...]

    @classmethod
    def of(cls, logprobs: Iterable[float]) -> "Scale | None":
        """Make a scale of what was measured; None of fewer than 20 lines."""
        values = list(logprobs)
        if len(values) < _FEWEST:
            return None
        between = quantiles(values, n=_PARTS, method="inclusive")
        return cls((min(values), *between, max(values)))

    @classmethod
    def load(cls, model: Path) -> "Scale | None":
        """Read the scale that came with a model file; None where there is none, or another's."""
        try:
            content = json.loads(model.with_suffix(_SUFFIX).read_text("utf-8"))
            is_its_own = content["model_bytes"] == model.stat().st_size
            values = tuple(map(float, content["quantiles"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return cls(values) if is_its_own and len(values) == _PARTS + 1 else None

    def save(self, model: Path) -> None:
        """Write the scale beside the model file that it is of."""
        content = {"model_bytes": model.stat().st_size, "quantiles": self.quantiles}
        model.with_suffix(_SUFFIX).write_text(json.dumps(content, indent=1) + "\n", "utf-8")

    def confidence(self, logprob: float) -> float:
        """Give the share of first lines that the model was less sure of, in [0, 1]."""
        at = bisect_right(self.quantiles, logprob)
        if at in (0, len(self.quantiles)):
            return float(at > 0)
        low, high = self.quantiles[at - 1 : at + 1]
        return (at - 1 + (logprob - low) / (high - low)) / _PARTS
