"""Input that `check` cannot use: one sentence each, and the other files are checked."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
FOUND = "good.py:1: BD101 one: the function has no docstring; write one\n"
ONE_FILE = "1 file checked, 1 finding, 0% of 1 documented"


@pytest.fixture
def check(batdoc: Run) -> Run:
    return lambda folder, *arguments, **options: batdoc(folder, "check", *arguments, **options)


def test_what_cannot_be_used_is_told_in_one_sentence_and_the_rest_is_checked(
    check: Run, folder: Path, bad
):
    done = check(folder, bad.name + bad.inner, "good.py")
    first, last = done.stderr.splitlines()
    assert first.startswith(f"batdoc: {bad.name}{bad.inner} ")
    assert bad.says in first
    assert last == f"{ONE_FILE}, 1 file could not be used"
    assert (done.returncode, done.stdout) == (2, FOUND)


def test_in_a_folder_it_does_not_stop_the_others_either(check: Run, bad_folder: Path):
    done = check(bad_folder, ".")
    assert done.stderr.splitlines() == [
        "batdoc: large.py is left out: 100 MB are more than batdoc reads",
        "2 files checked, 1 finding, 0% of 1 documented",
    ]
    assert (done.returncode, done.stdout) == (1, FOUND)


def test_an_empty_file_lacks_nothing(check: Run, folder: Path):
    (folder / "empty.py").touch()
    done = check(folder, "empty.py")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 file checked, 0 findings, 100% of 0 documented\n"


@pytest.mark.parametrize("name", ["none", "loop"])
def test_that_no_file_was_checked_is_told(check: Run, folder: Path, name: str):
    (folder / "none").mkdir()
    (folder / "loop").mkdir()
    (folder / "loop" / "in").symlink_to("../loop")
    done = check(folder, name)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "0 files checked, 0 findings, 100% of 0 documented\n"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"findings": 1}', b"\xff\xfe\0", b"[" * 100_000]
)
def test_a_baseline_that_is_damaged_is_told_and_kept(check: Run, folder: Path, data: bytes):
    (folder / "base.json").write_bytes(data)
    done = check(folder, ".", "--baseline", "base.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "batdoc: base.json is no baseline; delete it and use --update-baseline\n"
    assert (folder / "base.json").read_bytes() == data


@pytest.mark.usefixtures("has_rights")
@pytest.mark.parametrize("option", ["--badge", "--baseline"])
def test_what_cannot_be_written_is_told(check: Run, folder: Path, option: str):
    more = ["--update-baseline"] if option == "--baseline" else []
    folder.chmod(0o555)
    try:
        done = check(folder, ".", option, "made", *more)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 2
    assert "made cannot be written: permission denied" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_without_git_a_folder_is_checked_but_changes_cannot_be_told(check: Run, folder: Path):
    subprocess.run(["git", "init", "-q", folder], check=True)
    assert check(folder, ".", PATH=os.devnull).stdout == FOUND
    done = check(folder, ".", "--changed-since", "HEAD", PATH=os.devnull)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("batdoc: ")


def test_where_there_is_no_repository_changes_cannot_be_told(check: Run, folder: Path):
    done = check(folder, ".", "--changed-since", "HEAD")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "batdoc: good.py is in no git work tree; leave --changed-since out\n"


@pytest.mark.usefixtures("has_rights")
def test_a_cache_that_cannot_be_written_is_done_without(check: Run, folder: Path):
    closed = folder.parent / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    inner = str(closed / "in")
    done = check(folder, ".", BATDOC_DATA=inner, XDG_CACHE_HOME=inner, HOME=inner)
    assert (done.returncode, done.stdout) == (1, FOUND)
    assert done.stderr == ONE_FILE + "\n"
