"""The section of docs/results.md on training: tables and pictures of finished runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forest import Line, forest
from results import PICTURES

from batdoc.trainer.card import interval
from batdoc.trainer.evaluate import Evaluation

_MAIN, _MANY = "rounds", 4  # the arm that is the product; so many arms are worth a picture


@dataclass(frozen=True, slots=True)
class _Run:
    """How a model measured: before, after the warm-up where there was one, and at the end."""

    before: Evaluation
    warmed: Evaluation | None
    after: Evaluation


_Arms = Mapping[str, Sequence[_Run]]


def training_section(folder: Path, words: Mapping[str, str]) -> str:
    """Write what was found as Markdown, and draw it.

    Args:
        folder: Holds a folder for each repository, with one for each run, `ARM-SEED`.
        words: What each arm is, by its name.
    """
    repos = {path.name: _runs(path, words) for path in sorted(folder.iterdir()) if path.is_dir()}
    found = {name: arms for name, arms in repos.items() if arms}
    lines = [line for name, arms in found.items() for line in _stages(name, arms)]
    title = "change of the lift by documentation, against the starter"
    (PICTURES / "training-lift.svg").write_text(forest(lines, title), "utf-8")
    parts = [_HEAD]
    for name, arms in found.items():
        parts.append(_table(name, arms, words))
        if len(arms) >= _MANY:
            parts.append(_arms_picture(name, arms, words))
    return "\n".join(parts)


def _runs(repo: Path, words: Mapping[str, str]) -> _Arms:
    arms = {
        arm: [_read(path) for path in sorted(repo.glob(f"{arm}-[0-9]*")) if _is_finished(path)]
        for arm in words
    }
    return {arm: runs for arm, runs in arms.items() if runs}


def _is_finished(run: Path) -> bool:
    return (run / "card.json").is_file()


def _read(run: Path) -> _Run:
    """Read a finished run; the model at its end, also where an earlier one was kept."""
    warmed, last = run / "warm.json", run / "last.json"
    return _Run(
        Evaluation.load(run / "before.json"),
        Evaluation.load(warmed) if warmed.is_file() else None,
        Evaluation.load(last if last.is_file() else run / "after.json"),
    )


def _table(name: str, arms: _Arms, words: Mapping[str, str]) -> str:
    runs = next(iter(arms.values()))
    units, human = (f"{_mean(counts):.0f}" for counts in _counts(runs))
    lines = [
        f"### {name}",
        "",
        f"{units} functions of held-out files, {human} of them with a human docstring"
        f"{' (means over the seeds)' if len(runs) > 1 else ''}.",
        "",
        _COLUMNS,
        _row("starter", [run.before for run in runs], [run.before for run in runs]),
    ]
    if all(run.warmed for run in runs):
        lines.append(_row("after the warm-up", *_changes(runs, is_warmed=True)))
    lines += [_row(words[arm], *_changes(found)) for arm, found in arms.items()]
    return "\n".join([*lines, ""])


def _counts(runs: Sequence[_Run]) -> tuple[list[float], list[float]]:
    return [run.before.units for run in runs], [run.before.human_docs for run in runs]


def _changes(
    runs: Sequence[_Run], is_warmed: bool = False
) -> tuple[list[Evaluation], list[Evaluation]]:
    after = [run.warmed if is_warmed and run.warmed else run.after for run in runs]
    return [run.before for run in runs], after


def _row(words: str, before: Sequence[Evaluation], after: Sequence[Evaluation]) -> str:
    cells = [
        words,
        str(len(after)),
        _changed([e.reward for e in after], before, after, "rewards"),
        _changed([e.lift for e in after], before, after, "lifts"),
        f"{_mean([e.similarity for e in after]):.3f}",
        f"{_mean([e.similarity_alone for e in after]):.3f}",
        f"{_mean([e.chrf or 0.0 for e in after]):.1f}",
        f"{_mean([e.leaking_docs for e in after]):.1%}",
        f"{_mean([e.valid_docs for e in after]):.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def _changed(
    means: Sequence[float], before: Sequence[Evaluation], after: Sequence[Evaluation], what: str
) -> str:
    if before == after:
        return f"{_mean(means):.3f}"
    low, high = interval(_differences(before, after, what))
    mark = "**" if low > 0 else ""
    return f"{mark}{_mean(means):.3f} ({low:+.3f} to {high:+.3f}){mark}"


def _differences(
    before: Sequence[Evaluation], after: Sequence[Evaluation], what: str
) -> list[float]:
    """Give the change of each function, over all seeds."""
    return [
        new - old
        for one, other in zip(before, after, strict=True)
        for old, new in zip(getattr(one, what), getattr(other, what), strict=True)
    ]


def _stages(name: str, arms: _Arms) -> list[Line]:
    """Give the change of the lift by the warm-up and by what the product does."""
    runs = arms.get(_MAIN, ())
    warmed = [_line(f"{name}, warm-up", *_changes(runs, is_warmed=True), "lifts")] if runs else []
    return [*warmed, _line(f"{name}, round", *_changes(runs), "lifts")] if runs else []


def _line(label: str, before: Sequence[Evaluation], after: Sequence[Evaluation], what: str) -> Line:
    differences = _differences(before, after, what)
    return Line(label, _mean(differences), *interval(differences))


def _arms_picture(name: str, arms: _Arms, words: Mapping[str, str]) -> str:
    parts = []
    for what, meaning in (("rewards", "reward"), ("lifts", "lift by documentation")):
        lines = [_line(words[arm], *_changes(runs), what) for arm, runs in arms.items()]
        title = f"{name}: change of the {meaning}, against the starter"
        file = f"training-{name}-{what}.svg"
        (PICTURES / file).write_text(forest(lines, title), "utf-8")
        parts.append(f"![Change of the {meaning} by arm](pictures/{file})\n")
    return "\n".join(parts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


_HEAD = """## Training

Written by `python benchmarks/batcoder.py report FOLDER`, from the runs of
`python benchmarks/batcoder.py run FOLDER REPO...`. Everything is measured on files that training
did not see, other ones for each seed, greedily, with the exported Q8_0 file. The interval is a 95%
bootstrap interval of the change against the starter, function by function, over all seeds; bold
where all of it lies above zero. Lift: what the model's documentation adds to the likeness of
rebuilt code, over the signature alone. A row shows the model at the end of its run, also where
`batdoc train` would keep the one after the warm-up.

![Change of the lift by documentation](pictures/training-lift.svg)
"""
_COLUMNS = (
    "| | seeds | reward | lift | likeness | alone | chrF | leaks | checks |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
