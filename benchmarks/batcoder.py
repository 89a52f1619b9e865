"""What each part of training is worth: the same model on the same repositories, one part changed.

    python benchmarks/batcoder.py run FOLDER REPO... [--arms NAME,...] [--seeds 0,...] [--steps N]
    python benchmarks/batcoder.py report FOLDER

Every arm is a run of `batdoc train` under FOLDER, in a process of its own; what is finished there
is not run again. `report` writes docs/results.md. The repositories should be ones that the starter
never saw; whole files of each are held out, the same for all arms.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

from batdoc.models.catalogue import starter_path
from batdoc.models.prompts import Direction
from batdoc.source.similarity import Similarity
from batdoc.trainer import grpo, rewards
from batdoc.trainer.card import interval
from batdoc.trainer.evaluate import Evaluation
from batdoc.trainer.plan import Request
from batdoc.trainer.run import Watcher, train

_RESULTS = Path(__file__).parents[1] / "docs" / "results.md"
_FILES = {
    "before": "before.json",
    "warm-up": "warm.json",
    "rounds": "rounds.json",
    "after": "after.json",
}


Change = Callable[[grpo.RoundTripTrainer], AbstractContextManager[object]]


def _without_gradients(direction: Direction) -> Change:
    """Train with the advantages of one stage's answers set to nothing."""

    def changed(trainer: grpo.RoundTripTrainer) -> AbstractContextManager[object]:
        score = trainer._generate_and_score_completions

        def scored(inputs: list[dict[str, Any]]) -> dict[str, Any]:
            batch = score(inputs)
            counts = [float(slot.direction is not direction) for slot in trainer._slots]
            batch["advantages"] *= batch["advantages"].new_tensor(counts)[:, None]
            return batch

        return patch.object(trainer, "_generate_and_score_completions", scored)

    return changed


def _token_similarity(_: grpo.RoundTripTrainer) -> AbstractContextManager[object]:
    """Reward likeness of the tokens in place of likeness of the dependence graphs."""

    def by_tokens(original: str, rebuilt: str, language: str) -> Similarity:
        left, right = original.split(), rebuilt.split()
        value = SequenceMatcher(None, left, right, autojunk=False).ratio()
        return Similarity(value, {"tokens": value}, max(len(left), len(right)), False)

    return patch.object(rewards, "similarity", by_tokens)


