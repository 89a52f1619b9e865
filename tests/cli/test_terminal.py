"""What is shown on a real terminal, and only there: colour, and a line that counts."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = """
import sys
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Give a one.")
main(sys.argv[1:], obj=lambda *_: model)
"""


def on_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """Run the command with a terminal as its stdout and stderr, and give what that shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments],
        cwd=folder,
        env=os.environ | {"TERM": "xterm"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 4096):
            shown += data
    except OSError:
        pass  # Linux says so when the last writer is gone
    os.close(ours)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.py").write_bytes(b"x = '\x1b[2J'\ndef one(): return 1\n")
    return tmp_path


def test_a_diff_is_coloured_and_cannot_steer_the_terminal(folder: Path):
    shown = on_terminal(folder, "doc", "one.py")
    assert '\x1b[32m+    """Give a one."""\x1b[0m\n' in shown
    assert "\x1b[31m-def one(): return 1\x1b[0m\n" in shown
    assert "x = '\N{REPLACEMENT CHARACTER}[2J'" in shown
    assert "\x1b[2J" not in shown


def test_no_color_is_respected(folder: Path):
    shown = on_terminal(folder, "doc", "one.py", "gone.py", NO_COLOR="1")
    assert '\n+    """Give a one."""\n' in shown
    assert "\nbatdoc: gone.py does not exist; check the path\n" in f"\n{shown}"


def test_progress_is_counted_on_a_line_that_goes_away(folder: Path):
    shown = on_terminal(folder, "doc", "one.py", "--write")
    assert shown == "\r\x1b[K1 functions\r\x1b[K1 docstring in 1 file\n"


def test_quiet_shows_no_progress(folder: Path):
    assert on_terminal(folder, "doc", "one.py", "--write", "-q") == ""
