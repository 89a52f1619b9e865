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
- `confidence.json`: what the model finds of its own first lines; see `models.confidence`.
- `pairs.json`: the best and the worst round trips, for report.html.
- `after.json`: how the trained model measured.
- `card.json`: before and after; written last, so a run that has one is finished.
- `report.html`: all of it for people; can be written again at any time.
"""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from batdoc.models import prompts
from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.catalogue import CARD_FILE, MODEL_FILE, open_backend, promote, resolve
from batdoc.models.checkpoint import (
    Checkpoint,
    Trainable,
    copy_tokenizer,
    load_trainable,
    tokenizer_hash,
)
from batdoc.models.confidence import Scale
from batdoc.source.errors import Cancelled
from batdoc.source.units import CodeUnit
from batdoc.trainer import processes
from batdoc.trainer.card import Verdict, judge, make_card
from batdoc.trainer.checkpoints import last_complete, step_of, write_json
from batdoc.trainer.config import Asked, TrainingConfig, default_config
from batdoc.trainer.corpus import Corpus, read_corpus
from batdoc.trainer.estimate import Machine, check_fits, longest_row, shape_of
from batdoc.trainer.evaluate import Evaluation, Measured, measure, summarize
from batdoc.trainer.export import CHECKPOINT_FOLDER, export
from batdoc.trainer.memory import free_memory, keep_freed_memory
from batdoc.trainer.pairs import choose_pairs
from batdoc.trainer.plan import PLAN_FILE, Plan, Request, make_plan, run_folder
from batdoc.trainer.progress import METRICS_FILE, Journal, Progress
from batdoc.trainer.report import write_report
from batdoc.trainer.rounds import Rounds

_BEFORE, _WARMED, _RANKED, _AFTER = "before.json", "warm.json", "rounds.json", "after.json"
_STEPS, _ADAPTER = "steps", "adapter_config.json"
_MOST_MEASURED = 200
_WEIGHTS = ("*.safetensors", "*.safetensors.index.json", "*config.json")


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told what a run does.

    Attributes:
        cancel: When set, the run saves and stops.
        on_stage: Called with what begins now, in words.
        on_step: Called after each optimizer step.
        report_to: Trackers that get the metrics, as `trackers` allows them.
        on_measured: Called after each measurement with what the model made of held-out functions;
            there is code in it.
    """

    cancel: Event
    on_stage: Callable[[str], None]
    on_step: Callable[[Progress], None]
    report_to: tuple[str, ...] = ()
    on_measured: Callable[[Sequence[Measured]], None] = lambda _: None

    def silent(self) -> "Watcher":
        """Copy without those who are told."""
        return Watcher(self.cancel, lambda _: None, lambda _: None)


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
    _check_room(plan.config, [unit.unit for unit in corpus.train], start)
    with processes.first_alone():
        if processes.is_first():
            folder.mkdir(parents=True, exist_ok=True)
            plan.save(folder)
    run = _Run(folder, plan, corpus, start, watcher)
    before, between = run.learn()
    with processes.first_alone():
        if processes.is_first():
            run.conclude(before, between)
    return _finished(folder)


def _check_room(config: TrainingConfig, units: Sequence[CodeUnit], start: Trainable) -> None:
    """Refuse a run that will not fit in memory."""
    from batdoc.trainer.loop import has_fast_bf16

    shape = shape_of(start.model)
    longest = longest_row(units, HfTokenizer(start.tokenizer), config.most_doc_tokens)
    machine = Machine(free_memory(4 * shape.parameters), 2 if has_fast_bf16() else 4)
    check_fits(shape, config.shared_by(processes.count()), longest, machine)


def _finished(folder: Path) -> FinishedRun:
    return FinishedRun(folder, json.loads((folder / CARD_FILE).read_text("utf-8")))


