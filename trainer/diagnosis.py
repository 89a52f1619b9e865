"""What a run that learns little looks like in its numbers, in words, with what to do about it.

A loss or a spread of rewards near zero is no error by itself: rewards are compared within a
function, so documentations that all earn the same cancel out.
"""

from collections.abc import Sequence
from typing import Protocol

RECENT = 10  # steps that must agree before anything is said
_MOSTLY = 0.9


class Step(Protocol):
    """The figures of a step that tell whether it taught anything."""

    @property
    def reward(self) -> float:
        """Mean of what documentations earned."""

    @property
    def reward_std(self) -> float:
        """Their spread."""

    @property
    def flat(self) -> float:
        """Share of functions whose documentations all earned the same."""

    @property
    def valid_docs(self) -> float:
        """Share of documentation that passes the static checks."""

    @property
    def truncated(self) -> float:
        """Share of answers that were cut off at their longest."""


def diagnose(steps: Sequence[Step]) -> str:
    """Say what is wrong with the last few steps, or nothing."""
    recent = steps[-RECENT:]
    if len(recent) < RECENT:
        return ""
    truncated = sum(step.truncated for step in recent) / len(recent)
    if truncated >= _MOSTLY:
        return (
            f"{truncated:.0%} of the answers are cut off at their longest, and teach nothing: the "
            "model does not end them; try --warmup 3, which shows it how"
        )
    if all(step.reward == 0 for step in recent):
        return _all_zero(recent)
    if all(step.flat == 1 for step in recent):
        return (
            "all docstrings of a function earn the same, so that rewards teach nothing and the "
            "loss is that of imitating the code alone: the model says nearly the same each time; "
            "try more code, or a --model that was trained less"
        )
    flat = sum(step.flat for step in recent) / len(recent)
    if flat >= _MOSTLY:
        return (
            f"{flat:.0%} of the functions teach nothing, because all their docstrings earn the "
            "same; try --reward both or --reward likelihood, which tell small differences apart"
        )
    return ""


def _all_zero(recent: Sequence[Step]) -> str:
    if any(step.valid_docs > 0 for step in recent):
        return (
            "every reward is 0 although docstrings are valid: no rebuilt code is like the "
            "original, and the loss is that of imitating the code alone; try --reward likelihood, "
            "which needs no rebuilt code, or a larger --model"
        )
    return (
        "every reward is 0: the model writes no usable docstring, so that there is nothing to "
        "learn from; try another --model, and --explain-reward FILE:NAME --rebuild on one function"
    )
