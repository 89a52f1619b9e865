"""The record of what `doc --write` changes, kept before each file is replaced.

One SQLite file in the user's own state folder. It holds the old bytes of every file, so that a
whole run can be undone (source.undo), and what was settled, so that a run that was cut short can
go on. A file that is recorded may not be replaced yet when the process is killed: its digest tells.
Touches no file of the user's.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from batdoc.source.edits import digest
from batdoc.source.errors import JournalError
from batdoc.source.folders import state_folder
from batdoc.source.journal.records import Change, Run, UnitRecord
from batdoc.source.paths import real_path

JOURNAL_FILE = "journal.sqlite3"
MOST_BYTES = 256 << 20  # of old bytes, compressed
_WAIT = 30.0  # seconds, for another process to finish its own record
_VERSION = 1
_BARRED = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
)

_SCHEMA = (
    "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL,"
    " finished TEXT, command TEXT NOT NULL, root BLOB NOT NULL)",
    "CREATE TABLE changes (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, path BLOB NOT NULL,"
    " before TEXT NOT NULL, after TEXT, content BLOB, units TEXT NOT NULL,"
    " is_undone INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX changes_of_run ON changes (run)",
    f"PRAGMA user_version = {_VERSION}",
)


def journal_path() -> Path:
    """Give the user's journal; it need not exist.

    Raises:
        ConfigError: BATDOC_DATA is relative.
    """
    return state_folder() / JOURNAL_FILE


class Journal:
    """The open record. Several processes may have it open at once; one thread each.

    Args:
        path: The file, made where there is none.
        most_bytes: Old runs are forgotten beyond this; the newest never is.

    Raises:
        JournalError: It cannot be read or written. Every method may raise this.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self._most_bytes = most_bytes
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # It holds source code: nobody else may read it, whatever the umask says.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def begin(self, command: str, root: Path) -> int:
        """Start a run, and forget the oldest ones if the journal is large; give its id."""
        with self._transaction() as database:
            self._prune(database)
            return _id(
                database.execute(
                    "INSERT INTO runs (started, command, root) VALUES (?, ?, ?)",
                    (datetime.now(UTC).isoformat(), _text(command), os.fsencode(root)),
                )
            )

    def record(
        self, run: int, path: Path, before: bytes, after: bytes | None, units: Sequence[UnitRecord]
    ) -> int:
        """Note what will be done to a file; when this returns it is on the disk.

        Args:
            run: The run's id.
            path: The file.
            before: Its bytes.
            after: What it will be replaced by; None where it stays as it is.
            units: What was settled in it.

        Returns:
            The change's id.
        """
        row = (
            run,
            os.fsencode(real_path(path)),
            digest(before),
            None if after is None else digest(after),
            None if after is None else zlib.compress(before),
            json.dumps([list(astuple(unit)) for unit in units]),
        )
        with self._transaction() as database:
            return _id(
                database.execute(
                    "INSERT INTO changes (run, path, before, after, content, units)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    row,
                )
            )

    def withdraw(self, change: int) -> None:
        """Forget a change that was not made after all."""
        with self._transaction() as database:
            database.execute("DELETE FROM changes WHERE id = ?", (change,))

    def finish(self, run: int) -> None:
        """Note that a run came to its end; one that wrote nothing is forgotten."""
        with self._transaction() as database:
            database.execute(
                "UPDATE runs SET finished = ? WHERE id = ?", (datetime.now(UTC).isoformat(), run)
            )
            database.execute(
                "DELETE FROM runs WHERE id = ? AND NOT EXISTS"
                " (SELECT 1 FROM changes WHERE run = runs.id AND after IS NOT NULL)",
                (run,),
            )

    def mark_undone(self, change: int) -> None:
        """Note that a file has its old bytes again."""
        with self._transaction() as database:
            database.execute("UPDATE changes SET is_undone = 1 WHERE id = ?", (change,))

    def runs(self) -> list[Run]:
        """List the runs, newest first."""
        with self._explained():
            rows = self._database.execute(
                "SELECT id, started, finished, command, root FROM runs ORDER BY id DESC"
            )
            return [
                Run(id_, datetime.fromisoformat(at), bool(end), command, Path(os.fsdecode(root)))
                for id_, at, end, command, root in rows
            ]

    def changes(self, run: int) -> list[Change]:
        """List what a run did, in order."""
        with self._explained():
            rows = self._database.execute(
                "SELECT id, path, before, after, units, is_undone FROM changes"
                " WHERE run = ? ORDER BY id",
                (run,),
            )
            return [
                Change(id_, Path(os.fsdecode(path)), before, after, _units(units), bool(undone))
                for id_, path, before, after, units, undone in rows
            ]

    def marks(self) -> frozenset[str]:
        """Give the marks of all docstrings that were written unread, and not undone since."""
        with self._explained():
            rows = self._database.execute(
                "SELECT units FROM changes WHERE after IS NOT NULL AND NOT is_undone"
            )
            found = (unit.mark for (units,) in rows for unit in _units(units))
            return frozenset(filter(None, found))

    def content(self, change: Change) -> bytes:
        """Give a file's bytes as they were before a change."""
        with self._explained():
            row = self._database.execute(
                "SELECT content FROM changes WHERE id = ?", (change.id,)
            ).fetchone()
            data = zlib.decompress(row[0]) if row and row[0] is not None else b""
            if digest(data) != change.before:
                raise ValueError(f"the old bytes of {change.path} are not what they were")
            return data

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "Journal":
        """Give the journal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def _prepare(self) -> None:
        """Set how safely is written, and make the tables of a new journal."""
        for setting in (
            "PRAGMA auto_vacuum = FULL",  # what is forgotten gives its space back
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",  # a record outlives a power cut, as the file does
            "PRAGMA foreign_keys = ON",
        ):
            self._database.execute(setting)
        with self._transaction() as database:  # proves, too, that it can be written
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise ValueError("a newer batdoc wrote it")
            if version == 0:
                for statement in _SCHEMA:
                    database.execute(statement)

    def _prune(self, database: sqlite3.Connection) -> None:
        sizes = database.execute(
            "SELECT runs.id, COALESCE(SUM(LENGTH(content)), 0) FROM runs"
            " LEFT JOIN changes ON run = runs.id GROUP BY runs.id ORDER BY runs.id DESC"
        ).fetchall()
        total = 0
        for place, (run, size) in enumerate(sizes):
            total += size
            if place and total > self._most_bytes:
                database.execute("DELETE FROM runs WHERE id = ?", (run,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of it or nothing, while no other process writes."""
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, zlib.error) as error:
            raise JournalError(_explain(self.path, error)) from None


def _explain(path: Path, error: Exception) -> str:
    """Say what is wrong and what to do, in one sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells more than is needed
    is_barred = code in _BARRED or isinstance(error, OSError)
    mend = "make it writable, on a disk with room" if is_barred else "move it away"
    reason = getattr(error, "strerror", None) or str(error)
    return (
        f"the journal {path} cannot be used ({reason.lower()}), and without it nothing could be "
        f"undone; {mend}, and run batdoc again"
    )


def _units(text: str) -> tuple[UnitRecord, ...]:
    return tuple(UnitRecord(*fields) for fields in json.loads(text))


def _text(command: str) -> str:
    """Give text that SQLite can hold: file names may have bytes that are no text."""
    return command.encode(errors="replace").decode()


def _id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid
