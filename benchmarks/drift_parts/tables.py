"""What benchmarks/drift.py found, as its section of docs/results.md."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from drift_parts.cases import Row

Results = Mapping[str, Sequence[Row]]

_RESAMPLES = 1_000
_REWRITTEN = 0.5  # share of words that are not in both docstrings
_MEASURES = {
    "words": "words",
    "lead": "lead",
    "lift": "lift",
    "odds": "**together**",
    "odds_summary": "together, from summaries alone",
    "odds_away": "together, its own function gone",
}


def section(measured: Results, listed: Results, history: Results) -> str:
    """Write the section."""
    everything = [row for rows in measured.values() for row in rows]
    own = sum(row["kind"] == "own" for row in everything)
    return f"""## Semantic drift

Written by `python benchmarks/drift.py section`. Nothing here chose the weights or the threshold;
petl and passlib chose which measures are taken. {own} Python functions of {len(measured)} code
bases that the starter never saw, each with its own docstring, with that of any other function of
the code base, and with that of another function of its file; what is said of parameters is left
out. AUC: how often a true docstring fits its function better than a swapped one does, with its 95%
bootstrap interval.

| measure | any two | two of a file |
|---|---|---|
{_measures(everything)}

Words, lead and lift are explained in models/semantic_drift.py. Its own function is gone: the
function that a swapped docstring belongs to is not among those that it is compared with.

| code base | functions | any two | two of a file |
|---|---|---|---|
{_code_bases(measured)}

What `batdoc check --drift` lists: of true docstrings; of those that are swapped, where a tenth of a
code base is at once; and where two or more in each file are, which moves the threshold as well.

| code base | true | any two | two of a file |
|---|---|---|---|
{_listed(listed)}

From git: commits that changed a function and its docstring, by at least a quarter of the words that
it has before or after. AUC: the docstring from after it against the one from before it, both
against the function of after it. Closer: how often that of after it fits the function better than
that of before it.

| repository | changes | AUC | closer | rewritten | AUC | closer |
|---|---|---|---|---|---|---|
{_history(history)}

Rewritten: more than half of the words. Most old docstrings are still true of the new code, 15 of 18
rewritten ones that were read: they were worded anew, or more was said.
"""


def _measures(rows: Sequence[Row]) -> str:
    return "\n".join(
        f"| {name} | {_auc_of(rows, key, 'any')} | {_auc_of(rows, key, 'file')} |"
        for key, name in _MEASURES.items()
    )


def _code_bases(measured: Results) -> str:
    return "\n".join(
        f"| {name} | {len(_values(rows, 'odds', 'own'))} "
        f"| {_auc_of(rows, 'odds', 'any')} | {_auc_of(rows, 'odds', 'file')} |"
        for name, rows in sorted(measured.items())
    )


def _listed(listed: Results) -> str:
    total = [row for rows in listed.values() for row in rows]
    return "\n".join(
        f"| {name} | {_share(rows, 'own')} | {_share(rows, 'any')} | {_share(rows, 'file')} |"
        for name, rows in [*sorted(listed.items()), ("**all**", total)]
    )


def _share(rows: Sequence[Row], kind: str) -> str:
    found = [row["is_listed"] for row in rows if row["kind"] == kind]
    return f"{sum(found)} of {len(found)} ({sum(found) / max(1, len(found)):.1%})"


def _history(history: Results) -> str:
    total = [row for rows in history.values() for row in rows]
    lines = []
    for name, rows in [*sorted(history.items()), ("**all**", total)]:
        large = [row for row in rows if row["change"] > _REWRITTEN]
        lines.append(f"| {name} | {_before_and_after(rows)} | {_before_and_after(large)} |")
    return "\n".join(lines)


def _before_and_after(rows: Sequence[Row]) -> str:
    after, before = _values(rows, "odds", "after"), _values(rows, "odds", "before")
    if not len(after):
        return "0 | |"
    closer = (after > before).mean()
    return f"{len(after)} | {_with_interval(after, before)} | {closer:.0%}"


def _auc_of(rows: Sequence[Row], key: str, kind: str) -> str:
    return _with_interval(_values(rows, key, "own"), _values(rows, key, kind))


def _values(rows: Sequence[Row], key: str, kind: str) -> npt.NDArray[np.float64]:
    """Give a measure of all rows of a kind; what could not be measured speaks for a docstring."""
    found = [row[key] for row in rows if row["kind"] == kind]
    return np.array([np.inf if value is None else value for value in found])


def _with_interval(own: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> str:
    rng = np.random.default_rng(0)
    drawn = [
        _auc(rng.choice(own, len(own)), rng.choice(other, len(other))) for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{_auc(own, other):.3f} ({low:.3f} to {high:.3f})"


def _auc(own: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Give how often one of the first is above one of the second; ties count half."""
    ranked = np.sort(other)
    below = np.searchsorted(ranked, own, "left") + np.searchsorted(ranked, own, "right")
    return float(below.mean() / (2 * len(other)))
