"""`batdoc doc`: writes the docstrings that are missing, or shows or lists them."""

import shlex
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import click

from batdoc.cli.common import (
    cancel_on_interrupt,
    loudness,
    loudness_options,
    model_option,
    progress,
)
from batdoc.cli.diff import show_diff
from batdoc.cli.doc_job import Job
from batdoc.cli.doc_json import JsonReport
from batdoc.cli.doc_options import (
    Request,
    check_sense,
    doubt_options,
    plan,
    run_examples_option,
    select_option,
)
from batdoc.cli.doc_write import Writer, open_writer
from batdoc.cli.report import Report
from batdoc.cli.review import Reviewer
from batdoc.models.document import (
    UNITS_A_CALL,
    DocumentedFile,
    Draft,
    drafts,
    held_back,
    propose,
    settle,
)
from batdoc.models.warm import WarmBackend
from batdoc.source.errors import BatdocError, Cancelled, InputError
from batdoc.source.files import SourceFile, decode_source, encode, read_source
from batdoc.source.settings import STYLES
from batdoc.source.survey import Survey

_ARGUMENTS = "batdoc.arguments"
_UNITS_AT_ONCE = 8  # in a review, where the first one should not keep a person waiting


class _Command(click.Command):
    """Remembers what was typed: the journal tells it, and how to go on."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)


@click.command("doc", cls=_Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write into the files instead of showing a diff.")
@click.option("-i", "--interactive", is_flag=True, help="Ask about each docstring, then write.")
@click.option("--check", is_flag=True, help="Only list what has no docstring; needs no model.")
@click.option(
    "--update",
    is_flag=True,
    help="Also bring docstrings up to date: only entries that the code denies or lacks change.",
)
@click.option("--rewrite", is_flag=True, help="Also replace the docstrings that there are.")
@select_option
@click.option("--private", is_flag=True, help="Also private names.")
@click.option(
    "--min-lines",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="Only code of N lines or more.",
)
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only functions, methods and classes that changed since the work parted from REV.",
)
@click.option("--resume", is_flag=True, help="Go on with a --write or -i that was interrupted.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="What stdout gets: the diff or the list, or one JSON document.",
)
@click.option(
    "--stdin-filename",
    metavar="NAME",
    type=click.Path(path_type=Path),
    help="With - as PATH: read this file's text from stdin, write all of it to stdout.",
)
@click.option(
    "--style",
    metavar="STYLE",
    type=click.Choice(STYLES),
    help="The convention, such as google, numpy, jsdoc or rustdoc, in languages that know it "
    "[default: the one in use around the code].",
)
@doubt_options
@run_examples_option
@model_option
@loudness_options
@click.pass_context
def command(context: click.Context, /, paths: tuple[Path, ...], **options: Any) -> None:
    """Write the docstrings that are missing in PATHS, files or folders.

    Shows a diff and changes nothing, unless --write or -i is given. What was written can be taken
    back with `batdoc undo`. Functions inside functions, overloads and dunder methods are left out,
    and so are private names; of folders, generated files and other people's code.

    \b
    --select kind:method --select 'Parser.*' picks the methods of Parser: of several kinds
    (function, method, class, property) any, of several names any; of both, one of each.

    \b
    Exit codes: 0 nothing missing, or written
                1 the diff or the list is not empty
                2 a file, a setting or the model could not be used
    """
    request = check_sense(Request(paths, **options))
    if request.is_stdin and not request.check:
        _filter_stdin(request)
        return
    report = (JsonReport if request.form == "json" else Report)(is_finding=not request.writes)
    try:
        _run(request, report, _typed(context))
    except BatdocError:
        if report.has_outcomes:
            report.summarize()
        raise
    report.summarize()
    context.exit(report.exit_code)


def _typed(context: click.Context) -> str:
    return shlex.join(["batdoc", "doc", *context.meta[_ARGUMENTS]])


def _run(request: Request, report: Report, typed: str) -> None:
    job = plan(request)
    if request.check:
        read = _read_stdin if request.is_stdin else read_source
        _list_missing(job.surveys(request.files(job), read, report), report)
    elif request.writes:
        _write(request, job, report, typed)
    else:
        show = _show_nothing if request.form == "json" else _show_diff
        surveys = job.surveys(request.files(job), read_source, report)
        is_silent = request.form == "json"
        with closing(_drafted(job, surveys, None, is_progress_shown=is_silent)) as found:
            for draft in found:
                show(result := settle(draft))
                report.documented(result)


def _write(request: Request, job: Job, report: Report, typed: str) -> None:
    """Write each file as it comes; one that cannot be written does not end the run."""
    is_whole = False
    reviewer = Reviewer(least=request.min_confidence) if request.interactive else None
    with open_writer(typed, job.root, request.resume) as writer:
        surveys = job.surveys(request.files(job), read_source, report, writer.is_settled)
        try:
            with closing(_drafted(job, surveys, reviewer, is_progress_shown=True)) as found:
                for draft in found:
                    _keep(settle(draft), writer, report)
            is_whole = reviewer is None or not reviewer.is_over
        finally:
            if is_whole:
                writer.finish()
            elif loudness() >= 0:
                more = "" if request.resume else " --resume"
                click.echo(f"go on with: {typed}{more}", err=True)
    if reviewer and reviewer.is_interrupted:
        raise Cancelled("interrupted")


def _keep(result: DocumentedFile, writer: Writer, report: Report) -> None:
    try:
        writer.write(result)
    except InputError as error:
        report.failed(result.file.path, error)
    else:
        report.documented(result)


def _drafted(
    job: Job, surveys: Iterator[Survey], reviewer: Reviewer | None, is_progress_shown: bool
) -> Generator[Draft, None, None]:
    """Give each file with what it is to get, as soon as all of that is there and was reviewed."""
    first = next(surveys, None)
    if first is None:
        return
    with (
        closing(job.opened()) as backend,
        cancel_on_interrupt() as cancel,
        progress("functions", is_progress_shown and reviewer is None) as show,
    ):
        at_once = UNITS_A_CALL if reviewer is None else _UNITS_AT_ONCE
        asked = chain([first], surveys)
        files = drafts(asked, job.houses.of, backend, job.merges, cancel, show, at_once, job.manner)
        for draft in files:
            if reviewer is None:
                yield held_back(draft, job.min_confidence or 0.0)
                continue
            yield reviewer.review(
                draft,
                lambda draft, unit, seed: propose(
                    draft, unit, WarmBackend(backend, seed), job.merges, cancel, job.manner
                ),
            )
            if reviewer.is_over:
                return


def _filter_stdin(request: Request) -> None:
    """Copy stdin to stdout, documented; as it came if anything fails, so that no text is lost."""
    data = sys.stdin.buffer.read()
    try:
        job = plan(request)
        found = job.wanted(decode_source(request.paths[0], data))
        surveys = iter([found] if found.wanted else [])
        with closing(_drafted(job, surveys, None, is_progress_shown=False)) as drafted:
            for draft in drafted:
                data = encode(found.file, settle(draft).after)
    finally:
        click.echo(data, nl=False)


def _read_stdin(name: Path) -> SourceFile:
    return decode_source(name, sys.stdin.buffer.read())


def _list_missing(surveys: Iterator[Survey], report: Report) -> None:
    for found in surveys:
        for unit in found.wanted:
            report.missing(found.file.path, unit)


def _show_diff(result: DocumentedFile) -> None:
    if result.written:
        show_diff(result.file, result.after)


def _show_nothing(_: DocumentedFile) -> None:
    """Leave stdout to the document that comes in the end."""
