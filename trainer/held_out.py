"""What a model is measured on: functions of files that it was not trained on."""

from pathlib import Path

from batdoc.source.units import CodeUnit
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import Beside, Corpus, read_corpus
from batdoc.trainer.plan import PLAN_FILE, Plan

_MOST_MEASURED = 200


def measured_units(corpus: Corpus) -> list[CodeUnit]:
    """Choose the held-out functions to measure on: all, or as many as time allows, by hash."""
    units = sorted((unit.unit for unit in corpus.held_out), key=lambda unit: unit.key)
    return units[:_MOST_MEASURED]


def held_out_units(model: Path, repo: Path) -> tuple[list[CodeUnit], Beside]:
    """Choose what to measure a model on: functions of files that it was not trained on.

    Args:
        model: A run's folder, whose own held-out files are taken; for any other model they are
            those that a run with the default seed would hold out.
        repo: The repository.

    Returns:
        The functions, and what gives the precedents of each.

    Raises:
        InputError: The repository cannot be used.
    """
    plan = Plan.load(model) if (model / PLAN_FILE).is_file() else None
    config = plan.config if plan else default_config(0, Asked())
    corpus = read_corpus(repo, config.longest_code, config.seed)
    return measured_units(corpus), corpus.beside
