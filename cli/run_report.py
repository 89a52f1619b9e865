"""`batdoc report RUN`: a training run as one page in a browser."""

import os
import sys
import webbrowser
from pathlib import Path

import click

from batdoc.cli.common import loudness_options


@click.command("report")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--no-open", is_flag=True, help="Only print the path.")
@loudness_options
def command(run: Path, no_open: bool) -> None:
    """Show what a run of batdoc train did, as one HTML file.

    RUN is the folder that batdoc train printed; the run need not be finished. The page, RUN's
    report.html, has the curves, the card, the best and worst round trips and what was left out and
    why. It holds code of the repository, loads nothing and sends nothing. A browser is opened where
    there is a display.
    """
    from batdoc.trainer.report import write_report

    file = write_report(run)
    click.echo(click.format_filename(file))
    if not no_open and _has_display():
        webbrowser.open(file.resolve().as_uri())


def _has_display() -> bool:
    """Tell whether a browser could show anything; a text browser would take the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
