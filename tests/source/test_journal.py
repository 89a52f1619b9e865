import os
import sqlite3
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from batdoc.source.edits import digest
from batdoc.source.errors import ConfigError, JournalError
from batdoc.source.journal import JOURNAL_FILE, Journal, journal_path
from batdoc.source.journal.records import Change, UnitRecord

ONE = UnitRecord("Box.open", "key", True, 0.5)
TWO = UnitRecord("Box.close", "other", False, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / JOURNAL_FILE


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as opened:
        yield opened


def test_a_run_and_its_changes_are_kept(journal: Journal, path: Path, tmp_path: Path):
    run = journal.begin("batdoc doc . --write", tmp_path)
    journal.record(run, tmp_path / "a.py", b"old", b"new", [ONE, TWO])
    journal.record(run, tmp_path / "b.py", b"old", None, [TWO])
    journal.finish(run)
    journal.close()
    with Journal(path) as again:
        (kept,) = again.runs()
        first, second = again.changes(kept.id)
        assert (kept.id, kept.command, kept.root) == (run, "batdoc doc . --write", tmp_path)
        assert kept.is_finished
        assert first == Change(
            first.id, tmp_path / "a.py", digest(b"old"), digest(b"new"), (ONE, TWO), False
        )
        assert second.after is None
        assert again.content(first) == b"old"


def test_names_that_are_no_text_are_kept(journal: Journal, tmp_path: Path):
    root = tmp_path / os.fsdecode(b"caf\xe9")
    run = journal.begin(f"batdoc doc {root}", root)
    journal.record(run, root / "a.py", b"old", b"new", [ONE])
    assert journal.runs()[0].root == root
    assert journal.changes(run)[0].path == root / "a.py"


def test_links_are_resolved(journal: Journal, tmp_path: Path):
    (tmp_path / "real.py").touch()
    (tmp_path / "link.py").symlink_to("real.py")
    run = journal.begin("", tmp_path)
    journal.record(run, tmp_path / "link.py", b"", b"new", [ONE])
    assert journal.changes(run)[0].path == tmp_path / "real.py"


def test_a_change_can_be_withdrawn_and_a_run_that_wrote_nothing_is_forgotten(
    journal: Journal, tmp_path: Path
):
    run = journal.begin("", tmp_path)
    journal.withdraw(journal.record(run, tmp_path / "a.py", b"old", b"new", [ONE]))
    journal.record(run, tmp_path / "b.py", b"old", None, [TWO])
    journal.finish(run)
    assert journal.runs() == []
    assert journal.changes(run) == []


def test_a_runs_number_is_never_given_again(journal: Journal, tmp_path: Path):
    first = journal.begin("", tmp_path)
    journal.finish(first)
    assert journal.begin("", tmp_path) > first


def test_old_runs_are_forgotten_by_size_and_the_newest_never_is(path: Path, tmp_path: Path):
    with Journal(path, most_bytes=3030) as journal:
        runs = [written(journal, tmp_path, size) for size in (10, 1000, 2000, 9000)]
        assert [run.id for run in journal.runs()] == [runs[3], runs[2], runs[1]]
        last = journal.begin("", tmp_path)
        assert [run.id for run in journal.runs()] == [last, runs[3]]


def written(journal: Journal, root: Path, size: int) -> int:
    run = journal.begin("", root)
    journal.record(run, root / "a.py", os.urandom(size), b"new", [ONE])
    journal.finish(run)
    return run


def test_what_is_forgotten_gives_its_space_back(path: Path, tmp_path: Path):
    with Journal(path, most_bytes=1) as journal:
        written(journal, tmp_path, 2_000_000)
        assert path.stat().st_size + path.with_name(f"{path.name}-wal").stat().st_size > 2_000_000
        written(journal, tmp_path, 10)
        journal.begin("", tmp_path)
    assert path.stat().st_size < 200_000


def test_nobody_else_may_read_it(path: Path):
    before = os.umask(0)
    try:
        Journal(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("data", [b"this is no database, and long enough to tell" * 30, b"SQLite"])
def test_a_damaged_journal_is_told_and_kept(path: Path, data: bytes):
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(JournalError, match=r"journal .* cannot be used .*; move it away, and run"):
        Journal(path)
    assert path.read_bytes() == data


def test_damaged_old_bytes_are_never_given(journal: Journal, path: Path, tmp_path: Path):
    run = journal.begin("", tmp_path)
    journal.record(run, tmp_path / "a.py", b"old", b"new", [ONE])
    (change,) = journal.changes(run)
    for damaged in (b"", zlib.compress(b"others")):
        with sqlite3.connect(path) as database:
            database.execute("UPDATE changes SET content = ?", (damaged,))
        database.close()
        with pytest.raises(JournalError, match="cannot be used"):
            journal.content(change)


def test_a_journal_of_a_newer_batdoc_is_left_alone(path: Path):
    Journal(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(JournalError, match="a newer batdoc wrote it"):
        Journal(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"exists\), and without it .*; make it writable"):
        Journal(tmp_path / "file" / JOURNAL_FILE)


def test_many_processes_write_at_once(path: Path, tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from batdoc.source.journal import *\n"
        "from batdoc.source.journal.records import UnitRecord\n"
        "with Journal(Path(sys.argv[1])) as journal:\n"
        "    run = journal.begin('', Path('/'))\n"
        "    unit = UnitRecord('f', 'k', True, None)\n"
        "    for i in range(20): journal.record(run, Path(f'/{i}'), b'old', b'new', [unit])\n"
        "    journal.finish(run)\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, path]) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    with Journal(path) as journal:
        assert [len(journal.changes(run.id)) for run in journal.runs()] == [20] * 4


def test_the_journal_lives_in_the_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path))
    assert journal_path() == tmp_path / JOURNAL_FILE
    monkeypatch.setenv("BATDOC_DATA", "relative")
    with pytest.raises(ConfigError, match="absolute"):
        journal_path()
    monkeypatch.delenv("BATDOC_DATA")
    assert journal_path().parent.name == "batdoc"
