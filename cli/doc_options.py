"""The options of `batdoc doc`: which go together, and the job that they ask for."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from batdoc.cli.barriers import warn_of_open_barriers
from batdoc.cli.common import open_model
from batdoc.cli.doc_job import Job
from batdoc.cli.targets import common_folder
from batdoc.models.authoring import Manner
from batdoc.source.docstring import Style
from batdoc.source.examples import Run
from batdoc.source.git import repo_root
from batdoc.source.house.precedents import Precedents
from batdoc.source.journal.authorship import Unread
from batdoc.source.sandbox import run
from batdoc.source.selection import Mode, Selection
from batdoc.source.settings import load_settings
from batdoc.source.survey import HouseStyles, neighbours
from batdoc.source.units import UnitKind

_STDIN = Path("-")
_KIND = "kind:"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; each option as the help has it."""

    paths: tuple[Path, ...]
    write: bool
    interactive: bool
    check: bool
    update: bool
    rewrite: bool
    select: tuple[str, ...]
    private: bool
    min_lines: int
    changed_since: str | None
    resume: bool
    form: str
    stdin_filename: Path | None
    style: str | None
    run_examples: bool
    min_confidence: float | None
    best_of: int
    verify: bool
    model: str | None

    @property
    def writes(self) -> bool:
        """Files will change."""
        return self.write or self.interactive

    @property
    def is_stdin(self) -> bool:
        """The text comes from stdin."""
        return self.stdin_filename is not None

    @property
    def mode(self) -> Mode:
        """What becomes of documentation that is there."""
        if self.rewrite:
            return Mode.REWRITE
        return Mode.UPDATE if self.update else Mode.MISSING

    def files(self, job: Job) -> list[Path]:
        """Expand the paths; a name for stdin is no file."""
        return list(self.paths) if self.is_stdin else job.files(self.paths)


def _known_kinds(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    kinds = [kind.value for kind in UnitKind]
    for value in values:
        kind = value.removeprefix(_KIND)
        if value.startswith(_KIND) and kind not in kinds:
            nearest = get_close_matches(kind, kinds, n=1, cutoff=0.0)[0]
            raise click.BadParameter(f'there is no kind "{kind}"; the nearest is "{nearest}"')
    return values


select_option = click.option(
    "--select",
    metavar="WHAT",
    multiple=True,
    callback=_known_kinds,
    help="Only this: a name or glob, qualified or not, or kind:KIND; may be repeated.",
)


def check_sense(request: Request) -> Request:
    """Refuse options that exclude each other; give the request with the name that stdin has.

    Raises:
        UsageError: They do.
    """
    is_stdin = _STDIN in request.paths
    changes_more = request.update or request.rewrite
    refusals = (
        (
            is_stdin and (request.stdin_filename is None or len(request.paths) > 1),
            "- must be the only path and needs --stdin-filename NAME",
        ),
        (
            is_stdin and (request.writes or (request.form == "json" and not request.check)),
            "with - the result is on stdout: leave --write, -i and --format json out",
        ),
        (
            not is_stdin and request.stdin_filename is not None,
            "--stdin-filename goes with - as the only path",
        ),
        (request.writes and request.check, "--write and -i exclude --check"),
        (request.update and request.rewrite, "--update and --rewrite exclude each other"),
        (
            request.check and changes_more,
            "--check lists what has no docstring; `batdoc check` finds those that are wrong",
        ),
        (request.resume and not request.writes, "--resume goes with --write or -i"),
        (
            request.check and request.min_confidence is not None,
            "--check asks no model, so that there is no confidence",
        ),
        (request.interactive and request.form == "json", "-i and --format json exclude each other"),
        (
            request.interactive and not (sys.stdin.isatty() and sys.stdout.isatty()),
            "-i asks about each docstring: run it in a terminal",
        ),
    )
    for is_wrong, why in refusals:
        if is_wrong:
            raise click.UsageError(why)
    return replace(request, paths=(request.stdin_filename,)) if request.stdin_filename else request


def plan(request: Request) -> Job:
    """Settle how to work, by the options and the settings of the folder that holds all paths.

    Raises:
        ConfigError: The settings cannot be used.
    """
    folder = common_folder(request.paths)
    settings = load_settings(folder)
    kinds = [value.removeprefix(_KIND) for value in request.select if value.startswith(_KIND)]
    style = Style(request.style) if request.style else None
    houses = HouseStyles(
        lambda: neighbours(folder, settings.excludes), None, style, settings.settle
    )
    precedents = Precedents(houses.units, Unread().holds)
    return Job(
        root=repo_root(folder) or folder,
        settings=settings,
        houses=houses,
        open_backend=lambda: open_model(request.model, folder),
        selection=Selection(
            mode=request.mode,
            include_private=request.private or settings.private,
            kinds=frozenset(map(UnitKind, kinds)),
            names=tuple(value for value in request.select if not value.startswith(_KIND)),
            min_lines=request.min_lines,
        ),
        revision=request.changed_since,
        manner=Manner(precedents, _runner(request), request.best_of, request.verify),
        min_confidence=request.min_confidence,
    )


def _runner(request: Request) -> Run | None:
    """Give what runs a model's examples, if that is asked for; what it cannot shut off is told."""
    if not request.run_examples:
        return None
    warn_of_open_barriers("examples")
    return run


_Command = TypeVar("_Command", bound=Callable[..., Any])


def doubt_options(command: _Command) -> _Command:
    """Add the options for those who want to be surer of what a model wrote."""
    for option in reversed(_DOUBTS):
        command = option(command)
    return command


_DOUBTS = (
    click.option(
        "--min-confidence",
        metavar="P",
        type=click.FloatRange(0.0, 1.0),
        help="Leave alone what the model is less sure of, from 0 to 1; with -i, ask about that "
        "alone. 0.5 is as sure as of the middle one of the docstrings that it was measured by.",
    ),
    click.option(
        "--best-of",
        metavar="N",
        type=click.IntRange(1, 16),
        default=1,
        help="Choose from N answers: by the static checks, then by how likely they are.",
    ),
    click.option(
        "--verify",
        is_flag=True,
        help="Rebuild the code from each docstring alone and tell, from 0 to 1, how like the "
        "original it is; --best-of goes by that, then. Takes about as long again.",
    ),
)
run_examples_option = click.option(
    "--run-examples",
    is_flag=True,
    help="Keep the examples of a model that run green; this runs your code and the model's, in a "
    "sandbox. Without it, all are dropped.",
)
