"""One training run from a repository to a model in use.

Each stage leaves its result in the run's folder, and is not done again when the run is resumed:

- `plan.json`: what the run is; written first.
- `before.json`: the first model, measured on the held-out files.
- `rounds/`: the lessons before reinforcement learning; see `trainer.rounds`.
- `warm.json`, `rounds.json`: the model after the warm-up and after the rounds, measured.
- `steps/`: checkpoints of the optimizer.
- `metrics.jsonl`: one line a step.
- `checkpoint/`: the trained weights.
- `model.gguf`: the same, exported and compared.
- `model.words.txt`: the words that it has read; see `source.lexicon`.
- `model.confidence.json`: what the model finds of its own first lines; see `models.confidence`.
- `pairs.json`: the best and the worst round trips, for report.html.
- `last.json`: how the model at the end measured, where an earlier one was kept.
- `after.json`: how the model that was kept measured.
- `card.json`: before and after; written last, so a run that has one is finished.
- `report.html`: all of it for people; can be written again at any time.
"""

import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from batdoc.models import prompts
from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.catalogue import CARD_FILE, MODEL_FILE, open_backend
from batdoc.models.checkpoint import Trainable
from batdoc.models.confidence import Scale
from batdoc.trainer import processes
from batdoc.trainer.card import judge, make_card
from batdoc.trainer.checkpoints import STEPS_FOLDER, last_complete, write_json
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Corpus
from batdoc.trainer.estimate import Machine, check_fits, longest_row, shape_of
from batdoc.trainer.evaluate import Measured, measure, summarize
from batdoc.trainer.evaluation import Evaluation
from batdoc.trainer.export import export
from batdoc.trainer.held_out import measured_units
from batdoc.trainer.memory import free_memory
from batdoc.trainer.pairs import choose_pairs
from batdoc.trainer.plan import Plan, Request, make_plan, run_folder
from batdoc.trainer.publish import decide, publish_weights
from batdoc.trainer.report import write_report
from batdoc.trainer.rounds import Rounds
from batdoc.trainer.watcher import Watcher

_BEFORE, _WARMED, _RANKED = "before.json", "warm.json", "rounds.json"
_AFTER, _LAST = "after.json", "last.json"


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A finished run's folder and card."""

    folder: Path
    card: dict[str, Any]


def train(request: Request, watcher: Watcher) -> FinishedRun:
    """Train on a repository, or go on with a run.

    Raises:
        Cancelled: `watcher.cancel` was set; the run can be resumed.
        InputError: The repository or the folder cannot be used.
        ConfigError: The settings cannot be used, or take more memory than there is.
        ModelError: The first model cannot be used.
        ExportError: The trained model could not be exported faithfully.
        MissingExtraError: The training extra is not installed.
    """
    with processes.joined():
        return _train(request, watcher if processes.is_first() else watcher.silent())


def _train(request: Request, watcher: Watcher) -> FinishedRun:
    folder = run_folder(request, datetime.fromtimestamp(processes.highest(time.time())))
    old = Plan.load(folder) if request.resume else None
    if old and (folder / CARD_FILE).is_file() and request.asked.steps in (None, old.config.steps):
        return _finished(folder)
    watcher.on_stage("reading the repository and the first model")
    plan, corpus, start = make_plan(request, old)
    _check_room(plan.config, corpus, start)
    if plan.config.rollouts and not old:
        open_backend(plan.config.rollouts, None).close()  # is it there, before work begins?
    with processes.first_alone():
        if processes.is_first():
            folder.mkdir(parents=True, exist_ok=True)
            plan.save(folder)
    del start  # each stage loads the model that it goes on from
    run = _Run(folder, plan, corpus, watcher)
    before, between = run.learn()
    with processes.first_alone():
        if processes.is_first():
            run.conclude(before, between)
    return _finished(folder)


def _check_room(config: TrainingConfig, corpus: Corpus, start: Trainable) -> None:
    """Refuse a run that will not fit in memory."""
    from batdoc.trainer.loop import has_fast_bf16

    shape = shape_of(start.model)
    units, tokenizer = [unit.unit for unit in corpus.train], HfTokenizer(start.tokenizer)
    longest = longest_row(units, tokenizer, config.most_doc_tokens, corpus.beside)
    machine = Machine(free_memory(4 * shape.parameters), 2 if has_fast_bf16() else 4)
    check_fits(shape, config.shared_by(processes.count()), longest, machine)


def _finished(folder: Path) -> FinishedRun:
    return FinishedRun(folder, json.loads((folder / CARD_FILE).read_text("utf-8")))


