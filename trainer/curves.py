"""Curves of a run as points of an SVG polyline; no drawing library and no script is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from batdoc.trainer.progress import StepRecord

WIDTH, HEIGHT = 300, 120
_WINDOW = 10  # steps that a point of the smooth line is the mean of
_FIGURES = (
    ("reward", "Reward", "mean of what docstrings earned in a step"),
    ("similarity", "Likeness of rebuilt code", "1 is the same code, names and form aside"),
    ("lift", "Lift by the docstring", "how much likelier it makes the code, in nats a token"),
    ("valid_docs", "Docstrings that pass the checks", "share of those sampled"),
    ("flat", "Functions that teach nothing", "share whose docstrings all earned the same"),
    ("entropy", "Entropy", "how open the next token is, in nats; at 0 all answers are alike"),
    ("kl", "Distance from the first model", "KL divergence, in nats a token"),
)


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure over the steps.

    Attributes:
        title: What it is.
        meaning: How to read it.
        points: One a step, as SVG wants them.
        smooth: Means over the last few steps, as SVG wants them.
        low: Value at the lower edge.
        high: Value at the upper edge.
        last: The last mean.
        zero: Height, in the picture, at which a value is 0.
    """

    title: str
    meaning: str
    points: str
    smooth: str
    low: float
    high: float
    last: float
    zero: float


def curves(records: Sequence[StepRecord]) -> list[Curve]:
    """Draw what a run's metrics tell; a figure that is 0 throughout is left out."""
    return [
        _curve(title, meaning, values)
        for name, title, meaning in _FIGURES
        if any(values := [float(getattr(record, name)) for record in records])
    ]


def running_means(values: Sequence[float]) -> list[float]:
    """Give for each value the mean of it and the few before it."""
    windows = (values[max(0, at + 1 - _WINDOW) : at + 1] for at in range(len(values)))
    return [sum(window) / len(window) for window in windows]


def _curve(title: str, meaning: str, values: Sequence[float]) -> Curve:
    means = running_means(values)
    low, high = min(0.0, *values), max(values)
    high = high if high > low else low + 1.0
    return Curve(
        title=title,
        meaning=meaning,
        points=_points(values, low, high),
        smooth=_points(means, low, high),
        low=low,
        high=high,
        last=means[-1],
        zero=_height(0.0, low, high),
    )


def _points(values: Sequence[float], low: float, high: float) -> str:
    """Scale values to the picture; one alone becomes a level line."""
    shown = [*values, *values] if len(values) == 1 else values
    step = WIDTH / (len(shown) - 1)
    heights = (_height(value, low, high) for value in shown)
    return " ".join(f"{step * at:.1f},{height}" for at, height in enumerate(heights))


def _height(value: float, low: float, high: float) -> float:
    """Give where a value stands, from the upper edge."""
    return round(HEIGHT * (high - value) / (high - low), 1)
