"""Which functions each step learns from; known before the first, so that a resumed run goes on."""

import random
from collections.abc import Sequence

from batdoc.source.units import CodeUnit
from batdoc.trainer.config import TrainingConfig


def unit_order(units: Sequence[CodeUnit], config: TrainingConfig, at_once: int) -> list[int]:
    """Give the numbers of the units for all updates of a run, in rounds over the corpus.

    The first step takes the longest, so that a run that does not fit in memory fails at once.

    Args:
        units: The corpus.
        config: Of the run.
        at_once: Units in a step, of all processes.

    Returns:
        `at_once` numbers for each step, as often as it has updates.
    """
    by_length = sorted(range(len(units)), key=lambda i: len(units[i].code))
    generator = random.Random(config.seed)
    order = by_length[-at_once:]
    if config.curriculum:
        order = [*order, *by_length]
    while len(order) < config.steps * at_once:
        order += generator.sample(by_length, len(by_length))
    steps = (order[step * at_once : (step + 1) * at_once] for step in range(config.steps))
    return [unit for step in steps for unit in step * config.updates_per_step]
