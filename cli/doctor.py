"""`batdoc doctor`: tells what is installed, which model is used and whether it works."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from batdoc.cli.common import loudness_options, model_option
from batdoc.models.health import Check, examine


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@model_option
@loudness_options
@click.pass_context
def command(context: click.Context, as_json: bool, model: str | None) -> None:
    """Tell what is installed, which model is used in this folder and whether it works.

    Loads the model in a process of its own and lets it write a few tokens while every use of the
    network is refused.

    \b
    Exit codes: 0 all is well
                1 something has to be mended; the line says how
    """
    checks = examine(Path.cwd(), model)
    is_ok = all(check.is_ok for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": is_ok, "checks": [asdict(check) for check in checks]}))
    else:
        for check in checks:
            _show(check)
    context.exit(0 if is_ok else 1)


def _show(check: Check) -> None:
    mark = click.style("ok ", fg="green") if check.is_ok else click.style("bad", fg="red")
    click.echo(f"{mark} {check.name:<9}{check.found}")
