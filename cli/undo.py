"""`batdoc undo`: puts back the files that a run changed."""

from pathlib import Path

import click

from batdoc.cli.common import loudness, loudness_options
from batdoc.cli.history import Line, concerns, lines
from batdoc.source.errors import InputError
from batdoc.source.journal import Journal, journal_path
from batdoc.source.journal.undo import State, undo


@click.command("undo")
@click.argument("run", required=False, type=int)
@click.option("--dry-run", is_flag=True, help="Only tell which files would be put back.")
@loudness_options
@click.pass_context
def command(context: click.Context, run: int | None, dry_run: bool) -> None:
    """Put back, byte for byte, the files that RUN changed; `batdoc history` lists the runs.

    Without RUN, the last one in this repository. A file that changed since stays as it is, and is
    named.

    \b
    Exit codes: 0 all of it is put back
                1 some files changed since, and stay
                2 there is no such run, or the journal cannot be used
    """
    with Journal(journal_path()) as journal:
        line = _chosen(lines(journal), run)
        if line.state is State.UNDONE:
            click.echo(f"run {line.run.id} is undone already; name an older one", err=True)
            return
        files = list(undo(journal, line.run, dry_run))
    put_back = {file.path for file in files if file.obstacle is None}
    stays = {file.path: file.obstacle for file in files if file.obstacle is not None}
    for path in sorted(put_back - stays.keys()):
        click.echo(click.format_filename(path))
    for path, why in stays.items():
        click.secho(f"batdoc: {path} stays as it is: {why}", fg="red", err=True)
    if loudness() >= 0:
        would = "would be put back" if dry_run else "put back"
        click.echo(f"run {line.run.id}: {len(put_back - stays.keys())} files {would}", err=True)
    context.exit(1 if stays else 0)


def _chosen(known: list[Line], run: int | None) -> Line:
    """Find the run that is meant.

    Raises:
        InputError: There is none.
    """
    if run is not None:
        for line in known:
            if line.run.id == run:
                return line
        raise InputError(f"there is no run {run}; `batdoc history` lists those there are")
    here = Path.cwd()
    for line in known:
        if concerns(line.run, here):
            return line
    raise InputError(f"no run wrote anything in {here}; `batdoc history` lists all")
