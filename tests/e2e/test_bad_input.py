"""Input that cannot be used by `doc`: one sentence each, the other files are done, nothing is lost.

The ways to be bad are in conftest.py; `check` meets the same in test_check_input.py.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from batdoc.source.files import MOST_BYTES
from batdoc.source.paths import is_regular_file

Run = Callable[..., subprocess.CompletedProcess[str]]
ONE = b"def one():\n    return 1\n"
DOCUMENTED = b'def one():\n    """Give a one."""\n    return 1\n'


@pytest.fixture
def run(batdoc: Run) -> Run:
    return lambda folder, *arguments, **options: batdoc(folder, "doc", *arguments, **options)


def test_what_cannot_be_used_is_told_in_one_sentence_and_the_rest_is_done(
    run: Run, folder: Path, bad
):
    path = folder / bad.name
    before = content(path)
    done = run(folder, bad.name + bad.inner, "good.py", "--write")
    first, last = done.stderr.splitlines()
    assert first.startswith(f"batdoc: {bad.name}{bad.inner} ")
    assert bad.says in first
    assert last == "1 docstring in 1 file, 1 file could not be used"
    assert done.returncode == 2
    assert (folder / "good.py").read_bytes() == DOCUMENTED
    assert content(path) == before


def content(path: Path) -> bytes | None:
    return path.read_bytes() if is_regular_file(path) else None


def test_in_a_folder_it_does_not_stop_the_others_either(run: Run, bad_folder: Path):
    done = run(bad_folder, ".", "--write")
    assert done.stderr.splitlines() == [
        "batdoc: large.py is left out: 100 MB are more than batdoc reads",
        "1 docstring in 1 file",
    ]
    assert (done.returncode, (bad_folder / "good.py").read_bytes()) == (0, DOCUMENTED)


def test_a_file_just_below_the_bound_is_read(run: Run, folder: Path):
    (folder / "good.py").write_bytes(ONE + b"#" * (MOST_BYTES - len(ONE)))
    done = run(folder, "good.py", "--check")
    assert (done.returncode, "good.py:1: function one" in done.stdout) == (1, True)


@pytest.mark.usefixtures("has_rights")
def test_a_read_only_folder_keeps_its_files(run: Run, folder: Path):
    folder.chmod(0o555)
    try:
        done = run(folder, ".", "--write")
    finally:
        folder.chmod(0o755)
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)
    assert "good.py cannot be written: permission denied" in done.stderr


@pytest.mark.usefixtures("has_rights")
def test_a_read_only_file_stays(run: Run, folder: Path):
    (folder / "good.py").chmod(0o444)
    done = run(folder, ".", "--write")
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)
    assert "good.py cannot be written; check that it exists and its permissions" in done.stderr


def test_a_disk_that_is_full_loses_nothing(run: Run, folder: Path):
    """The journal, which holds it compressed, still has room; the file has not."""
    source = ONE + b"TEXT = '" + b"x" * 400_000 + b"'\n"
    (folder / "good.py").write_bytes(source)
    (folder / "small.py").write_bytes(ONE)
    done = run(folder, ".", "--write", limit=len(source))
    assert "good.py cannot be written: file too large" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, source)
    assert (folder / "small.py").read_bytes() == DOCUMENTED
    assert sorted(path.name for path in folder.iterdir()) == ["good.py", "small.py"]


def test_a_disk_that_is_full_for_the_journal_stops_the_run(run: Run, folder: Path):
    done = run(folder, ".", "--write", limit=2000)
    assert "cannot be used" in done.stderr
    assert "make it writable, on a disk with room" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)


@pytest.mark.usefixtures("has_rights")
def test_a_journal_that_cannot_be_written_stops_the_run(run: Run, folder: Path):
    data = folder.parent / "data"
    data.mkdir()
    data.chmod(0o555)
    done = run(folder, ".", "--write")
    assert "permission denied" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)


def test_without_git_a_folder_is_walked(run: Run, folder: Path):
    subprocess.run(["git", "init", "-q", folder], check=True)
    done = run(folder, ".", "--write", PATH=os.devnull)
    assert (done.returncode, (folder / "good.py").read_bytes()) == (0, DOCUMENTED)
    changed = run(folder, ".", "--changed-since", "HEAD", PATH=os.devnull)
    assert changed.returncode == 2
    (line,) = changed.stderr.splitlines()
    assert line.startswith("batdoc: ")


def test_where_there_is_no_repository_only_changes_cannot_be_told(run: Run, folder: Path):
    assert run(folder, ".", "--write").returncode == 0
    done = run(folder, ".", "--changed-since", "HEAD")
    assert done.returncode == 2
    assert done.stderr == "batdoc: good.py is in no git work tree; leave --changed-since out\n"
