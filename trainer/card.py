"""The card of a run: what was trained on what, before and after, and whether it is better.

A difference counts as better only if chance would hardly give it: the low end of a 95% interval
over the held-out functions, resampled in pairs, is above zero.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from batdoc.trainer.evaluate import Evaluation

_RESAMPLES = 2_000
_CHRF_TOLERANCE = 1.0  # points that the likeness to human documentation may lose
_VALID_TOLERANCE = 0.02
ROWS = (
    ("round-trip reward", "reward", "{:.3f}"),
    ("likeness of rebuilt code", "similarity", "{:.3f}"),
    ("  from the signature alone", "similarity_alone", "{:.3f}"),
    ("  lift by the docstring", "lift", "{:+.3f}"),
    ("  from human docstrings", "similarity_human", "{:.3f}"),
    ("rebuilt code that parses", "parsed", "{:.0%}"),
    ("chrF against human docstrings", "chrf", "{:.1f}"),
    ("ROUGE-L against them", "rouge_l", "{:.1f}"),
    ("docstrings that pass the checks", "valid_docs", "{:.0%}"),
    ("docstrings that carry code", "leaking_docs", "{:.0%}"),
    ("words in a docstring", "doc_words", "{:.0f}"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model is better than the one before.

    Attributes:
        is_better: It is.
        reason: One sentence.
        difference: Of the mean reward, after less before.
        low: Low end of its 95% interval.
        high: High end.
    """

    is_better: bool
    reason: str
    difference: float
    low: float
    high: float


def judge(before: Evaluation, after: Evaluation) -> Verdict:
    """Compare two models that were measured on the same functions."""
    pairs = list(zip(before.rewards, after.rewards, strict=True))
    differences = [new - old for old, new in pairs]
    low, high = interval(differences)
    difference = sum(differences) / len(differences) if differences else 0.0
    reason = _reason_against(before, after, low, high)
    return Verdict(
        is_better=reason is None,
        reason=reason or "the reward rose by more than chance would explain",
        difference=difference,
        low=low,
        high=high,
    )


def _reason_against(before: Evaluation, after: Evaluation, low: float, high: float) -> str | None:
    if high < 0:
        return "the reward fell"
    if low <= 0:
        return "the change of the reward is within what chance would give"
    if after.valid_docs < before.valid_docs - _VALID_TOLERANCE:
        return "fewer docstrings pass the static checks"
    if None not in (before.chrf, after.chrf):
        lost = (before.chrf or 0.0) - (after.chrf or 0.0)
        if lost > _CHRF_TOLERANCE:
            return f"docstrings are less like the human ones, by {lost:.1f} points of chrF"
    return None


def interval(differences: Sequence[float]) -> tuple[float, float]:
    """Give the 95% interval of a mean by resampling; the same values give the same interval."""
    if not differences:
        return 0.0, 0.0
    generator = random.Random(0)
    count = len(differences)
    means = sorted(sum(generator.choices(differences, k=count)) / count for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1]


def make_card(
    run: Mapping[str, Any],
    before: Evaluation,
    between: Mapping[str, Evaluation],
    after: Evaluation,
    verdict: Verdict,
    in_use: str,
) -> dict[str, Any]:
    """Put a card together.

    Args:
        run: What was trained: repository, first model, steps, seed, counts.
        before: The model that training started from.
        between: The same at places on the way, by their names, in order.
        after: The exported model.
        verdict: The comparison.
        in_use: Which model the repository uses now, in words.
    """
    return {
        **run,
        "before": as_numbers(before),
        "between": {name: as_numbers(evaluation) for name, evaluation in between.items()},
        "after": as_numbers(after),
        "verdict": asdict(verdict),
        "in_use": in_use,
    }


def as_numbers(evaluation: Evaluation) -> dict[str, Any]:
    """Give what an evaluation found, without the numbers of single functions."""
    numbers = asdict(evaluation)
    del numbers["rewards"], numbers["lifts"]
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in numbers.items()}


def describe(card: Mapping[str, Any]) -> str:
    """Write a card for the terminal."""
    after, verdict = card["after"], card["verdict"]
    columns = columns_of(card)
    return "\n".join(
        [
            f"{'':<33}" + "".join(f"{name:>9}" for name in columns),
            *_table(*columns.values()),
            f"on {after['units']} functions of {len(card['held_out_files'])} held-out files, "
            f"{after['human_docs']} of them with a human docstring",
            f"reward {verdict['difference']:+.3f}, 95% interval "
            f"{verdict['low']:+.3f} to {verdict['high']:+.3f}: "
            f"{'better' if verdict['is_better'] else 'not better'}, {verdict['reason']}",
            f"reward in training: {card['reward']}",
            f"in use: {card['in_use']}",
        ]
    )


def columns_of(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the evaluations of a card by what stands above them, in the order of the run."""
    return {"before": card["before"], **card.get("between", {}), "after": card["after"]}


def describe_numbers(numbers: Mapping[str, Any]) -> str:
    """Write one evaluation for the terminal."""
    counts = f"on {numbers['units']} functions, {numbers['human_docs']} with a human docstring"
    return "\n".join([*_table(numbers), counts])


def _table(*columns: Mapping[str, Any]) -> list[str]:
    lines = []
    for label, key, form in ROWS:
        values = [form.format(c[key]) if c[key] is not None else "none" for c in columns]
        lines.append(f"{label:<33}" + "".join(f"{value:>9}" for value in values))
    return lines
