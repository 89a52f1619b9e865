"""Input that cannot be used, and the whole command in a process of its own.

Limits and permissions are real ones: root gives up the rights that other users have not.
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

DRIVER = """
import sys
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Give a one.")
main(sys.argv[1:], obj=lambda *_: model)
"""
ONE = b"def one():\n    return 1\n"
# Root may read and write everything; without these two rights it is a user like any other.
UNPRIVILEGED = (
    *(shutil.which("setpriv") or "", "--bounding-set=-dac_override,-dac_read_search"),
    "--inh-caps=-dac_override,-dac_read_search",
)


def _run(
    folder: Path, *arguments: str, limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command, with `limit` as the most bytes that a file may grow to."""

    def limit_size() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    prefix = UNPRIVILEGED if os.geteuid() == 0 and UNPRIVILEGED[0] else ()
    return subprocess.run(
        [*prefix, sys.executable, "-c", DRIVER, *arguments],
        cwd=folder,
        env=os.environ | {"BATDOC_DATA": str(folder.parent / "data")} | environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit_size,
    )


@pytest.fixture
def batdoc() -> Callable[..., subprocess.CompletedProcess[str]]:
    return _run


@pytest.fixture
def has_rights() -> None:
    """Leave a test out where permissions stop nobody."""
    if os.geteuid() == 0 and not UNPRIVILEGED[0]:
        pytest.skip("root may do everything")


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


@pytest.fixture(params=BAD.values(), ids=BAD)
def bad(request: pytest.FixtureRequest, folder: Path, has_rights: None) -> Bad:
    """Put one bad thing beside the good file."""
    found: Bad = request.param
    found.make(folder / found.name)
    return found


@pytest.fixture
def bad_folder(folder: Path, has_rights: None) -> Path:
    """Put all that a walk may meet beside the good file."""
    behind_a_closed_folder(folder / "shut")
    large(folder / "large.py")
    loop(folder / "loop.py")
    pipe(folder / "pipe.py")
    (folder / "again").symlink_to(".")
    (folder / "empty.py").touch()
    return folder
