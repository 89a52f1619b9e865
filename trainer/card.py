"""The card of a run: what was trained on what, before and after, and whether it is better.

A difference counts as better only if chance would hardly give it: the low end of its 95% interval
is above zero.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from batdoc.trainer.evaluation import FIGURES, Change, Evaluation

_CHRF_TOLERANCE = 1.0  # points that the likeness to human documentation may lose
_VALID_TOLERANCE = 0.02
_ROWS = (
    ("round-trip reward", "reward", "{:.3f}"),
    ("likeness of rebuilt code", "similarity", "{:.3f}"),
    ("  from the signature alone", "similarity_alone", "{:.3f}"),
    ("  lift by the docstring", "lift", "{:+.3f}"),
    ("  from human docstrings", "similarity_human", "{:.3f}"),
    ("code likelier by, nats a token", "code_lift", "{:+.3f}"),
    ("rebuilt code that parses", "parsed", "{:.0%}"),
    ("log-likelihood of human sentences", "human_logprob", "{:.2f}"),
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
    """

    is_better: bool
    reason: str


def judge(before: Evaluation, after: Evaluation) -> Verdict:
    """Compare two models that were measured on the same functions."""
    reason = _reason_against(before, after)
    return Verdict(reason is None, reason or "the reward rose by more than chance would explain")


def _reason_against(before: Evaluation, after: Evaluation) -> str | None:
    reward = after.change(before, "reward") or Change(0.0, 0.0, 0.0)
    if reward.high < 0:
        return "the reward fell"
    if reward.low <= 0:
        return "the change of the reward is within what chance would give"
    if _mean_change(before, after, "valid_docs") < -_VALID_TOLERANCE:
        return "fewer docstrings pass the static checks"
    lost = -_mean_change(before, after, "chrf")
    if lost > _CHRF_TOLERANCE and not _is_chance(before, after):
        return f"docstrings are less like the human ones, by {lost:.1f} points of chrF"
    return None


def _is_chance(before: Evaluation, after: Evaluation) -> bool:
    """Tell whether a loss of chrF, which chance moves by points, is outweighed.

    It is where chance would give it, and would not give the rise in how likely the model finds what
    people wrote, for which nothing is sampled.
    """
    chrf, likely = (after.change(before, name) for name in ("chrf", "human_logprob"))
    return bool(chrf and likely and chrf.high >= 0 and likely.low > 0)


def _mean_change(before: Evaluation, after: Evaluation, figure: str) -> float:
    change = after.change(before, figure)
    return change.difference if change else 0.0


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
        "change": changes(before, after),
        "verdict": asdict(verdict),
        "in_use": in_use,
    }


def as_numbers(evaluation: Evaluation) -> dict[str, Any]:
    """Give what an evaluation found, without the numbers of single functions."""
    means = {name: evaluation.mean(name) for name in FIGURES}
    return {
        "units": evaluation.units,
        "human_docs": evaluation.human_docs,
        **{name: None if mean is None else round(mean, 4) for name, mean in means.items()},
    }


def changes(before: Evaluation, after: Evaluation) -> dict[str, dict[str, float] | None]:
    """Give by how much each mean changed on the same functions, with its 95% interval."""
    found = {name: after.change(before, name) for name in FIGURES}
    return {
        name: {key: round(value, 4) for key, value in asdict(change).items()} if change else None
        for name, change in found.items()
    }


def describe(card: Mapping[str, Any]) -> str:
    """Write a card for the terminal."""
    after, verdict = card["after"], card["verdict"]
    columns = columns_of(card)
    return "\n".join(
        [
            describe_columns(columns, card["change"]),
            f"on {after['units']} functions of {len(card['held_out_files'])} held-out files, "
            f"{after['human_docs']} of them with a human docstring",
            f"{'better' if verdict['is_better'] else 'not better'}: {verdict['reason']}",
            f"reward in training: {card['reward']}",
            f"in use: {card['in_use']}",
        ]
    )


def columns_of(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give the evaluations of a card by what stands above them, in the order of the run."""
    return {"before": card["before"], **card.get("between", {}), "after": card["after"]}


def describe_numbers(
    columns: Mapping[str, Mapping[str, Any]],
    change: Mapping[str, Mapping[str, float] | None],
) -> str:
    """Write evaluations of the same functions for the terminal.

    Args:
        columns: From `as_numbers`, by what stands above them.
        change: From `changes`, of the last against the first.
    """
    numbers = [*columns.values()][-1]
    counts = f"on {numbers['units']} functions, {numbers['human_docs']} with a human docstring"
    return f"{describe_columns(columns, change)}\n{counts}"


def describe_columns(
    columns: Mapping[str, Mapping[str, Any]],
    change: Mapping[str, Mapping[str, float] | None],
) -> str:
    """Write a table for the terminal; see `rows`."""
    head = [["", *columns, "change, 95%"]] if change else []
    lines = head + rows(columns, change)
    return "\n".join(
        f"{label:<33}{''.join(f'{cell:>9}' for cell in cells)}{last:>20}".rstrip()
        for label, *cells, last in lines
    )


def rows(
    columns: Mapping[str, Mapping[str, Any]],
    change: Mapping[str, Mapping[str, float] | None],
) -> list[list[str]]:
    """Give a table as text: a label, a cell for each column, and the interval of the change.

    What an older batdoc did not measure has no row.
    """
    return [
        [
            label,
            *(_cell(numbers.get(key), form) for numbers in columns.values()),
            _interval(change.get(key), form),
        ]
        for label, key, form in _ROWS
        if any(key in numbers for numbers in columns.values())
    ]


def _cell(value: float | None, form: str) -> str:
    return "none" if value is None else form.format(value)


def _interval(change: Mapping[str, float] | None, form: str) -> str:
    signed = form if "+" in form else form.replace("{:", "{:+")
    if change is None:
        return ""
    return f"{signed.format(change['low'])} to {signed.format(change['high'])}"
