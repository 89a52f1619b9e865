"""The part of `batdoc eval` that runs a public test suite: its options, and what is said."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

import click

from batdoc.cli.common import cancel_on_interrupt, loudness, open_model, progress
from batdoc.source.errors import Cancelled, InputError

if TYPE_CHECKING:
    from batdoc.trainer.suites.reading import Suite
    from batdoc.trainer.suites.scoring import Attempt, Result
    from batdoc.trainer.suites.task import Task

_NAMES = ("humaneval", "humanevalpack", "mbpp")
_JOBS = 2
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class SuiteRequest:
    """What was asked for; each option as the help has it."""

    model: str | None
    as_json: bool
    suite: str
    data: Path | None
    run_code: bool
    canonical: bool
    samples: int
    k: tuple[int, ...]
    limit: int | None
    jobs: int


def _numbers(_: click.Context, __: click.Parameter, text: str) -> tuple[int, ...]:
    """Read whole numbers that commas part."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) for part in parts):
        raise click.BadParameter(f'"{text}" is no list of whole numbers such as 1,10')
    return tuple(sorted({int(part) for part in parts}))


_OPTIONS = (
    click.option("--suite", type=click.Choice(_NAMES), help="The test suite to measure on."),
    click.option(
        "--data",
        type=click.Path(exists=True, path_type=Path),
        help="The suite's .jsonl or .jsonl.gz file, or a folder of such.",
    ),
    click.option(
        "--run-code",
        is_flag=True,
        help="Run the code that the model writes, in a sandbox; needed for a suite.",
    ),
    click.option(
        "--canonical",
        is_flag=True,
        help="No model: run the suite's own solutions, which must pass, and its buggy ones.",
    ),
    click.option(
        "--samples",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Bodies for each task; a single one is the likeliest, several are sampled.",
    ),
    click.option(
        "--k",
        metavar="NUMBERS",
        default="1",
        show_default=True,
        callback=_numbers,
        help="Which pass@k to tell, such as 1,10.",
    ),
    click.option("--limit", type=click.IntRange(min=1), help="Only so many tasks."),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=_JOBS,
        show_default=True,
        help="Programs that run at once.",
    ),
)


def suite_options(command: _Command) -> _Command:
    """Add the options of a suite."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def evaluate(request: SuiteRequest) -> None:
    """Run a suite and tell what passed; what was finished before a Ctrl-C is told, too.

    Raises:
        UsageError: Options are missing, or exclude each other.
        InputError: The data cannot be read, or nothing in it can be run here.
        ModelError: The model cannot be used.
        Cancelled: Ctrl-C was pressed.
    """
    from batdoc.cli.barriers import warn_of_open_barriers
    from batdoc.trainer.suites.reading import read_suite

    suite = read_suite(request.suite, _data_of(request))
    _tell_left_out(suite, request.suite)
    warn_of_open_barriers("programs")
    tasks = suite.tasks[: request.limit]
    found: dict[str, list[Result]] = {}
    with ExitStack() as stack:
        cancel = stack.enter_context(cancel_on_interrupt())
        try:
            for title, attempts in _rounds(request, tasks, stack, cancel).items():
                _collect(found.setdefault(title, []), attempts, request.jobs, cancel)
        except Cancelled:
            _tell(request, suite, found)
            raise
    _tell(request, suite, found)


def _data_of(request: SuiteRequest) -> Path:
    """Give the suite's path, if the options make sense together."""
    refusals = (
        (request.data is None, "--suite needs --data PATH, the suite's own files"),
        (
            not request.run_code,
            f"{request.suite} runs code that nobody has read, in a sandbox; "
            "add --run-code if you want that",
        ),
        (request.canonical and request.model is not None, "--canonical takes no model"),
        (
            request.samples < max(request.k),
            f"pass@{max(request.k)} needs as many samples: --samples {max(request.k)}",
        ),
    )
    for is_wrong, why in refusals:
        if is_wrong:
            raise click.UsageError(why)
    assert request.data is not None
    return request.data


def _tell_left_out(suite: "Suite", name: str) -> None:
    """Name the languages whose tasks cannot be run here.

    Raises:
        InputError: There are no others.
    """
    notes = [f"{language} tasks are left out: {why}" for language, why in suite.left_out.items()]
    if not suite.tasks:
        raise InputError("; ".join(notes) or f"there is no task of {name} in it; name its files")
    for note in notes:
        click.secho(f"batdoc: {note}", fg="yellow", err=True)


def _rounds(
    request: SuiteRequest, tasks: "Sequence[Task]", stack: ExitStack, cancel: Event
) -> "dict[str, Iterator[Attempt]]":
    """Name what is to be run: a model's bodies, or those that the suite brings."""
    from batdoc.trainer.suites.answering import Sampling, answers
    from batdoc.trainer.suites.scoring import buggy_ones, solutions

    if not request.canonical:
        backend = stack.enter_context(closing(open_model(request.model, Path.cwd())))
        return {backend.name: answers(tasks, backend, Sampling(request.samples), cancel)}
    rounds = {"solutions": solutions(tasks), "buggy ones": buggy_ones(tasks)}
    return rounds if any(task.buggy for task in tasks) else {"solutions": rounds["solutions"]}


def _collect(
    results: "list[Result]", attempts: "Iterator[Attempt]", jobs: int, cancel: Event
) -> None:
    from batdoc.trainer.suites.scoring import score

    with progress("tasks", loudness() <= 0) as show:
        for result in score(attempts, jobs, cancel):
            results.append(result)
            show(len(results))
            if loudness() > 0:
                click.echo(f"{result.task}: {result.described}", err=True)


def _tell(request: SuiteRequest, suite: "Suite", found: "dict[str, list[Result]]") -> None:
    from batdoc.source.sandbox import isolation
    from batdoc.trainer.suites.summary import describe, summarize

    scores = {title: summarize(results, request.k) for title, results in found.items()}
    if not request.as_json:
        for title, score in scores.items():
            click.echo(describe(title, score), nl=bool(score))
        return
    facts = {
        "suite": request.suite,
        "samples": request.samples,
        "left_out": suite.left_out,
        "isolation": sorted(barrier.value for barrier in isolation()),
        "scores": scores,
        "results": {
            title: {
                result.task: [verdict.value for verdict in result.verdicts] for result in results
            }
            for title, results in found.items()
        },
    }
    click.echo(json.dumps(facts))