@contextmanager
def _no_leak_rules(_: grpo.RoundTripTrainer) -> Iterator[None]:
    with ExitStack() as stack:
        for rule in rewards.LEAK_RULES:
            stack.enter_context(patch.object(rewards, rule, lambda *_: 1.0))
        yield


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train.

    Attributes:
        words: What the table says of it.
        options: Of `batdoc train`.
        changed: What is changed inside while it trains.
    """

    words: str
    options: dict[str, Any] = field(default_factory=dict)
    changed: Change = nullcontext


ARMS = {
    "both": Arm("warm-up and BatCoder"),
    "batcoder": Arm("BatCoder alone", {"warmup": 0}),
    "roundtrip": Arm("reward: round trip only", {"reward": "roundtrip"}),
    "likelihood": Arm("reward: likelihood only", {"reward": "likelihood"}),
    "no-stage-1": Arm("no gradients of stage 1", changed=_without_gradients(Direction.TO_DOC)),
    "no-stage-2": Arm("no gradients of stage 2", changed=_without_gradients(Direction.TO_CODE)),
    "tokens": Arm("likeness of tokens, not graphs", changed=_token_similarity),
    "no-leak-rules": Arm("no leak rules", changed=_no_leak_rules),
}


def main() -> None:
    """Run what was asked for."""
    options = _options()
    if options.what == "report":
        _RESULTS.write_text(report(options.folder), "utf-8")
    elif options.what == "one":
        _train(options)
    else:
        _run_all(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "report", "one"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("repos", nargs="*", type=Path)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--steps", type=int, default=60)
    return parser.parse_args()


def _run_all(options: argparse.Namespace) -> None:
    for repo in options.repos:
        for seed in options.seeds.split(","):
            for arm in options.arms.split(","):
                chosen = ["--arms", arm, "--seeds", seed, "--steps", str(options.steps)]
                command = [sys.executable, __file__, "one", str(options.folder), str(repo), *chosen]
                subprocess.run(command, check=True)


def _train(options: argparse.Namespace) -> None:
    (repo,), arm, seed = options.repos, ARMS[options.arms], int(options.seeds)
    output = options.folder / repo.name / f"{options.arms}-{seed}"
    asked = {"steps": options.steps, "reward": None, "warmup": None, **arm.options}
    is_begun, model = (output / "plan.json").is_file(), str(starter_path())
    request = Request(repo=repo, output=output, model=model, seed=seed, resume=is_begun, **asked)
    loop = grpo.train_round_trip

    def changed(trainer: grpo.RoundTripTrainer, resume_from: Path | None) -> None:
        with arm.changed(trainer):  # what is measured before and after is not changed
            loop(trainer, resume_from)

    with patch.object(grpo, "train_round_trip", changed):
        train(request, Watcher(Event(), _tell, lambda _: None))


def _tell(stage: str) -> None:
    print(stage, file=sys.stderr)


def report(folder: Path) -> str:
    """Write what was found as Markdown."""
    parts = [_HEAD]
    for repo in sorted(path for path in folder.iterdir() if path.is_dir()):
        runs = {
            arm: [read for path in sorted(repo.glob(f"{arm}-*")) if (read := _read(path))]
            for arm in ARMS
        }
        if any(runs.values()):
            parts.append(_section(repo.name, {arm: found for arm, found in runs.items() if found}))
    return "\n".join(parts)


def _read(run: Path) -> dict[str, Evaluation] | None:
    """Read the evaluations of a finished run."""
    if not (run / "card.json").is_file():
        return None
    files = {name: run / file for name, file in _FILES.items()}
    return {name: Evaluation.load(file) for name, file in files.items() if file.is_file()}


def _section(name: str, runs: dict[str, list[dict[str, Evaluation]]]) -> str:
    first = next(iter(runs.values()))[0]
    lines = [
        f"## {name}",
        "",
        f"{first['before'].units} functions of held-out files, {first['before'].human_docs} of "
        "them with a human docstring.",
        "",
        _COLUMNS,
        _row("starter", [first["before"]], [first["before"]]),
    ]
    warmed = [run for found in runs.values() for run in found if "warm-up" in run][:1]
    for run in warmed:
        lines.append(_row("warm-up alone", [run["before"]], [run["warm-up"]]))
    for arm, found in runs.items():
        before, after = [run["before"] for run in found], [run["after"] for run in found]
        lines.append(_row(ARMS[arm].words, before, after))
    return "\n".join([*lines, ""])


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
    """Give a mean, and the 95% interval of its change by function, over all seeds."""
    if before == after:
        return f"{_mean(means):.3f}"
    changes = [
        new - old
        for one, other in zip(before, after, strict=True)
        for old, new in zip(getattr(one, what), getattr(other, what), strict=True)
    ]
    low, high = interval(changes)
    mark = " **" if low > 0 else ""
    return f"{_mean(means):.3f}{mark} ({low:+.3f} to {high:+.3f}){mark.strip()}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


_HEAD = """# Results

Written by `python benchmarks/batcoder.py report FOLDER`, from the runs of
`python benchmarks/batcoder.py run FOLDER REPO...`. Everything is measured on files that training
did not see, greedily, with the exported Q8_0 file. The interval is a 95% bootstrap interval of the
change against the starter, function by function; bold where all of it lies above zero. Lift: what
the model's documentation adds to the likeness of rebuilt code, over the signature alone.
"""
_COLUMNS = (
    "| | seeds | reward | lift | likeness | alone | chrF | leaks | checks |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


if __name__ == "__main__":
    main()
