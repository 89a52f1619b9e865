"""The section of docs/results.md on training: tables and pictures of finished runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from results import PICTURES

from batdoc.trainer.evaluation import Evaluation, interval
from training_parts.forest import Line, forest
from training_parts.sampled_lift import SAMPLES, read_lifts

_DRAWN, _MANY = ("rounds", "warm-up"), 4  # arms of all repositories; so many are worth a picture
_SAMPLED, _LIFT, _WORDS = "sampled", "code_lift", "human_logprob"
_FILES = {
    "before": ("before.json",),
    "last": ("last.json", "after.json"),
}


@dataclass(frozen=True, slots=True)
class _Stage:
    """How a model measured at one stage of a run.

    Attributes:
        found: Greedily.
        sampled: Lift of each function over several sampled rebuilds; None where nobody measured.
    """

    found: Evaluation
    sampled: Sequence[float] | None

    def of_functions(self, what: str) -> Sequence[float | None]:
        """Give a figure of each function: one of an evaluation, or "sampled"."""
        return (self.sampled if what == _SAMPLED else self.found.figures[what]) or ()


_Run = Mapping[str, _Stage]  # by the names of `_FILES`
_Arms = Mapping[str, Sequence[_Run]]


def training_section(folder: Path, words: Mapping[str, str]) -> str:
    """Write what was found as Markdown, and draw it.

    Args:
        folder: Holds a folder for each repository, with one for each run, `ARM-SEED`.
        words: What each arm is, by its name.
    """
    repos = {path.name: _runs(path, words) for path in sorted(folder.iterdir()) if path.is_dir()}
    found = {name: arms for name, arms in repos.items() if arms}
    for what, file, meaning in _PICTURES:
        lines = [
            _line(f"{name}, {words[arm]}", arms[arm], what)
            for name, arms in found.items()
            for arm in _DRAWN
            if arm in arms and _differences(arms[arm], "last", what)
        ]
        title = f"{meaning}, nats a token: change against the starter"
        (PICTURES / file).write_text(forest(lines, title), "utf-8")
    parts = [_HEAD]
    for name, arms in found.items():
        parts.append(_table(name, arms, words))
        if len(arms) >= _MANY:
            parts.append(_arms_picture(name, arms, words))
    return "\n".join(parts)


def _runs(repo: Path, words: Mapping[str, str]) -> _Arms:
    arms = {
        arm: [_read(card.parent) for card in sorted(repo.glob(f"{arm}-[0-9]*/card.json"))]
        for arm in words
    }
    return {arm: runs for arm, runs in arms.items() if runs}


def _read(run: Path) -> _Run:
    """Read a finished run; the model at its end, also where an earlier one was kept."""
    lifts = read_lifts(run) or {}
    found = {
        stage: next((run / name for name in names if (run / name).is_file()), None)
        for stage, names in _FILES.items()
    }
    return {
        stage: _Stage(Evaluation.load(file), lifts.get(stage))
        for stage, file in found.items()
        if file
    }


def _table(name: str, arms: _Arms, words: Mapping[str, str]) -> str:
    runs = next(iter(arms.values()))
    first = [run["before"].found for run in runs]
    last = [run["last"] for found in arms.values() for run in found]
    shown = [each for each in _FIGURES if any(stage.of_functions(each[0]) for stage in last)]
    units, human = _mean([e.units for e in first]), _mean([e.human_docs for e in first])
    lines = [
        f"### {name}",
        "",
        f"{units:.0f} functions of held-out files, {human:.0f} of them with a human docstring"
        f"{' (means over the seeds)' if len(runs) > 1 else ''}.",
        "",
        f"| | seeds | {' | '.join(heading for _, heading, _ in shown)} |",
        "|---|---" + "|---" * len(shown) + "|",
        _row("starter", runs, "before", shown),
    ]
    lines += [_row(words[arm], found, "last", shown) for arm, found in arms.items()]
    return "\n".join([*lines, ""])


def _row(
    words: str, runs: Sequence[_Run], stage: str, shown: Sequence[tuple[str, str, str]]
) -> str:
    cells = (_change(runs, stage, what, form) for what, _, form in shown)
    return f"| {' | '.join([words, str(len(runs)), *cells])} |"


def _change(runs: Sequence[_Run], stage: str, what: str, form: str) -> str:
    """Say a mean over all functions and seeds, and the interval of its change where it is told."""
    after = [v for run in runs for v in run[stage].of_functions(what) if v is not None]
    if not after:
        return ""
    mean = form.format(_mean(after))
    if stage == "before" or what in _MEANS_ALONE:
        return mean
    low, high = interval(_differences(runs, stage, what))
    mark = "**" if low > 0 and what not in _BETTER_LOW else ""
    signed = form.replace("{:", "{:+")
    return f"{mark}{mean} ({signed.format(low)} to {signed.format(high)}){mark}"


def _differences(runs: Sequence[_Run], stage: str, what: str) -> list[float]:
    """Give the change of each function against the starter, over all seeds."""
    return [
        new - old
        for run in runs
        for old, new in zip(
            run["before"].of_functions(what), run[stage].of_functions(what), strict=True
        )
        if old is not None and new is not None
    ]


def _line(label: str, runs: Sequence[_Run], what: str) -> Line:
    differences = _differences(runs, "last", what)
    return Line(label, _mean(differences), *interval(differences))


def _arms_picture(name: str, arms: _Arms, words: Mapping[str, str]) -> str:
    parts = []
    for what, meaning in (("reward", "reward"), (_LIFT, "lift")):
        shown = {arm: runs for arm, runs in arms.items() if runs[0]["last"].of_functions(what)}
        lines = [_line(words[arm], runs, what) for arm, runs in shown.items()]
        file = f"training-{name}-{meaning}.svg"
        title = f"{name}: change of the {meaning}, against the starter"
        (PICTURES / file).write_text(forest(lines, title), "utf-8")
        parts.append(f"![Change of the {meaning} by arm](pictures/{file})\n")
    return "\n".join(parts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


_HEAD = f"""## Training

