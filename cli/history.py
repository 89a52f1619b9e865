"""`batdoc history`: the runs that wrote docstrings, and what is left of them."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from batdoc.cli.common import loudness, loudness_options
from batdoc.source.journal import Journal, journal_path
from batdoc.source.journal.records import Run
from batdoc.source.journal.undo import State, state_of, writes


@dataclass(frozen=True, slots=True)
class Line:
    """A run as the table shows it."""

    run: Run
    files: int
    units: int
    state: State

    def as_data(self) -> dict[str, object]:
        """Give what JSON can hold."""
        return {
            "run": self.run.id,
            "started": self.run.started.isoformat(timespec="seconds"),
            "files": self.files,
            "units": self.units,
            "state": self.state.value,
            "folder": str(self.run.root),
            "command": self.run.command,
        }


def lines(journal: Journal) -> list[Line]:
    """Give the runs that wrote anything, newest first.

    Raises:
        JournalError: The journal cannot be used.
    """
    return [line for run in journal.runs() if (line := _line(journal, run)) is not None]


def concerns(run: Run, folder: Path) -> bool:
    """Tell whether a run was in the repository around a folder, or in one below it."""
    here = folder.resolve()
    return here.is_relative_to(run.root) or run.root.is_relative_to(here)


@click.command("history")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How runs are printed.",
)
@loudness_options
def command(form: str) -> None:
    """List the runs of `batdoc doc --write` on this machine, newest first.

    `batdoc undo RUN` takes one back. Old runs are forgotten when the journal grows large.
    """
    with Journal(journal_path()) as journal:
        known = lines(journal)
    if form == "json":
        click.echo(json.dumps([line.as_data() for line in known], indent=2))
    elif known:
        click.echo(_table(known))
    elif loudness() >= 0:
        click.echo("nothing was written yet", err=True)


def _line(journal: Journal, run: Run) -> Line | None:
    made = writes(journal.changes(run.id), run.is_finished)
    if not made:
        return None
    return Line(
        run=run,
        files=len({change.path for change in made}),
        units=sum(unit.is_written for change in made for unit in change.units),
        state=state_of(made, run.is_finished),
    )


def _table(known: list[Line]) -> str:
    rows = [("run", "when", "files", "units", "state", "folder")]
    rows += [
        (
            str(line.run.id),
            f"{line.run.started.astimezone():%Y-%m-%d %H:%M}",
            str(line.files),
            str(line.units),
            line.state.value,
            click.format_filename(line.run.root),
        )
        for line in known
    ]
    *widths, _ = (max(len(row[column]) for row in rows) for column in range(len(rows[0])))
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )
