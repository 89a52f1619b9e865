"""`batdoc doc`: writes the docstrings that are missing, or shows or lists them."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from batdoc.cli.common import (
    cancel_on_interrupt,
    loudness_options,
    model_option,
    open_model,
    progress,
)
from batdoc.cli.diff import show_diff
from batdoc.cli.report import Report
from batdoc.cli.settings import STYLES, Settings, load_settings
from batdoc.cli.targets import common_folder, neighbours, target_files
from batdoc.models.backend import Backend
from batdoc.models.document import DocumentedFile, document
from batdoc.source.docstring import Style
from batdoc.source.errors import BatdocError, InputError
from batdoc.source.files import SourceFile, decode_source, encode, read_source, write_atomic
from batdoc.source.survey import HouseStyles, Survey, survey

_STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Job:
    """How files are documented in this run.

    Attributes:
        settings: What the repository wants.
        houses: The style of each file.
        open_backend: Opens the model; called when there is something to write.
        include_private: Also names that start with an underscore.
    """

    settings: Settings
    houses: HouseStyles
    open_backend: Callable[[], Backend]
    include_private: bool

    def surveys(
        self, files: Iterable[Path], read: Callable[[Path], SourceFile], report: Report
    ) -> Iterator[Survey]:
        """Read files one by one; those that cannot be used are reported and left alone."""
        for path in files:
            try:
                yield survey(read(path), self.include_private)
            except InputError as error:
                report.failed(error)

    def document(
        self, surveys: Iterable[Survey], is_progress_shown: bool
    ) -> Generator[DocumentedFile, None, None]:
        """Give each file that lacks something with its documentation, as soon as it is there."""
        lacking = (found for found in surveys if found.missing)
        first = next(lacking, None)
        if first is None:
            return
        with (
            closing(self.open_backend()) as backend,
            cancel_on_interrupt() as cancel,
            progress("functions", is_progress_shown) as show,
        ):
            yield from document(chain([first], lacking), self.houses.of, backend, cancel, show)


@click.command("doc")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Write into the files instead of showing a diff.")
@click.option("--check", is_flag=True, help="Only list what has no docstring; needs no model.")
@click.option(
    "--stdin-filename",
    metavar="NAME",
    type=click.Path(path_type=Path),
    help="With - as PATH: read this file's text from stdin, write all of it to stdout.",
)
@click.option(
    "--style",
    type=click.Choice(STYLES),
    help="The docstring convention [default: the one in use around the code].",
)
@click.option("--private", is_flag=True, help="Also names that start with an underscore.")
@model_option
@loudness_options
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    write: bool,
    check: bool,
    stdin_filename: Path | None,
    style: str | None,
    private: bool,
    model: str | None,
) -> None:
    """Write the docstrings that are missing in PATHS, files or folders.

    Shows a diff and changes nothing, unless --write is given. Functions inside functions,
    overloads and dunder methods are left out, and so are private names.

    \b
    Exit codes: 0 nothing missing, or written
                1 the diff or the list is not empty
                2 a file, a setting or the model could not be used
    """
    if _STDIN in paths:
        paths = _stdin_name(paths, stdin_filename, write)
    elif stdin_filename:
        raise click.UsageError("--stdin-filename goes with - as the only path")
    if write and check:
        raise click.UsageError("--write and --check exclude each other")

    def plan() -> Job:
        return _plan(paths, Style(style) if style else None, private, model)

    if stdin_filename and not check:
        _filter_stdin(plan, stdin_filename)
        return
    report = Report(is_finding=not write)
    try:
        _run(plan(), paths, bool(stdin_filename), write, check, report)
    except BatdocError:
        if report.has_outcomes:
            report.summarize()
        raise
    report.summarize()
    context.exit(report.exit_code)


def _plan(paths: Sequence[Path], style: Style | None, private: bool, model: str | None) -> Job:
    """Settle how to work, by the options and the settings of the folder that holds all paths."""
    folder = common_folder(paths)
    settings = load_settings(folder)
    houses = HouseStyles(
        lambda: neighbours(folder, settings), settings.line_length, style or settings.style
    )
    return Job(
        settings=settings,
        houses=houses,
        open_backend=lambda: open_model(model, folder),
        include_private=private or settings.private,
    )


def _run(
    job: Job, paths: Sequence[Path], is_stdin: bool, write: bool, check: bool, report: Report
) -> None:
    files = paths if is_stdin else target_files(paths, job.settings)
    surveys = job.surveys(files, _read_stdin if is_stdin else read_source, report)
    if check:
        _list_missing(surveys, report)
    else:
        _keep(job.document(surveys, is_progress_shown=write), write, report)


def _stdin_name(paths: tuple[Path, ...], name: Path | None, write: bool) -> tuple[Path]:
    if name is None or len(paths) > 1:
        raise click.UsageError("- must be the only path and needs --stdin-filename NAME")
    if write:
        raise click.UsageError("--write has no file to write with -, whose result is on stdout")
    return (name,)


def _read_stdin(name: Path) -> SourceFile:
    return decode_source(name, sys.stdin.buffer.read())


def _filter_stdin(plan: Callable[[], Job], name: Path) -> None:
    """Copy stdin to stdout, documented; as it came if anything fails, so that no text is lost."""
    data = sys.stdin.buffer.read()
    try:
        job = plan()
        file = decode_source(name, data)
        found = survey(file, job.include_private)
        for result in job.document([found], is_progress_shown=False):
            data = encode(file, result.after)
    finally:
        click.echo(data, nl=False)


def _list_missing(surveys: Iterable[Survey], report: Report) -> None:
    for found in surveys:
        for unit in found.missing:
            report.missing(found.file.path, unit)


def _keep(results: Generator[DocumentedFile, None, None], write: bool, report: Report) -> None:
    """Write or show each file as it comes; one that cannot be written does not end the run."""
    with closing(results):
        for result in results:
            try:
                if result.written and write:
                    data = encode(result.file, result.after)
                    write_atomic(result.file.path, data, result.file.digest)
                elif result.written:
                    show_diff(result.file, result.after)
            except InputError as error:
                report.failed(error)
            else:
                report.documented(result)
