from collections.abc import Iterator
from pathlib import Path

import pytest

from batdoc.source.journal import Journal
from batdoc.source.journal.records import Run, UnitRecord
from batdoc.source.journal.resume import Settled, interrupted_run
from batdoc.source.journal.undo import State, Undone, state_of, undo, writes
from batdoc.source.language import get_language

DONE = UnitRecord("f", "key", True, None)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "state" / "journal.sqlite3") as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.py"


def change(journal: Journal, run: int, path: Path, before: bytes, after: bytes) -> None:
    journal.record(run, path, before, after, [DONE])
    path.write_bytes(after)


def newest(journal: Journal) -> Run:
    return journal.runs()[0]


def undone(journal: Journal, is_dry: bool = False) -> list[Undone]:
    return list(undo(journal, newest(journal), is_dry))


def state(journal: Journal) -> State:
    run = newest(journal)
    return state_of(writes(journal.changes(run.id), run.is_finished), run.is_finished)


def test_a_run_is_put_back_byte_for_byte_with_the_files_mode(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old\r\n\xff", b"new")
    path.chmod(0o751)
    journal.finish(run)
    assert state(journal) is State.WRITTEN
    assert undone(journal) == [Undone(path, None)]
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"old\r\n\xff", 0o751)
    assert state(journal) is State.UNDONE


def test_a_second_undo_does_nothing_even_if_the_new_text_is_back(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old", b"new")
    journal.finish(run)
    undone(journal)
    path.write_bytes(b"new")
    assert undone(journal) == []
    assert path.read_bytes() == b"new"


def test_a_file_that_changed_since_stays_and_the_others_do_not(journal: Journal, path: Path):
    other = path.with_name("b.py")
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old", b"new")
    change(journal, run, other, b"old", b"new")
    journal.finish(run)
    path.write_bytes(b"mine")
    assert undone(journal) == [Undone(other, None), Undone(path, "it changed since")]
    assert (path.read_bytes(), other.read_bytes()) == (b"mine", b"old")
    assert state(journal) is State.PARTLY
    path.write_bytes(b"new")
    assert undone(journal) == [Undone(path, None)]
    assert state(journal) is State.UNDONE


def test_a_file_that_is_gone_stays_gone(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old", b"new")
    journal.finish(run)
    path.unlink()
    assert undone(journal) == [Undone(path, "it is gone, or cannot be read")]
    assert not path.exists()


def test_a_dry_run_tells_the_same_and_writes_nothing(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"one", b"two")
    change(journal, run, path, b"two", b"three")
    journal.finish(run)
    assert undone(journal, is_dry=True) == [Undone(path, None)] * 2
    assert (path.read_bytes(), state(journal)) == (b"three", State.WRITTEN)
    undone(journal)
    assert path.read_bytes() == b"one"


def test_an_edit_between_two_changes_is_kept(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"one", b"two")
    change(journal, run, path, b"two and mine", b"three")
    journal.finish(run)
    assert undone(journal) == [Undone(path, None), Undone(path, "it changed since")]
    assert path.read_bytes() == b"two and mine"


def test_what_was_put_back_before_the_journal_heard_of_it_counts(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old", b"new")
    journal.finish(run)
    path.write_bytes(b"old")
    assert undone(journal) == [Undone(path, None)]
    assert state(journal) is State.UNDONE


def test_a_change_that_was_recorded_and_never_made_is_none(journal: Journal, path: Path):
    run = journal.begin("", path.parent)
    change(journal, run, path, b"old", b"new")
    other = path.with_name("b.py")
    other.write_bytes(b"old")
    journal.record(run, other, b"old", b"new", [DONE])
    assert [c.path for c in writes(journal.changes(run), is_finished=False)] == [path]
    assert state(journal) is State.INTERRUPTED
    assert undone(journal) == [Undone(path, None)]


def test_only_the_newest_run_of_a_folder_can_be_resumed(journal: Journal, tmp_path: Path):
    run = journal.begin("", tmp_path)
    journal.begin("", tmp_path / "elsewhere")
    found = interrupted_run(journal, tmp_path)
    assert found is not None
    assert found.id == run
    journal.finish(run)
    assert interrupted_run(journal, tmp_path) is None


def test_a_run_that_was_undone_cannot_be_resumed(journal: Journal, path: Path):
    change(journal, journal.begin("", path.parent), path, b"old", b"new")
    undone(journal)
    assert interrupted_run(journal, path.parent) is None


def test_units_that_were_written_or_refused_are_settled_while_their_code_stays(
    journal: Journal, path: Path
):
    units = {u.name: u for u in get_language("python").units(b"def f(): 1\ndef g(): 2\n")}
    records = [UnitRecord(u.qualified_name, u.key, u.name == "f", None) for u in units.values()]
    run = journal.begin("", path.parent)
    journal.record(run, path, b"old", b"new", records)
    path.write_bytes(b"new")
    unmade = path.with_name("b.py")
    unmade.write_bytes(b"old")
    journal.record(run, unmade, b"old", b"new", records)

    settled = Settled(journal, newest(journal))

    assert settled.holds(path, units["f"])
    assert settled.holds(path, units["g"])
    assert not settled.holds(unmade, units["f"])
    (changed,) = get_language("python").units(b"def f(): 3\n")
    assert not settled.holds(path, changed)
    assert len(journal.changes(run)) == 1
