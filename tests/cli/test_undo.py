"""What was written can be listed, taken back and gone on with."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from batdoc.models.asking import TRIES
from batdoc.models.document import UNITS_A_CALL
from batdoc.source.journal import journal_path

ONE = b"def one():\n    return 1\n"
REPLY = "Give a one."
DOCUMENTED = b'def one():\n    """Give a one."""\n    return 1\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "a.py", tmp_path / "b.py"
    for path in paths:
        path.write_bytes(ONE)
    return paths


def write(batdoc, *arguments: str, replies: int = 2):
    return batdoc("doc", ".", "--write", *arguments, replies=[REPLY] * replies)


def test_undo_puts_the_last_run_back(batdoc, files: tuple[Path, Path], tmp_path: Path):
    write(batdoc)
    assert {path.read_bytes() for path in files} == {DOCUMENTED}
    result = batdoc("undo")
    assert (result.exit_code, result.stderr) == (0, "run 1: 2 files put back\n")
    assert result.stdout == f"{tmp_path / 'a.py'}\n{tmp_path / 'b.py'}\n"
    assert {path.read_bytes() for path in files} == {ONE}
    again = batdoc("undo")
    assert (again.exit_code, again.stdout) == (0, "")
    assert again.stderr == "run 1 is undone already; name an older one\n"


def test_a_dry_run_writes_nothing(batdoc, files: tuple[Path, Path]):
    write(batdoc)
    result = batdoc("undo", "--dry-run")
    assert result.stderr == "run 1: 2 files would be put back\n"
    assert {path.read_bytes() for path in files} == {DOCUMENTED}


def test_a_file_that_changed_since_stays_and_is_named(batdoc, files: tuple[Path, Path]):
    write(batdoc)
    files[0].write_bytes(b"mine\n")
    result = batdoc("undo")
    assert result.exit_code == 1
    assert f"batdoc: {files[0]} stays as it is: it changed since\n" in result.stderr
    assert (files[0].read_bytes(), files[1].read_bytes()) == (b"mine\n", ONE)


def test_a_run_is_named_by_its_number(batdoc, files: tuple[Path, Path]):
    batdoc("doc", "a.py", "--write", replies=[REPLY])
    batdoc("doc", "b.py", "--write", replies=[REPLY])
    assert batdoc("undo", "1").exit_code == 0
    assert (files[0].read_bytes(), files[1].read_bytes()) == (ONE, DOCUMENTED)
    missing = batdoc("undo", "7")
    assert (missing.exit_code, "there is no run 7" in missing.stderr) == (2, True)


def test_without_a_number_only_runs_around_here_are_meant(
    batdoc, files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(batdoc)
    (tmp_path / "other").mkdir()
    elsewhere = tmp_path.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    monkeypatch.chdir(elsewhere)
    result = batdoc("undo")
    assert (result.exit_code, "no run wrote anything in" in result.stderr) == (2, True)
    monkeypatch.chdir(tmp_path / "other")
    assert batdoc("undo").exit_code == 0
    assert files[0].read_bytes() == ONE


def test_history_lists_runs_and_what_is_left_of_them(
    batdoc, files: tuple[Path, Path], tmp_path: Path
):
    assert batdoc("history").stderr == "nothing was written yet\n"
    batdoc("doc", "a.py", "--write", replies=[REPLY])
    batdoc("doc", "b.py", "--write", replies=[REPLY])
    batdoc("undo", "2")
    head, second, first = batdoc("history").stdout.splitlines()
    assert head.split() == ["run", "when", "files", "units", "state", "folder"]
    assert second.split()[0] == "2"
    assert second.split()[3:] == ["1", "1", "undone", str(tmp_path)]
    assert first.split()[3:] == ["1", "1", "written", str(tmp_path)]
    data = json.loads(batdoc("history", "--format", "json").stdout)
    assert [(run["run"], run["state"], run["units"]) for run in data] == [
        (2, "undone", 1),
        (1, "written", 1),
    ]
    assert data[1]["command"] == "batdoc doc a.py --write"


def test_a_run_that_writes_nothing_is_no_run(batdoc, files: tuple[Path, Path]):
    batdoc("doc", ".", "--write", replies=repeat("?"))
    batdoc("doc", ".", replies=[REPLY] * 2)
    assert batdoc("history").stdout == ""


def interrupted(replies: list[str]) -> Iterator[str]:
    yield from replies
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        yield REPLY


@pytest.fixture
def half(batdoc, tmp_path: Path) -> tuple[Path, Path]:
    """A run that was stopped between two files; of the first, one unit was refused."""
    paths = tmp_path / "a.py", tmp_path / "b.py"
    for path in paths:
        path.write_bytes(b"".join(b"def f%d(): return %d\n" % (i, i) for i in range(UNITS_A_CALL)))
    again = ["?"] * sum(TRIES[1:])
    replies = ["?", *[REPLY] * (UNITS_A_CALL - 1), *again, REPLY]
    result = batdoc("doc", ".", "--write", replies=interrupted(replies))
    assert result.exit_code == 130
    assert "go on with: batdoc doc . --write --resume\n" in result.stderr
    return paths


def test_a_resumed_run_asks_only_what_is_left(batdoc, half: tuple[Path, Path]):
    result = batdoc("doc", ".", "--write", "--resume", replies=[REPLY] * UNITS_A_CALL)
    assert result.exit_code == 0, result.stderr
    assert half[0].read_bytes().count(REPLY.encode()) == UNITS_A_CALL - 1
    assert half[1].read_bytes().count(REPLY.encode()) == UNITS_A_CALL
    (run,) = json.loads(batdoc("history", "--format", "json").stdout)
    assert (run["files"], run["units"], run["state"]) == (2, 2 * UNITS_A_CALL - 1, "written")
    batdoc("undo")
    assert REPLY.encode() not in half[0].read_bytes() + half[1].read_bytes()


def test_a_rewrite_that_is_resumed_leaves_what_it_wrote(batdoc, tmp_path: Path):
    """What was written looks like what is to be rewritten; only the journal tells."""
    paths = tmp_path / "a.py", tmp_path / "b.py"
    for path in paths:
        path.write_bytes(b"".join(b'def f%d():\n    """Old."""\n' % i for i in range(UNITS_A_CALL)))
    batdoc("doc", ".", "--rewrite", "--write", replies=interrupted([REPLY] * (UNITS_A_CALL + 1)))
    other = "Give another one."
    more = [other] * UNITS_A_CALL
    result = batdoc("doc", ".", "--rewrite", "--write", "--resume", replies=more)
    assert result.exit_code == 0
    assert paths[0].read_bytes().count(REPLY.encode()) == UNITS_A_CALL
    assert paths[1].read_bytes().count(other.encode()) == UNITS_A_CALL


def test_an_interrupted_run_can_be_undone_and_then_not_be_resumed(batdoc, half: tuple[Path, Path]):
    assert "  interrupted  " in batdoc("history").stdout
    assert batdoc("undo").exit_code == 0
    assert REPLY.encode() not in half[0].read_bytes()
    result = batdoc("doc", ".", "--write", "--resume")
    assert (result.exit_code, "no interrupted run in" in result.stderr) == (2, True)


def test_a_finished_run_cannot_be_resumed(batdoc, files: tuple[Path, Path]):
    write(batdoc)
    files[0].write_bytes(ONE)
    result = write(batdoc, "--resume")
    assert (result.exit_code, "leave --resume out" in result.stderr) == (2, True)
    assert files[0].read_bytes() == ONE


@pytest.mark.parametrize("damage", [b"no database at all " * 50, None])
def test_nothing_is_written_that_could_not_be_undone(batdoc, files: tuple[Path, Path], damage):
    path = journal_path()
    if damage is None:
        path.mkdir()
    else:
        path.write_bytes(damage)
    for arguments in (["doc", ".", "--write"], ["undo"], ["history"]):
        result = batdoc(*arguments, replies=[REPLY] * 2)
        assert result.exit_code == 2
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"batdoc: the journal {path} cannot be used (")
    assert {file.read_bytes() for file in files} == {ONE}


def test_a_journal_that_breaks_while_the_model_works_ends_the_run(batdoc, files: tuple[Path, Path]):
    def replies() -> Iterator[str]:
        with sqlite3.connect(journal_path()) as database:
            database.execute("DROP TABLE changes")
        database.close()
        yield from [REPLY] * 2

    result = batdoc("doc", ".", "--write", replies=replies())
    assert result.exit_code == 2
    assert "no such table" in result.stderr
    assert {path.read_bytes() for path in files} == {ONE}


def test_a_write_that_fails_is_no_change(batdoc, files: tuple[Path, Path]):
    def replies() -> Iterator[str]:
        files[0].write_bytes(b"# The user was here.\n")
        yield from [REPLY] * 2

    assert write(batdoc).exit_code == 0
    files[0].write_bytes(ONE)
    files[1].write_bytes(ONE)
    assert batdoc("doc", ".", "--write", replies=replies()).exit_code == 2
    (newest, _) = json.loads(batdoc("history", "--format", "json").stdout)
    assert newest["files"] == 1
    assert batdoc("undo").exit_code == 0
    assert files[0].read_bytes() == b"# The user was here.\n"
    assert files[1].read_bytes() == ONE


def test_a_path_that_is_no_text_is_told(batdoc, tmp_path: Path):
    path = tmp_path / os.fsdecode(b"caf\xe9.py")
    path.write_bytes(ONE)
    assert "one has no docstring" in batdoc("doc", ".", "--check").stdout
    write(batdoc, replies=1)
    assert path.read_bytes() == DOCUMENTED
    assert json.loads(batdoc("history", "--format", "json").stdout)[0]["files"] == 1
    assert batdoc("undo").exit_code == 0
    assert path.read_bytes() == ONE
