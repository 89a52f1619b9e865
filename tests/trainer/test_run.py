import json
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from batdoc.models.catalogue import resolve, runs_folder
from batdoc.source.errors import Cancelled, ConfigError, InputError
from batdoc.trainer.plan import Plan, Request
from batdoc.trainer.progress import Progress
from batdoc.trainer.run import FinishedRun, Watcher, held_out_units, train


def ask(repo: Path, output: Path | None, model: Path | None, **changes: object) -> Request:
    request = Request(repo, output, str(model) if model else None, 2, None, False)
    return replace(request, **changes)


def run(request: Request) -> tuple[FinishedRun, list[str], list[int]]:
    stages: list[str] = []
    steps: list[int] = []
    finished = train(request, Watcher(Event(), stages.append, lambda p: steps.append(p.step)))
    return finished, stages, steps


def test_a_run_leaves_a_model_a_card_and_metrics(
    repo: Path, tmp_path: Path, tiny_checkpoint: Path
) -> None:
    finished, _, steps = run(ask(repo, tmp_path / "run", tiny_checkpoint))
    assert steps == [1, 2]
    assert (tmp_path / "run" / "model.gguf").read_bytes()[:4] == b"GGUF"
    print(finished.card)
