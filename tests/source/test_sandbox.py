"""What leaves the sandbox is what it printed; what it may use has an end."""

import json
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from batdoc.source.sandbox import Barrier, Ending, Limits, Outcome, isolation, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")


def go(code: str, **limits: float) -> Outcome:
    return run(textwrap.dedent(code), Limits(**limits))


def needs(barrier: Barrier) -> pytest.MarkDecorator:
    has_it = os.name == "posix" and barrier in isolation()
    return pytest.mark.skipif(not has_it, reason=f"this system cannot shut off {barrier.value}")


def test_a_program_runs_and_its_words_come_back():
    outcome = go("import sys\nprint('out ä')\nprint('err', file=sys.stderr)")
    assert (outcome.ending, outcome.status) == (Ending.OK, 0)
    assert (outcome.stdout, outcome.stderr) == ("out ä\n", "err\n")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import sys; sys.exit(3)", 3),
        ("raise SystemExit('no')", 1),
        ("1 / 0", 1),
        ("def", 1),
        ("import os; os._exit(4)", 4),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -11),
    ],
)
def test_a_program_that_fails(code: str, status: int):
    outcome = go(code)
    assert (outcome.ending, outcome.status) == (Ending.FAILED, status)


def test_an_error_shows_the_program_and_not_the_sandbox():
    outcome = go("1 / 0")
    assert "ZeroDivisionError" in outcome.stderr
    assert "sandbox" not in outcome.stderr


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(60)"])
def test_time_has_an_end(code: str):
    start = time.monotonic()
    assert go(code, seconds=0.3).ending is Ending.TIMEOUT
    assert time.monotonic() - start < 5


def test_memory_has_an_end():
    outcome = go("b = bytearray(1 << 30)", memory=1 << 28)
    assert outcome.ending is Ending.FAILED
    assert "MemoryError" in outcome.stderr


def test_files_have_an_end():
    outcome = go("open('big', 'wb').write(bytes(1 << 21))", file_size=1 << 20)
    assert (outcome.ending, "File too large" in outcome.stderr) == (Ending.FAILED, True)


def test_output_has_an_end():
    outcome = go("print('a' * (1 << 22))", file_size=1 << 20)
    assert outcome.ending is Ending.FAILED
    assert 0 < len(outcome.stdout) <= 1 << 16


def test_input_is_closed_and_the_environment_empty(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET", "x")
    code = "import os, sys; print(repr(sys.stdin.read()), 'SECRET' in os.environ, os.listdir('.'))"
    assert go(code).stdout == "'' False []\n"


def test_its_folder_is_its_own_and_goes():
    outcome = go("import os; open('a', 'w').write('b'); print(os.getcwd(), open('a').read())")
    folder, text = outcome.stdout.split()
    assert (text, Path(folder).exists()) == ("b", False)


@needs(Barrier.NETWORK)
def test_there_is_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        outcome = go(code)
    assert (outcome.ending, "unreachable" in outcome.stderr) == (Ending.FAILED, True)


@needs(Barrier.FILES)
@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "import os; os.remove(path)",
        "import shutil; shutil.rmtree(os.path.dirname(path)) or open(path)",
        "import os; os.chmod(path, 0)",
        # asks for privileges in a namespace of its own, to mount the folder writable again
        "import ctypes; c = ctypes.CDLL(None); c.unshare(0x10020000);"
        "c.mount(None, os.path.dirname(path).encode(), None, 32 | 4096, None); open(path, 'w')",
    ],
)
def test_files_cannot_be_changed(code: str, tmp_path: Path):
    file = tmp_path / "kept"
    file.write_text("words")
    outcome = go(f"import os\npath = {str(file)!r}\n{code}")
    assert outcome.ending is Ending.FAILED
    assert "Read-only file system" in outcome.stderr
    assert file.read_text() == "words"


@needs(Barrier.PROCESSES)
def test_no_process_outlives_its_run(tmp_path: Path):
    mark = f"batdoc-outlives-{os.getpid()}"
    code = f"""
    import os, sys, time
    if os.fork() == 0:
        os.setsid()
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)", {mark!r}])
    time.sleep(0.3)
    print("done")
    """
    assert go(code).stdout == "done\n"
    lines = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()]
    assert not any(mark.encode() in line for line in lines)


@needs(Barrier.PROCESSES)
def test_other_processes_cannot_be_reached():
    outcome = go(f"import os; os.kill({os.getpid()}, 0)")
    assert "ProcessLookupError" in outcome.stderr


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare(1)")
def test_where_namespaces_are_refused_limits_hold_and_the_outcome_says_so():
    code = (
        "import json; from batdoc.source.sandbox import run, Limits;"
        "a = run('print(1)', Limits()); b = run('while True: pass', Limits(seconds=0.3));"
        "print(json.dumps([a.stdout, a.ending.value, len(a.isolation), b.ending.value]))"
    )
    refuse = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", refuse, sys.executable, code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this system has no user namespaces to refuse")
    assert json.loads(done.stdout) == ["1\n", "ok", 0, "timeout"]
