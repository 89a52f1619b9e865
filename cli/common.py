"""What commands share: the model option, how loud to be, and how Ctrl-C ends a run."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from batdoc.models.backend import Backend

    Opener = Callable[[str | None, Path | None], Backend]

_LOUDNESS = "batdoc.loudness"
_Command = TypeVar("_Command", bound=Callable[..., Any])

model_option = click.option(
    "--model",
    metavar="PATH",
    help="A GGUF file, a Hugging Face folder, a run of batdoc train, the name of a model that "
    "`batdoc models pull` fetched, the URL of a server, or starter "
    "[default: the one trained for this repository, else the starter, which batdoc ships].",
)


def _turn(step: int) -> Callable[[click.Context, click.Parameter, int], None]:
    def callback(context: click.Context, _: click.Parameter, count: int) -> None:
        context.meta[_LOUDNESS] = context.meta.get(_LOUDNESS, 0) + step * count

    return callback


def loudness_options(command: _Command) -> _Command:
    """Add -q and -v, which count wherever they stand: before the command's name or behind it."""
    for flag, name, step, text in (
        ("-v", "--verbose", 1, "Tell more: what was left alone, and why; how sure the model is."),
        ("-q", "--quiet", -1, "Only errors and results."),
    ):
        command = click.option(
            flag,
            name,
            count=True,
            expose_value=False,
            is_eager=True,
            callback=_turn(step),
            help=text,
        )(command)
    return command


def loudness() -> int:
    """Tell how loud to be: below 0 quiet, above 0 verbose."""
    context = click.get_current_context(silent=True)
    return int(context.meta.get(_LOUDNESS, 0)) if context else 0


def open_model(model: str | None, repo: Path | None) -> "Backend":
    """Open the model to use; whoever embeds the command may bring another opener as `obj`."""
    from batdoc.models.catalogue import is_url, open_backend

    opener: Opener = click.get_current_context().obj or open_backend
    backend = opener(model, repo)
    if model is not None and is_url(model) and loudness() >= 0:
        click.echo(f"batdoc: code is sent to {backend.name}", err=True)
    return backend


@contextmanager
def cancel_on_interrupt() -> Iterator[Event]:
    """Let the first Ctrl-C set an event, so that no write is cut short; the second one ends all."""
    cancel = Event()
    before = signal.getsignal(signal.SIGINT)

    def interrupt(_: int, __: FrameType | None) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(things: str, is_shown: bool) -> Iterator[Callable[[int], None]]:
    """Count on one line of a terminal's stderr, cleared in the end; elsewhere nothing is shown.

    Args:
        things: What is counted.
        is_shown: Nothing else writes to the terminal meanwhile.
    """
    is_shown = is_shown and sys.stderr.isatty() and loudness() >= 0

    def show(count: int) -> None:
        if is_shown:
            sys.stderr.write(f"\r\x1b[K{count} {things}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        if is_shown:
            sys.stderr.write("\r\x1b[K")
