"""What each part of training is worth: the same model on the same repositories, one part changed.

    python benchmarks/batcoder.py run FOLDER REPO... [--arms NAME,...] [--seeds 0,...] [--steps N]
    python benchmarks/batcoder.py measure FOLDER REPO...
    python benchmarks/batcoder.py report FOLDER

Every arm is a run of `batdoc train` under FOLDER, in a process of its own; what is finished there
is not run again, and what arms have in common is made by the first of them. `measure` adds the lift
over several sampled rebuilds, `report` writes a section of docs/results.md. The repositories should
be ones that the starter never saw; whole files of each are held out, the same for all arms.
"""

import argparse
import itertools
import shutil
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

from results import write_section
from training_parts.sampled_lift import measure_run
from training_parts.section import training_section

from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.catalogue import starter_path
from batdoc.models.checkpoint import Trainable
from batdoc.models.prompts import TO_CODE, TO_DOC
from batdoc.source.similarity import Similarity
from batdoc.source.units import CodeUnit
from batdoc.trainer import adapters, rewards, rounds, supervised
from batdoc.trainer.config import Asked
from batdoc.trainer.corpus import Beside, CorpusUnit
from batdoc.trainer.halves import halves
from batdoc.trainer.plan import Plan, Request
from batdoc.trainer.ranked import Said
from batdoc.trainer.rounds import Rounds
from batdoc.trainer.run import train
from batdoc.trainer.supervised import Example
from batdoc.trainer.supervised import examples as all_examples
from batdoc.trainer.supervised import taught as what_people_wrote
from batdoc.trainer.watcher import Watcher

Change = Callable[[], AbstractContextManager[object]]
_BEFORE = "before.json"


def _only(token: str) -> Change:
    """Let rounds teach one direction alone: examples whose question begins with a control token."""

    def examples(
        units: Any, start: Trainable, said: Any, beside: Beside, passes: int
    ) -> Iterator[Example]:
        given = (units, start, said, beside, passes)
        first = HfTokenizer(start.tokenizer).control_id(token)
        return (pair for pair in all_examples(*given) if pair[0][0] == first)

    return lambda: patch.object(rounds, "examples", examples)


def _self_taught() -> AbstractContextManager[object]:
    """Let the best that a model said be taught where nobody wrote anything."""

    def taught(human: str, own: Said, unit: CodeUnit) -> str:
        return what_people_wrote(human, own, unit) if human else own.best

    return patch.object(supervised, "taught", taught)


def _not_averaged() -> AbstractContextManager[object]:
    """Let a lesson end with what was trained, in place of the average with what it began from."""
    return patch.object(adapters, "SHARE", 1.0)


def _best_alone() -> AbstractContextManager[object]:
    """Let code be asked for by the best documentation alone, not by what else was said."""

    def examples(
        units: Any, start: Trainable, said: Any, beside: Beside, passes: int
    ) -> Iterator[Example]:
        best = {key: Said(each.best, ()) for key, each in said.items()}
        return all_examples(units, start, best, beside, passes)

    return patch.object(rounds, "examples", examples)


@contextmanager
def _one_model() -> Iterator[None]:
    """Let the model that was taught all functions document them."""
    with (
        patch.object(Rounds, "_prepare", lambda *_: None),
        patch.object(Rounds, "_model_of", lambda self, _: self.warmed_up),
    ):
        yield


def _token_similarity() -> AbstractContextManager[object]:
    """Rank by likeness of the tokens in place of likeness of the dependence graphs."""

    def by_tokens(original: str, rebuilt: str, language: str) -> Similarity:
        left, right = original.split(), rebuilt.split()
        value = SequenceMatcher(None, left, right, autojunk=False).ratio()
        return Similarity(value, {"tokens": value}, max(len(left), len(right)), False)

    return patch.object(rewards, "similarity", by_tokens)


