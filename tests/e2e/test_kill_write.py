"""A process that is killed in the middle of `doc --write` leaves the old file or the new one."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batdoc.source.files import TEMPORARY_PREFIX, TEMPORARY_SUFFIX
from batdoc.source.git import source_files

FILES = 60
OLD = b"".join(b"def f%d():\n    return %d\n\n\n" % (i, i) for i in range(20))
NEW = OLD.replace(b"():\n", b'():\n    """Give a number."""\n')

# What the command does, with a model that answers from a script; prints a line when it starts.
DRIVER = """
import sys
from pathlib import Path
from click.testing import CliRunner
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Give a number.")
print("ready", flush=True)
main(["doc", sys.argv[1], "--write"], obj=lambda *_: model)
"""


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a run takes that nobody kills."""
    folder = fill(tmp_path_factory.mktemp("whole"))
    started = time.perf_counter()
    process = start(folder)
    started = time.perf_counter()
    assert process.wait() == 0
    assert {path.read_bytes() for path in folder.iterdir()} == {NEW}
    return time.perf_counter() - started


def fill(folder: Path) -> Path:
    for i in range(FILES):
        (folder / f"m{i:02}.py").write_bytes(OLD)
    return folder


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdout.close()
    return process


@pytest.mark.parametrize("moment", range(10))
def test_every_file_is_the_old_or_the_new_one(moment: int, seconds: float, tmp_path: Path):
    folder = fill(tmp_path)
    delay = random.Random(moment).uniform(moment, moment + 1) / 10 * seconds
    process = start(folder)
    time.sleep(delay)
    process.kill()
    process.wait()
    stale = {p for p in folder.iterdir() if p.name.startswith(TEMPORARY_PREFIX)}
    assert all(path.name.endswith(TEMPORARY_SUFFIX) for path in stale)
    kept = set(folder.iterdir()) - stale
    assert len(kept) == FILES
    assert {path.read_bytes() for path in kept} <= {OLD, NEW}
    assert set(source_files(folder)) == kept
