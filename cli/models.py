"""`batdoc models`: lists the models on this machine and tells which one is used here."""

from pathlib import Path

import click

from batdoc.cli.common import loudness_options
from batdoc.models.catalogue import MODEL_FILE, TrainedRun, resolve, starter_path, trained_runs
from batdoc.source.errors import ModelError

_MEASURED = {"reward": "round-trip reward", "lift": "lift by the docstring", "chrf": "chrF"}


@click.command("models")
@loudness_options
def command() -> None:
    """List the starter and the models trained on this machine, newest first.

    Trained models live in the user's data folder, or in the one that the environment variable
    BATDOC_DATA names, never in a repository. Pass a path from this list to --model to use it.
    """
    used = _path_used_here()
    _show("the starter", starter_path(), starter_path() == used)
    for run in trained_runs():
        path = run.folder / MODEL_FILE
        _show(_title(run), path, path == used)
        for line in _comparison(run.card):
            click.echo(f"    {line}")


def _path_used_here() -> Path | None:
    try:
        return resolve(None, Path.cwd())
    except ModelError:
        return None


def _show(title: str, path: Path, is_used: bool) -> None:
    note = click.style(", in use here", fg="green") if is_used else ""
    size = f"{path.stat().st_size / 1e6:.1f} MB" if path.is_file() else "missing"
    click.echo(f"{title}{note}\n    {path} ({size})")


def _title(run: TrainedRun) -> str:
    state = "" if run.is_current else ", kept but not in use"
    return f"{run.repo or run.folder.parent.name}, trained {run.finished:%Y-%m-%d %H:%M}{state}"


def _comparison(card: dict[str, object]) -> list[str]:
    """Tell what the card has of before and after training."""
    before, after = card.get("before"), card.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ["not measured; train again"]
    return [
        f"{label} {before[key]:.3g} before, {after[key]:.3g} after"
        for key, label in _MEASURED.items()
        if isinstance(before.get(key), float) and isinstance(after.get(key), float)
    ]