class _Run:
    """The stages of one run."""

    def __init__(self, folder: Path, plan: Plan, corpus: Corpus, watcher: Watcher) -> None:
        self._folder = folder
        self._plan = plan
        self._corpus = corpus
        self._watcher = watcher
        self._units = [unit.unit for unit in corpus.train]
        self._rounds = Rounds(folder, plan, corpus.train, corpus.beside, watcher)

    def learn(self) -> tuple[Evaluation, dict[str, Evaluation]]:
        """Do what all processes do together, as far as it is still to be done.

        Returns:
            How the model measured before, and after its lessons.
        """
        before = self._evaluated(_BEFORE, "the first model", lambda: self._plan.first_model)
        between = self._teach()
        if self._plan.config.steps:
            from batdoc.trainer.adapters import load_to_train
            from batdoc.trainer.reinforce import take_steps

            start = load_to_train(self._rounds.reached, self._plan.config)
            units, beside = self._units, self._corpus.beside
            take_steps(self._folder, start, units, beside, self._plan.config, self._watcher)
        return before, between

    def conclude(self, before: Evaluation, between: dict[str, Evaluation]) -> None:
        """Export the model, measure it, decide on it, and write the card.

        Args:
            before: How the first model measured.
            between: How it measured after its lessons; the best of all is kept.
        """
        measured = self._publish(None)
        after = summarize(measured)
        kept = max(between, key=lambda name: worth(before, between[name]), default=None)
        if kept and worth(before, between[kept]) > worth(before, after):
            self._watcher.on_stage(f"keeping the model after the {kept}, which does better")
            between["last"] = after
            after.save(self._folder / _LAST)
            lessons = self._rounds
            measured = self._publish(lessons.warmed_up if kept == "warm-up" else lessons.last)
            after = summarize(measured)
        self._save_pairs(measured)
        self._save_scale(measured)
        after.save(self._folder / _AFTER)
        verdict = judge(before, after)
        in_use = decide(
            self._plan,
            self._folder,
            verdict,
            lambda path: judge(summarize(self._measure(str(path))), after),
        )
        card = make_card(self._about(), before, between, after, verdict, in_use)
        write_json(self._folder / CARD_FILE, card)
        write_report(self._folder)

    def _evaluated(self, name: str, what: str, model: Callable[[], str]) -> Evaluation:
        """Measure a model on the held-out files, or read how it measured before."""
        file = self._folder / name
        with processes.first_alone():
            if not file.is_file():
                self._watcher.on_stage(f"measuring {what} on the held-out files")
                summarize(self._measure(model())).save(file)
            return Evaluation.load(file)

    def _teach(self) -> dict[str, Evaluation]:
        """Give the lessons; the model is measured where the run goes on in another way."""
        config, rounds = self._plan.config, self._rounds
        between = {}
        if config.warmup_epochs:
            rounds.warm_up()
            if config.rounds + config.steps:
                between["warm-up"] = self._evaluated(
                    _WARMED, "the warmed-up model", lambda: rounds.served(rounds.warmed_up)
                )
        if config.rounds:
            rounds.learn_from_rounds()
            if config.steps:
                between["rounds"] = self._evaluated(
                    _RANKED, "the model after the rounds", lambda: rounds.served(rounds.last)
                )
        return between

    def _measure(self, model: str) -> list[Measured]:
        with closing(open_backend(model, None)) as backend:
            units, beside = measured_units(self._corpus), self._corpus.beside
            measured = measure(units, backend, beside, self._watcher.cancel)
        self._watcher.on_measured(measured)
        return measured

    def _save_pairs(self, measured: list[Measured]) -> None:
        files = {found.unit.key: found.file for found in self._corpus.held_out}
        choose_pairs(measured, files).save(self._folder)

    def _save_scale(self, measured: list[Measured]) -> None:
        """Keep how sure the model was of what it wrote for the held-out functions."""
        scale = Scale.of(m.logprob for m in measured if m.doc and m.logprob is not None)
        if scale is not None:
            scale.save(self._folder / MODEL_FILE)

    def _publish(self, lesson: Path | None) -> list[Measured]:
        """Export a model, and measure it.

        Args:
            lesson: The model after a lesson; None for the last.
        """
        last = last_complete(self._folder / STEPS_FOLDER)
        reached = self._rounds.reached
        first = reached if reached.is_dir() else reached.parent
        publish_weights(self._folder, lesson or last or first, first, is_adapter=lesson is None)
        self._watcher.on_stage("exporting the model and comparing it with the trained one")
        if self._rounds.lexicon:
            self._rounds.lexicon.save(self._folder)
        export(self._folder, self._folder / MODEL_FILE, "q8_0")
        self._watcher.on_stage("measuring the trained model on the held-out files")
        return self._measure(str(self._folder / MODEL_FILE))

    def _about(self) -> dict[str, Any]:
        config = self._plan.config
        return {
            "repo": self._plan.repo,
            "start": self._plan.start,
            "warmup_epochs": config.warmup_epochs,
            "rounds": config.rounds,
            "steps": config.steps,
            "seed": config.seed,
            "reward": config.reward,
            "algorithm": config.algorithm,
            "train_functions": len(self._corpus.train),
            "held_out_functions": len(self._corpus.held_out),
            "held_out_files": sorted({unit.file for unit in self._corpus.held_out}),
            "left_out": dict(self._corpus.left_out),
            "prompt_version": prompts.VERSION,
        }


def worth(before: Evaluation, stage: Evaluation) -> tuple[bool, float]:
    """Order the stages of a run: what would come into use first, then what earns more.

    Args:
        before: How the first model measured.
        stage: How the model measured after a stage.
    """
    return judge(before, stage).is_better, stage.mean("reward") or 0.0
