"""A process that is killed in the middle of `doc --write` loses nothing.

Each file is the old one or the new one, the journal agrees with the files, and the run can be
taken back or gone on with.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batdoc.source.files import TEMPORARY_PREFIX, TEMPORARY_SUFFIX
from batdoc.source.git import source_files
from batdoc.source.journal import JOURNAL_FILE, Journal
from batdoc.source.journal.undo import writes

FILES, UNITS = 30, 20
MOMENTS = 4
OLD = b"".join(b"def f%d():\n    return %d\n\n\n" % (i, i) for i in range(UNITS))
NEW = OLD.replace(b"():\n", b'():\n    """Give a number."""\n')

# What the command does, with a model that answers from a script; prints a line when it starts, and
# how much the model was asked when it ends.
DRIVER = """
import sys
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Give a number.")
print("ready", flush=True)
try:
    main(sys.argv[1:], obj=lambda *_: model)
finally:
    print(sum(not prompt.prefix for prompt in model.prompts))
"""


def fill(folder: Path) -> Path:
    folder.mkdir()
    for i in range(FILES):
        (folder / f"m{i:02}.py").write_bytes(OLD)
    return folder


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"BATDOC_DATA": str(folder.parent / "data")},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def write(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return start(folder, "doc", ".", "--write", *arguments)


def texts(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in source_files(folder)}


@pytest.fixture(scope="module")
def seconds(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a run takes that nobody kills."""
    folder = fill(tmp_path_factory.mktemp("whole") / "code")
    process = write(folder)
    started = time.perf_counter()
    process.communicate()
    assert (process.returncode, texts(folder)) == (0, {NEW})
    return time.perf_counter() - started


@pytest.fixture(params=range(MOMENTS))
def killed(request: pytest.FixtureRequest, seconds: float, tmp_path: Path) -> Path:
    """A folder in which a run was killed, each time at another moment."""
    folder = fill(tmp_path / "code")
    moment = random.Random(request.param).uniform(request.param, request.param + 1) / MOMENTS
    process = write(folder)
    time.sleep(moment * seconds)
    process.kill()
    process.communicate()
    return folder


def check_nothing_is_lost(folder: Path) -> None:
    stale = {p for p in folder.iterdir() if p.name.startswith(TEMPORARY_PREFIX)}
    assert all(path.name.endswith(TEMPORARY_SUFFIX) for path in stale)
    kept = set(folder.iterdir()) - stale
    assert set(source_files(folder)) == kept
    assert len(kept) == FILES
    assert texts(folder) <= {OLD, NEW}


def check_the_journal_agrees(folder: Path) -> bool:
    """Tell, too, whether the run had begun."""
    with Journal(folder.parent / "data" / JOURNAL_FILE) as journal:
        runs = journal.runs()
        made = [c.path for run in runs for c in writes(journal.changes(run.id), run.is_finished)]
    assert sorted(made) == [p for p in source_files(folder) if p.read_bytes() == NEW]
    return any(not run.is_finished for run in runs)


def test_a_killed_run_can_be_ended_or_taken_back_and_nothing_is_lost(killed: Path):
    check_nothing_is_lost(killed)
    is_begun = check_the_journal_agrees(killed)
    done = sum(path.read_bytes() == NEW for path in source_files(killed))

    resumed = write(killed, *(["--resume"] if is_begun else []))
    out, _ = resumed.communicate()
    assert (resumed.returncode, texts(killed)) == (0, {NEW})
    assert out == f"{(FILES - done) * UNITS}\n"  # nothing was asked twice

    undone = start(killed, "undo")
    undone.communicate()
    assert (undone.returncode, texts(killed)) == (0, {OLD})


def test_what_a_killed_run_wrote_can_be_taken_back_at_once(killed: Path):
    has_written = NEW in texts(killed)
    undone = start(killed, "undo")
    undone.communicate()
    assert undone.returncode == (0 if has_written else 2)
    assert texts(killed) == {OLD}


def test_two_runs_at_once_write_each_file_once_and_can_both_be_taken_back(tmp_path: Path):
    folder = fill(tmp_path / "code")
    processes = [write(folder), write(folder)]
    for process in processes:
        process.communicate()
    assert texts(folder) == {NEW}
    with Journal(tmp_path / "data" / JOURNAL_FILE) as journal:
        runs = [run.id for run in journal.runs()]
        written = [change.path for run in runs for change in journal.changes(run) if change.after]
    assert sorted(written) == source_files(folder)
    for run in runs:
        start(folder, "undo", str(run)).communicate()
    assert texts(folder) == {OLD}
