"""What the journal tells of runs: plain records, as they come out of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """What a run settled about one unit.

    Attributes:
        name: Qualified.
        key: Of its code; a unit whose code changed since is a new question.
        is_written: It got documentation; else it is left as it was.
        confidence: How sure the model is of what was written, from 0 to 1; None where nobody knows.
        verified: How like the original the code is that was rebuilt from it, from 0 to 1; None
            where nobody asked.
        mark: Tells its docstring again (source.journal.authorship); '' where a person read it, or
            its first sentence was there before.
    """

    name: str
    key: str
    is_written: bool
    confidence: float | None
    verified: float | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a run did to one file.

    Attributes:
        id: In the journal.
        path: Absolute, links resolved.
        before: Digest of the file's bytes before.
        after: Digest of what was written; None where nothing was.
        units: Those that were settled.
        is_undone: The old bytes are back.
    """

    id: int
    path: Path
    before: str
    after: str | None
    units: tuple[UnitRecord, ...]
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One call of `doc --write`, with those that resumed it.

    Attributes:
        id: What the user names it by.
        started: When.
        is_finished: It came to its end; else it was cut short, or is at work now.
        command: As it was typed.
        root: Of the repository, or the folder that holds all paths.
    """

    id: int
    started: datetime
    is_finished: bool
    command: str
    root: Path
