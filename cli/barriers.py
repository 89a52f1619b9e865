"""Tells, before code is run, what this system cannot keep it from."""

import click

from batdoc.cli.common import loudness
from batdoc.source.sandbox import Barrier, isolation


def warn_of_open_barriers(what: str) -> None:
    """Name on stderr what the sandbox cannot shut off here.

    Args:
        what: Will run: "examples".
    """
    open_ = [barrier.value for barrier in Barrier if barrier not in isolation()]
    if open_ and loudness() >= 0:
        missing = " or ".join(open_)
        note = f"{what} run within limits, but this system cannot shut them off from {missing}"
        click.secho(f"batdoc: {note}", fg="yellow", err=True)
