"""`batdoc train --explain-reward FILE:NAME`: from the option to the text."""

from contextlib import closing
from pathlib import Path

import click

from batdoc.cli.common import cancel_on_interrupt, open_model
from batdoc.cli.named import function_named, split_target
from batdoc.source.files import read_source
from batdoc.source.styles import canonical
from batdoc.source.survey import survey
from batdoc.source.units import CodeUnit


def show_explanation(target: str, wants_rebuild: bool, model: str | None) -> None:
    """Print every part of the reward of a function with its own documentation."""
    from batdoc.trainer.explain import describe_explanation, explain, own_doc

    path, name = split_target(target, "function")
    unit = function_named(survey(read_source(path), include_private=True), name)
    doc = canonical(own_doc(unit))
    rebuilds = _rebuilds(unit, doc, path, model) if wants_rebuild else None
    text = describe_explanation(explain(unit, rebuilds))
    click.echo(f"{click.format_filename(path)}:{unit.lines[0]} {unit.qualified_name}\n\n{text}")


def _rebuilds(
    unit: CodeUnit, doc: str, path: Path, model: str | None
) -> tuple[str | None, str | None]:
    from batdoc.models.rebuilding import rebuild_all

    opened = closing(open_model(model, path.parent))
    with opened as backend, cancel_on_interrupt() as cancel:
        told, untold = rebuild_all([(unit, doc), (unit, "")], backend, cancel)
    return told, untold
