"""Puts back what a run changed, byte for byte, and leaves alone what changed since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from batdoc.source.edits import digest
from batdoc.source.errors import InputError, JournalError
from batdoc.source.files import write_atomic
from batdoc.source.journal import Journal
from batdoc.source.journal.records import Change, Run


class State(Enum):
    """What is left of a run."""

    WRITTEN = "written"
    UNDONE = "undone"
    PARTLY = "partly undone"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Undone:
    """A file of a run that is being undone.

    Attributes:
        path: The file.
        obstacle: Why it is left as it is; None where it was put back.
    """

    path: Path
    obstacle: str | None


def writes(changes: Iterable[Change], is_finished: bool) -> list[Change]:
    """Pick the changes that were made; a run cut short may have one that was only recorded.

    Args:
        changes: Of one run, in order.
        is_finished: The run came to its end.
    """
    recorded = [change for change in changes if change.after is not None]
    if recorded and not is_finished and _digest(recorded[-1].path) == recorded[-1].before:
        return recorded if recorded[-1].is_undone else recorded[:-1]
    return recorded


def state_of(made: Iterable[Change], is_finished: bool) -> State:
    """Tell what is left of a run.

    Args:
        made: Its `writes`.
        is_finished: The run came to its end.
    """
    undone = {change.is_undone for change in made}
    if undone == {True}:
        return State.UNDONE
    if undone == {True, False}:
        return State.PARTLY
    return State.WRITTEN if is_finished else State.INTERRUPTED


def undo(journal: Journal, run: Run, is_dry: bool) -> Iterator[Undone]:
    """Put back a run's files, last change first; each comes out when it is done.

    Args:
        journal: Has the old bytes; each file that was put back is noted in it.
        run: Which run.
        is_dry: Only tell what would be done.

    Raises:
        JournalError: The journal cannot be used.
    """
    expected: dict[Path, str] = {}  # what a dry run would have put there by now
    hindered: set[Path] = set()
    for change in reversed(writes(journal.changes(run.id), run.is_finished)):
        if change.is_undone or change.path in hindered:
            continue
        now = expected.get(change.path) or _digest(change.path)
        obstacle = _obstacle(change, now)
        if obstacle is None and not is_dry:
            obstacle = _put_back(journal, change, now)
        if obstacle is None:
            expected[change.path] = change.before
        else:
            hindered.add(change.path)
        yield Undone(change.path, obstacle)


def _obstacle(change: Change, now: str | None) -> str | None:
    if now is None:
        return "it is gone, or cannot be read"
    return None if now in (change.after, change.before) else "it changed since"


def _put_back(journal: Journal, change: Change, now: str | None) -> str | None:
    """Write the old bytes, unless they are back already; tell what hindered it."""
    if now != change.before:
        try:
            write_atomic(change.path, journal.content(change), change.after or "")
        except (InputError, JournalError) as error:  # old bytes that are damaged hinder no other
            return str(error)
    journal.mark_undone(change.id)
    return None


def _digest(path: Path) -> str | None:
    try:
        return digest(path.read_bytes())
    except OSError:
        return None