@contextmanager
def _no_leak_rules() -> Iterator[None]:
    with ExitStack() as stack:
        for rule in rewards.LEAK_RULES:
            stack.enter_context(patch.object(rewards, rule, lambda *_: 1.0))
        yield


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train.

    Attributes:
        words: What the table says of it.
        options: Of the run, by the names of its settings.
        changed: What is changed inside while rounds last.
        learns_alone: Only what is learned of documentation is changed, not which there is.
        share: Of the functions to learn from, whole files first.
    """

    words: str
    options: dict[str, Any] = field(default_factory=dict)
    changed: Change = nullcontext
    learns_alone: bool = False
    share: float = 1.0


_NO_STEPS = {"steps": 0}
_WARMED = {**_NO_STEPS, "warmup_epochs": 3}
ARMS = {
    "rounds": Arm("a round", _NO_STEPS, learns_alone=True),
    "warm-up": Arm("warm-up alone", {**_WARMED, "rounds": 0}),
    "warm-up-rounds": Arm("warm-up and a round", _WARMED),
    "one-model": Arm("documented by the model that was taught all", _WARMED, _one_model),
    "self-taught": Arm("the best that it said is taught, too", _NO_STEPS, _self_taught, True),
    "not-averaged": Arm("not averaged with the starter", _NO_STEPS, _not_averaged, True),
    "best-alone": Arm("code from the best documentation alone", _NO_STEPS, _best_alone, True),
    "reinforce": Arm("REINFORCE++ alone", {"rounds": 0}),
    "all": Arm("a round and REINFORCE++"),
    "roundtrip": Arm("ranked by the round trip", {**_NO_STEPS, "reward": "roundtrip"}),
    "both": Arm("ranked by both", {**_NO_STEPS, "reward": "both"}),
    "only-to-code": Arm("without gradients of stage 1", _NO_STEPS, _only(TO_CODE), True),
    "only-to-doc": Arm("without gradients of stage 2", _NO_STEPS, _only(TO_DOC), True),
    "tokens": Arm(
        "ranked by the round trip, likeness of tokens",
        {**_NO_STEPS, "reward": "roundtrip"},
        _token_similarity,
    ),
    "no-leak-rules": Arm("without leak rules", _NO_STEPS, _no_leak_rules),
    "half": Arm("half of the functions to learn from", _NO_STEPS, share=0.5),
    "quarter": Arm("a quarter of the functions to learn from", _NO_STEPS, share=0.25),
}


def main() -> None:
    """Run what was asked for."""
    options = _options()
    if options.what == "report":
        words = {name: arm.words for name, arm in ARMS.items()}
        write_section("training", training_section(options.folder, words))
    elif options.what == "measure":
        for repo in options.repos:
            for card in sorted((options.folder / repo.name).glob("*/card.json")):
                _tell(f"measuring {card.parent}")
                measure_run(card.parent, repo)
    elif options.what == "one":
        _train(options)
    else:
        _run_all(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "measure", "report", "one"))
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
    asked = Asked(**{"steps": options.steps, "seed": seed, **arm.options})
    is_begun, model = (output / "plan.json").is_file(), str(starter_path())
    request = Request(repo, output, model, asked, resume=is_begun)
    learn = Rounds.learn_from_rounds

    def changed(self: Rounds) -> None:
        with arm.changed():  # neither the warm-up nor what is measured
            learn(self)

    with (
        _shared(options.folder / repo.name / f"shared-{seed}", arm),
        patch.object(Rounds, "learn_from_rounds", changed),
    ):
        train(request, Watcher(Event(), _tell, lambda _: None))


@contextmanager
def _shared(folder: Path, arm: Arm) -> Iterator[None]:
    """Begin with what another arm has made of the same, and leave it to others."""
    begin, document = Rounds.__init__, Rounds._document
    is_common = not arm.options.get("warmup_epochs") and arm.share == 1.0

    def begun(
        self: Rounds,
        run: Path,
        plan: Plan,
        units: Sequence[CorpusUnit],
        beside: Beside,
        watcher: Watcher,
    ) -> None:
        by_file = [*itertools.chain(*halves(units))] if arm.share < 1.0 else []
        kept = {unit.key for unit in by_file[: int(arm.share * len(units))]}
        units = [u for u in units if not kept or u.unit.key in kept]
        begin(self, run, plan, units, beside, watcher)
        if is_common and folder.is_dir() and not (run / _BEFORE).is_file():
            shutil.copy(folder / _BEFORE, run / _BEFORE)
            if arm.learns_alone:
                shutil.copytree(folder / "rounds", run / "rounds")

    def documented(self: Rounds, number: int, file: Path) -> None:
        document(self, number, file)
        if is_common and arm.learns_alone and not folder.is_dir():
            (folder / "rounds").mkdir(parents=True)
            shutil.copy(file.parents[1] / _BEFORE, folder / _BEFORE)
            shutil.copy(file, folder / "rounds" / file.name)

    with (
        patch.object(Rounds, "__init__", begun),
        patch.object(Rounds, "_document", documented),
    ):
        yield


def _tell(stage: str) -> None:
    print(stage, file=sys.stderr)


if __name__ == "__main__":
    main()