class _Run:
    """The stages of one run."""

    def __init__(
        self, folder: Path, plan: Plan, corpus: Corpus, start: Trainable, watcher: Watcher
    ) -> None:
        self._folder = folder
        self._plan = plan
        self._corpus = corpus
        self._start = start
        self._watcher = watcher
        self._units = [unit.unit for unit in corpus.train]
        self._rounds = Rounds(
            folder,
            plan.first_model,
            self._units,
            plan.config,
            watcher.on_stage,
            watcher.on_step,
            watcher.cancel,
        )

    def learn(self) -> tuple[Evaluation, dict[str, Evaluation]]:
        """Do what all processes do together, as far as it is still to be done.

        Returns:
            How the model measured before, and after its lessons.
        """
        before = self._evaluated(_BEFORE, "the first model", lambda: self._plan.first_model)
        between = self._teach()
        self._optimize()
        return before, between

    def conclude(self, before: Evaluation, between: dict[str, Evaluation]) -> None:
        """Export the model, measure it, decide on it, and write the card.

        Args:
            before: How the first model measured.
            between: How it measured after its lessons; the best of all is kept.
        """
        measured = self._publish(None)
        after = summarize(measured)
        kept = max(between, key=lambda name: between[name].reward, default=None)
        if kept and between[kept].reward > after.reward:
            self._watcher.on_stage(f"keeping the model after the {kept}, which does better")
            between["last"] = after
            measured = self._publish(
                self._rounds.model(0 if kept == "warm-up" else self._plan.config.rounds)
            )
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
        for number in range(0 if config.warmup_epochs else 1, config.rounds + 1):
            if number > rounds.last():
                rounds.give(number, self._start)
            if number == rounds.last():
                self._start = load_trainable(rounds.model(number))
            if number == 0 and config.rounds + config.steps:
                between["warm-up"] = self._evaluated(
                    _WARMED, "the warmed-up model", lambda: rounds.served(0)
                )
            elif number and number == config.rounds and config.steps:
                between["rounds"] = self._evaluated(
                    _RANKED, "the model after the rounds", lambda: rounds.served(config.rounds)
                )
        return between

    def _measure(self, model: str) -> list[Measured]:
        with closing(open_backend(model, None)) as backend:
            measured = measure(measured_units(self._corpus), backend, self._watcher.cancel)
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

    def _optimize(self) -> None:
        from batdoc.trainer.grpo import RoundTripTrainer, train_round_trip

        steps = self._folder / _STEPS
        with processes.first_alone():
            last = last_complete(steps, self._watcher.on_stage)
        config = self._plan.config
        done = step_of(last) // config.updates_per_step if last else 0
        if done >= config.steps:
            return
        self._watcher.on_stage(f"training, {config.steps - done} steps")
        note = self._noting(done)
        reached = done

        def on_step(step: int, metrics: dict[str, float]) -> None:
            nonlocal reached
            reached = step
            note(step, metrics)

        keep_freed_memory()
        cancel, trackers, units = self._watcher.cancel, self._watcher.report_to, self._units
        part = config.shared_by(processes.count())
        trainer = RoundTripTrainer(self._start, units, part, steps, on_step, cancel, trackers)
        train_round_trip(trainer, last)
        if reached < config.steps:
            raise Cancelled(f"stopped after step {reached} of {config.steps}")

    def _noting(self, done: int) -> Callable[[int, dict[str, float]], None]:
        """Give what the first process does after each step."""
        if not processes.is_first():
            return lambda step, metrics: None
        journal = Journal(self._folder / METRICS_FILE, self._plan.config.steps, done)
        return lambda step, metrics: self._watcher.on_step(journal.note(step, metrics))

    def _publish(self, lesson: Path | None) -> list[Measured]:
        """Export a model, and measure it.

        Args:
            lesson: The model after a lesson; None for the last.
        """
        last = last_complete(self._folder / _STEPS)
        self._publish_weights(lesson or last or self._start.folder, is_adapter=lesson is None)
        self._watcher.on_stage("exporting the model and comparing it with the trained one")
        export(self._folder, self._folder / MODEL_FILE, "q8_0")
        self._watcher.on_stage("measuring the trained model on the held-out files")
        return self._measure(str(self._folder / MODEL_FILE))

    def _publish_weights(self, source: Path, is_adapter: bool) -> None:
        """Put weights and the first model's tokenizer files in one folder."""
        target = self._folder / CHECKPOINT_FOLDER
        fresh = self._folder / f".{CHECKPOINT_FOLDER}.new"
        for old in (fresh, target):
            shutil.rmtree(old, ignore_errors=True)
        fresh.mkdir()
        for pattern in _WEIGHTS:
            for file in source.glob(pattern):
                if not file.name.startswith("tokenizer"):
                    shutil.copyfile(file, fresh / file.name)
        copy_tokenizer(self._start.folder, fresh)
        Checkpoint(
            base_model=str(self._start.folder.resolve()),
            adapter="." if is_adapter and (source / _ADAPTER).is_file() else None,
            tokenizer_hash=tokenizer_hash(self._start.folder),
            prompt_version=prompts.VERSION,
            gguf_files={"q8_0": MODEL_FILE},
            metrics_before={},
            metrics_after={},
        ).save(fresh)
        fresh.replace(target)

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
            "train_functions": len(self._corpus.train),
            "held_out_functions": len(self._corpus.held_out),
            "held_out_files": sorted({unit.file for unit in self._corpus.held_out}),
            "left_out": dict(self._corpus.left_out),
            "prompt_version": prompts.VERSION,
        }


def decide(plan: Plan, folder: Path, verdict: Verdict, against: Callable[[Path], Verdict]) -> str:
    """Bring a run's model into use if it is to be and is better than the one in use.

    Args:
        plan: Of the run.
        folder: Of the run.
        verdict: On the run's model, compared with the one that it started from.
        against: Compares it with another model.

    Returns:
        Which model the repository uses now, in words.
    """
    repo = Path(plan.repo)
    if not plan.promotes:
        return "what was before, as the run has a folder of its own; name it with --model"
    if not verdict.is_better:
        return f"what was before, because {verdict.reason}"
    rival = resolve(None, repo)
    if rival != Path(plan.first_model):
        verdict = against(rival)
        if not verdict.is_better:
            return f"{rival}, because against it {verdict.reason}"
    promote(repo, folder.name)
    return "this model"


def measured_units(corpus: Corpus) -> list[CodeUnit]:
    """Choose the held-out functions to measure on: all, or as many as time allows, by hash."""
    units = sorted((unit.unit for unit in corpus.held_out), key=lambda unit: unit.key)
    return units[:_MOST_MEASURED]


def held_out_units(model: Path, repo: Path) -> list[CodeUnit]:
    """Choose what to measure a model on: functions of files that it was not trained on.

    Args:
        model: A run's folder, whose own held-out files are taken; for any other model they are
            those that a run with the default seed would hold out.
        repo: The repository.

    Raises:
        InputError: The repository cannot be used.
    """
    plan = Plan.load(model) if (model / PLAN_FILE).is_file() else None
    config = plan.config if plan else default_config(0, Asked())
    return measured_units(read_corpus(repo, config.longest_code, config.seed))
