"""Reinforcement learning as a stage of a run: its steps, and their checkpoints and metrics."""

from collections.abc import Callable, Sequence
from pathlib import Path

from batdoc.models.checkpoint import Trainable
from batdoc.source.errors import Cancelled
from batdoc.source.units import CodeUnit
from batdoc.trainer import processes
from batdoc.trainer.checkpoints import STEPS_FOLDER, last_complete, step_of
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Beside
from batdoc.trainer.grpo import RoundTripTrainer, train_round_trip
from batdoc.trainer.memory import keep_freed_memory
from batdoc.trainer.progress import METRICS_FILE, Journal
from batdoc.trainer.tally import Metrics
from batdoc.trainer.watcher import Watcher


def take_steps(
    run: Path,
    start: Trainable,
    units: Sequence[CodeUnit],
    beside: Beside,
    config: TrainingConfig,
    watcher: Watcher,
) -> None:
    """Take the steps of a run that are still to be taken.

    Args:
        run: The run's folder.
        start: The model after the lessons.
        units: What to learn from.
        beside: Gives the precedents of each.
        config: Of the run.
        watcher: Is told.

    Raises:
        Cancelled: It was asked for; the run can be gone on with.
    """
    folder = run / STEPS_FOLDER
    with processes.first_alone():
        last = last_complete(folder, watcher.on_stage)
    done = step_of(last) // config.updates_per_step if last else 0
    if done >= config.steps:
        return
    watcher.on_stage(f"training, {config.steps - done} steps")
    note = _noting(run, config.steps, done, watcher)
    reached = done

    def on_step(step: int, metrics: Metrics) -> None:
        nonlocal reached
        reached = step
        note(step, metrics)

    keep_freed_memory()
    part = config.shared_by(processes.count())
    trainer = RoundTripTrainer(
        start, units, beside, part, folder, on_step, watcher.cancel, watcher.report_to
    )
    train_round_trip(trainer, last)
    if reached < config.steps:
        raise Cancelled(f"stopped after step {reached} of {config.steps}")


def _noting(run: Path, steps: int, done: int, watcher: Watcher) -> Callable[[int, Metrics], None]:
    """Give what the first process does after each step."""
    if not processes.is_first():
        return lambda step, metrics: None
    journal = Journal(run / METRICS_FILE, steps, done)
    return lambda step, metrics: watcher.on_step(journal.note(step, metrics))
