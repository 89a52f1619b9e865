"""`batdoc models`: lists the models on this machine, and fetches one when asked to."""

from pathlib import Path

import click

from batdoc.cli.common import loudness, loudness_options
from batdoc.models.catalogue import (
    MODEL_FILE,
    TrainedRun,
    data_folder,
    resolve,
    starter_path,
    trained_runs,
)
from batdoc.models.pulled import Origin, find_pulled, pulled_models
from batdoc.models.recommended import RECOMMENDED, Recommended
from batdoc.source.errors import ModelError

_MEASURED = {"reward": "round-trip reward", "lift": "lift by the docstring", "chrf": "chrF"}


@click.group("models", invoke_without_command=True)
@loudness_options
@click.pass_context
def command(context: click.Context) -> None:
    """List the starter, the models trained here, newest first, and those that were fetched.

    Then the models that are recommended beside them. All live in the user's data folder, or in
    the one that the environment variable BATDOC_DATA names, never in a repository. Pass a path or
    a name from this list to --model to use it.
    """
    if context.invoked_subcommand is not None:
        return
    used = _path_used_here()
    _show("the starter", starter_path(), starter_path() == used)
    for run in trained_runs():
        path = run.folder / MODEL_FILE
        _show(_title(run), path, path == used)
        for line in _comparison(run.card):
            click.echo(f"    {line}")
    for place, origin in pulled_models(data_folder()):
        click.echo(f"{origin.name}, {_facts(origin)}\n    {place} ({_megabytes(origin.size)})")
    _recommend([each for each in RECOMMENDED if not _is_here(each)])


@command.command("pull", short_help="Fetch a model from the Hugging Face hub.")
@click.argument("name")
@click.option("--revision", help="A branch, tag or commit [default: the newest on main].")
@loudness_options
def pull(name: str, revision: str | None) -> None:
    """Fetch the model NAME from the Hugging Face hub: a name from the list, or the hub's own.

    NAME is OWNER/NAME, or OWNER/NAME/FILE.gguf where there are several such files. This is the one
    command that downloads. It fetches GGUF, or safetensors with their tokenizer, never
    pickles or code; goes on where an interrupted download stopped; checks every file's hash; and
    notes the commit. HF_ENDPOINT names another hub; HF_TOKEN, or `hf auth login`, gives access to
    what is not public.
    """
    from batdoc.models import pull as hub

    pulled = hub.pull(name, data_folder(), revision, is_quiet=loudness() < 0)
    origin = pulled.origin
    state = "is here already" if pulled.was_here else "is here now"
    click.echo(f"{origin.name} {state}, {_facts(origin)}: use it with --model {origin.name}")


def _path_used_here() -> Path | None:
    try:
        return resolve(None, Path.cwd())
    except ModelError:
        return None


def _show(title: str, path: Path, is_used: bool) -> None:
    note = click.style(", in use here", fg="green") if is_used else ""
    size = _megabytes(path.stat().st_size) if path.is_file() else "missing"
    click.echo(f"{title}{note}\n    {path} ({size})")


def _facts(origin: Origin) -> str:
    return f"commit {origin.revision[:12]}, licence {origin.licence or 'not told'}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _is_here(model: Recommended) -> bool:
    try:
        return find_pulled(data_folder(), model.hub_name) is not None
    except ModelError:  # several files of it
        return True


def _recommend(models: list[Recommended]) -> None:
    if models:
        click.echo("\nrecommended, not here: batdoc models pull NAME")
    for model in models:
        sizes = f"{model.size / 1e9:.1f} GB to fetch, about {model.memory / 1e9:.1f} GB of memory"
        click.echo(f"{model.name}, {model.licence}\n    {sizes}; {model.use}")


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
