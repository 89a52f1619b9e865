"""Input that cannot be used: one sentence each, the other files are done, and nothing is lost.

The whole command runs in a process of its own, so that limits and permissions are real ones.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from batdoc.source.files import MOST_BYTES
from batdoc.source.paths import is_regular_file

DRIVER = """
import sys
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Give a one.")
main(sys.argv[1:], obj=lambda *_: model)
"""
ONE = b"def one():\n    return 1\n"
DOCUMENTED = b'def one():\n    """Give a one."""\n    return 1\n'
# Root may read and write everything; without these two rights it is a user like any other.
UNPRIVILEGED = (
    *(shutil.which("setpriv") or "", "--bounding-set=-dac_override,-dac_read_search"),
    "--inh-caps=-dac_override,-dac_read_search",
)
has_rights = pytest.mark.skipif(
    os.geteuid() == 0 and not UNPRIVILEGED[0], reason="root may do everything"
)


def run(
    folder: Path, *arguments: str, limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command, with `limit` as the most bytes that a file may grow to."""

    def limit_size() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    prefix = UNPRIVILEGED if os.geteuid() == 0 and UNPRIVILEGED[0] else ()
    return subprocess.run(
        [*prefix, sys.executable, "-c", DRIVER, "doc", *arguments],
        cwd=folder,
        env=os.environ | {"BATDOC_DATA": str(folder.parent / "data")} | environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit_size,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "code"
    path.mkdir()
    (path / "good.py").write_bytes(ONE)
    return path


def nothing(path: Path) -> None:
    """Leave the path as it is: there is nothing."""


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def holds(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


def unreadable(path: Path) -> None:
    path.write_bytes(ONE)
    path.chmod(0)


def behind_a_closed_folder(path: Path) -> None:
    path.mkdir()
    (path / "a.py").write_bytes(ONE)
    path.chmod(0)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.write(ONE)
        file.truncate(100_000_000)


def pipe(path: Path) -> None:
    os.mkfifo(path)


@dataclass(frozen=True)
class Bad:
    """Something that cannot be used, made at a path, and what is said of it."""

    make: Callable[[Path], None]
    says: str
    name: str = "bad.py"
    inner: str = ""


BAD = {
    "no such path": Bad(nothing, "does not exist; check the path"),
    "a link to itself": Bad(loop, "cannot be read: too many levels of symbolic links"),
    "unreadable": Bad(unreadable, "cannot be read: permission denied"),
    "in a closed folder": Bad(
        behind_a_closed_folder, "cannot be read: permission denied", "shut", "/a.py"
    ),
    "100 MB": Bad(large, "has 100 MB, more than 5; split or exclude it"),
    "binary": Bad(holds(b"\x7fELF\0\0"), "is a binary file; name a text file"),
    "wrong encoding": Bad(holds(b"# caf\xe9\n" + ONE), "is not valid utf-8; correct its coding"),
    "unknown encoding": Bad(holds(b"# coding: klingon\n"), "declares klingon"),
    "UTF-16": Bad(holds("x = 1".encode("utf-16")), "is in UTF-16; save it as UTF-8"),
    "a syntax error": Bad(holds(b"def f(:\n"), "cannot be parsed: line 1"),
    "a pipe": Bad(pipe, "is not a regular file; name one that is"),
    "no language": Bad(holds(b"IDENTIFICATION DIVISION."), "is in no language", "bad.cob"),
}


@has_rights
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_told_in_one_sentence_and_the_rest_is_done(folder: Path, bad: Bad):
    path = folder / bad.name
    bad.make(path)
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


@has_rights
def test_in_a_folder_it_does_not_stop_the_others_either(folder: Path):
    behind_a_closed_folder(folder / "shut")
    large(folder / "large.py")
    loop(folder / "loop.py")
    pipe(folder / "pipe.py")
    (folder / "again").symlink_to(".")
    (folder / "empty.py").touch()
    done = run(folder, ".", "--write")
    assert done.stderr.splitlines() == [
        "batdoc: large.py is left out: 100 MB are more than batdoc reads",
        "1 docstring in 1 file",
    ]
    assert (done.returncode, (folder / "good.py").read_bytes()) == (0, DOCUMENTED)


def test_a_file_just_below_the_bound_is_read(folder: Path):
    (folder / "good.py").write_bytes(ONE + b"#" * (MOST_BYTES - len(ONE)))
    done = run(folder, "good.py", "--check")
    assert (done.returncode, "good.py:1: function one" in done.stdout) == (1, True)


@has_rights
def test_a_read_only_folder_keeps_its_files(folder: Path):
    folder.chmod(0o555)
    try:
        done = run(folder, ".", "--write")
    finally:
        folder.chmod(0o755)
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)
    assert "good.py cannot be written: permission denied" in done.stderr


@has_rights
def test_a_read_only_file_stays(folder: Path):
    (folder / "good.py").chmod(0o444)
    done = run(folder, ".", "--write")
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)
    assert "good.py cannot be written; check that it exists and its permissions" in done.stderr


def test_a_disk_that_is_full_loses_nothing(folder: Path):
    """The journal, which holds it compressed, still has room; the file has not."""
    source = ONE + b"TEXT = '" + b"x" * 400_000 + b"'\n"
    (folder / "good.py").write_bytes(source)
    (folder / "small.py").write_bytes(ONE)
    done = run(folder, ".", "--write", limit=len(source))
    assert "good.py cannot be written: file too large" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, source)
    assert (folder / "small.py").read_bytes() == DOCUMENTED
    assert sorted(path.name for path in folder.iterdir()) == ["good.py", "small.py"]


def test_a_disk_that_is_full_for_the_journal_stops_the_run(folder: Path):
    done = run(folder, ".", "--write", limit=2000)
    assert "cannot be used" in done.stderr
    assert "make it writable, on a disk with room" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)


@has_rights
def test_a_journal_that_cannot_be_written_stops_the_run(folder: Path):
    data = folder.parent / "data"
    data.mkdir()
    data.chmod(0o555)
    done = run(folder, ".", "--write")
    assert "permission denied" in done.stderr
    assert (done.returncode, (folder / "good.py").read_bytes()) == (2, ONE)


def test_without_git_a_folder_is_walked(folder: Path):
    subprocess.run(["git", "init", "-q", folder], check=True)
    done = run(folder, ".", "--write", PATH=os.devnull)
    assert (done.returncode, (folder / "good.py").read_bytes()) == (0, DOCUMENTED)
    changed = run(folder, ".", "--changed-since", "HEAD", PATH=os.devnull)
    assert changed.returncode == 2
    (line,) = changed.stderr.splitlines()
    assert line.startswith("batdoc: ")


def test_where_there_is_no_repository_only_changes_cannot_be_told(folder: Path):
    assert run(folder, ".", "--write").returncode == 0
    done = run(folder, ".", "--changed-since", "HEAD")
    assert done.returncode == 2
    assert done.stderr == "batdoc: good.py is in no git work tree; leave --changed-since out\n"
