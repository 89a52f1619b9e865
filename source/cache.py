"""What was found out about file contents, kept by their hash in the user's cache folder.

One SQLite file. It may be lost, cut short, or in use by another process at any time: then there is
nothing in it, or nothing is added, and the work is done anew. It never stops a run.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

MOST_BYTES = 64 << 20  # of values; the least recently used go beyond it
_FEW = 500  # keys a question
_DAY = 86_400  # seconds; use is noted once in so many
_WAIT = 2.0  # seconds, for another process to finish
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS kept"
    " (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"
)
# The file is sound, but cannot be used now: locked for long, read-only, or the disk is full.
_BARRED = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
)
_Result = TypeVar("_Result")


class Cache:
    """Values by key. Several processes may use the file at once; none holds it open.

    Args:
        path: The file, made where there is none.
        tell: Gets a sentence when the file was of no use and was begun anew.
        most_bytes: Of all values together.
    """

    def __init__(
        self, path: Path, tell: Callable[[str], None], most_bytes: int = MOST_BYTES
    ) -> None:
        self.path = path
        self._tell = tell
        self._most_bytes = most_bytes

    def read(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Give the values that are there."""
        if not self.path.exists():
            return {}
        wanted = list(dict.fromkeys(keys))
        return self._attempt(lambda database: _read(database, wanted)) or {}

    def write(self, values: Mapping[bytes, bytes]) -> None:
        """Add values, and drop old ones if there are too many."""
        if values:
            self._attempt(lambda database: self._write(database, values))

    def _write(self, database: sqlite3.Connection, values: Mapping[bytes, bytes]) -> None:
        now = int(time.time())
        with database:
            database.executemany(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)",
                ((key, now, value) for key, value in values.items()),
            )
            _prune(database, self._most_bytes)

    def _attempt(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Do something with the open file; where it cannot be used, give None."""
        try:
            with closing(self._open()) as database:
                return work(database)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _BARRED:
                self._begin_anew()
        except OSError:
            pass
        return None

    def _begin_anew(self) -> None:
        self._tell(f"{self.path} was damaged and is begun anew")
        for suffix in ("", "-journal"):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # It holds names out of source code: nobody else may read it, whatever the umask says.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        database = sqlite3.connect(self.path, timeout=_WAIT)
        try:
            database.execute("PRAGMA synchronous = OFF")  # a lost value is found again
            database.execute(_SCHEMA)
        except BaseException:
            database.close()
            raise
        return database


def content_hash(path: Path, data: bytes) -> bytes:
    """Hash what a file says of itself: its bytes, and the suffix that tells its language."""
    return blake2b(data, digest_size=20, person=path.suffix.lower().encode()[:16]).digest()


def _read(database: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    stale: list[bytes] = []
    now = int(time.time())
    for start in range(0, len(keys), _FEW):
        few = keys[start : start + _FEW]
        marks = ",".join("?" * len(few))
        question = f"SELECT key, used, value FROM kept WHERE key IN ({marks})"
        for key, used, value in database.execute(question, few):
            found[key] = value
            if now - used > _DAY:
                stale.append(key)
    if stale:
        with database:
            database.executemany(
                "UPDATE kept SET used = ? WHERE key = ?", ((now, key) for key in stale)
            )
    return found


def _prune(database: sqlite3.Connection, most_bytes: int) -> None:
    """Drop what was not used for longest, until there is some room again."""
    (total,) = database.execute("SELECT coalesce(sum(length(value)), 0) FROM kept").fetchone()
    if total <= most_bytes:
        return
    sizes = database.execute("SELECT key, length(value) FROM kept ORDER BY used").fetchall()
    for key, size in sizes:
        if total <= most_bytes * 3 // 4:
            return
        database.execute("DELETE FROM kept WHERE key = ?", (key,))
        total -= size
