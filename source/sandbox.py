"""Runs Python that nobody has read: a model's, or a repository's examples, and only when asked.

A run is a process of its own, in a process group of its own, with closed input, an empty
environment and a temporary folder that is deleted afterwards; memory, processor time, file size
and open files are limited, and what it prints is cut. Where the system allows it (Linux with user
namespaces), it also has no network, a file system that cannot be written to outside its own
folder, and a process tree that ends with it; `Outcome.isolation` tells which of these held.

What it does not stop: reading files that the user may read (nothing of it can leave, save in what
is printed), holes in the kernel or in the interpreter, and, on systems without these namespaces,
the network, writes and processes that leave their group. As root the number of processes is not
limited, only their life, and no device can be opened, not even /dev/null.
"""

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from batdoc.source.errors import InputError

_INNER = Path(__file__).with_name("sandbox_inner.py")
_MOST_OUTPUT = 64 * 1024  # bytes of each stream that come back
_START = 10.0  # seconds at most for the interpreter to start
_PAUSE = 0.005


class Ending(Enum):
    """How a run ended."""

    OK = "ok"
    FAILED = "failed"
    TIMEOUT = "timeout"


class Barrier(Enum):
    """What kept a run in, beside its limits."""

    NETWORK = "network"
    FILES = "files"
    PROCESSES = "processes"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use.

    Attributes:
        seconds: Of the clock, and of one processor.
        memory: Bytes of address space.
        file_size: Bytes of each file that it writes, its output included.
        processes: That the user may have at once, where the system counts them.
    """

    seconds: float = 10.0
    memory: int = 1 << 30
    file_size: int = 1 << 24
    processes: int = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run.

    Attributes:
        ending: OK only if the code ended by itself with exit status 0.
        status: The exit status; negative for a signal, None after a timeout.
        stdout: What it printed, cut; bytes that are no UTF-8 are replaced.
        stderr: The same.
        isolation: What kept it in; empty where the system allows none of it.
    """

    ending: Ending
    status: int | None
    stdout: str
    stderr: str
    isolation: frozenset[Barrier]


def run(code: str, limits: Limits) -> Outcome:
    """Run Python code in the sandbox.

    Args:
        code: A program; the interpreter is the one that runs batdoc, with its packages.
        limits: What it may use.

    Raises:
        InputError: The system has no such limits.
    """
    if os.name != "posix":
        raise InputError("this system cannot keep code in, so none is run; use Linux or macOS")
    with tempfile.TemporaryDirectory(prefix="batdoc-", ignore_cleanup_errors=True) as folder:
        return _run_in(Path(folder), code, limits)


@cache
def isolation() -> frozenset[Barrier]:
    """Tell what keeps runs in on this system, by trying."""
    return run("pass", Limits()).isolation


def _run_in(folder: Path, code: str, limits: Limits) -> Outcome:
    program, room = folder / "program.py", folder / "room"
    program.write_bytes(code.encode("utf-8", "replace"))
    room.mkdir()
    paths = [folder / name for name in ("stdout", "stderr", "report")]
    sizes = (limits.memory, limits.file_size, limits.processes, math.ceil(limits.seconds))
    with ExitStack() as stack:
        out, err, report = (stack.enter_context(path.open("wb")) for path in paths)
        arguments = [str(value) for value in (program, room, *sizes, report.fileno())]
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-X", "utf8", _INNER, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=room,
            env={},
            pass_fds=(report.fileno(),),
            start_new_session=True,
        )
        is_over = _wait(process, paths[-1], limits.seconds)
    stdout, stderr, told = map(_read, paths)
    shut, _, status = told.partition("\n")
    barriers = frozenset(barrier for barrier in Barrier if barrier.value in shut.split())
    ended = int(status.strip() or process.returncode) if is_over else None
    return Outcome(_ending(ended), ended, stdout, stderr, barriers)


def _ending(status: int | None) -> Ending:
    if status in (None, -signal.SIGXCPU):
        return Ending.TIMEOUT
    return Ending.FAILED if status else Ending.OK


def _wait(process: "subprocess.Popen[bytes]", report: Path, seconds: float) -> bool:
    """Wait until a run ends by itself, else end its group; tells which.

    The clock starts when the report does: the interpreter's own start is not the program's.
    """
    started, until = False, time.monotonic() + _START
    try:
        while process.poll() is None:
            if not started and report.stat().st_size:
                started, until = True, time.monotonic() + seconds
            if time.monotonic() > until:
                return False
            time.sleep(_PAUSE)
        return True
    finally:
        if process.poll() is None:  # not reaped yet: the group's number is still its own
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST_OUTPUT).decode("utf-8", "replace")