Written by `python benchmarks/batcoder.py report FOLDER`, from the runs of
`python benchmarks/batcoder.py run FOLDER REPO...`. Everything is measured on files that training
did not see, other ones for each seed, greedily, with the exported Q8_0 file. The interval is a 95%
bootstrap interval of the change against the starter, function by function, over all seeds; bold
where all of it lies above zero. Lift: what the model's documentation adds to the likeness of
rebuilt code, over the signature alone, greedily and as a mean of {SAMPLES} sampled rebuilds each,
which chance moves less (`python benchmarks/batcoder.py measure FOLDER REPO...`). Likelier: how much
likelier documentation makes the original code, in nats a token; people's words: how likely the
model finds the first sentence that a person wrote, behind the code, in the same unit. For these two
nothing is sampled, and chance moves them little. A row shows the model at the end of its run.

![How much likelier documentation makes code](pictures/training-lift.svg)

![How much likelier the model finds what people wrote](pictures/training-words.svg)
"""
_PICTURES = (
    (_LIFT, "training-lift.svg", "how much likelier documentation makes code"),
    (_WORDS, "training-words.svg", "how likely the model finds what people wrote"),
)
_FIGURES = (
    ("reward", "reward", "{:.3f}"),
    ("lift", "lift", "{:.3f}"),
    (_SAMPLED, "lift, sampled", "{:.3f}"),
    (_LIFT, "likelier", "{:.3f}"),
    ("similarity", "likeness", "{:.3f}"),
    ("similarity_alone", "alone", "{:.3f}"),
    (_WORDS, "people's words", "{:.2f}"),
    ("chrf", "chrF", "{:.1f}"),
    ("leaking_docs", "leaks", "{:.1%}"),
    ("valid_docs", "checks", "{:.0%}"),
)
_MEANS_ALONE = ("similarity", "similarity_alone", "valid_docs")
_BETTER_LOW = ("leaking_docs",)
