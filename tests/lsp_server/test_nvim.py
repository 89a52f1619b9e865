"""The Neovim plugin in a real Neovim, against the server with a scripted model."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "editors" / "nvim"
SERVER = [sys.executable, str(HERE / "scripted_server.py")]
TRY = f"luafile {HERE / 'try_plugin.lua'}"
NVIM = shutil.which("nvim", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

SOURCE = '''\
def bats(a, b):
    return a * b


def stub(a, b):
    """Add in a stub."""
    ...


def typed(a, b):
    """Add what is typed."""
    '''
LYING = '''

def lying(a):
    """Say more than is true.

    Args:
        a: The first.
        b: The second.
    """
    return a
'''
pytestmark = pytest.mark.skipif(NVIM is None, reason="needs Neovim 0.11")


def environment(file: Path, what: str | None) -> dict[str, str]:
    tried = {"TRY_PLUGIN": str(PLUGIN), "TRY_SERVER": json.dumps(SERVER), "TRY_FILE": str(file)}
    return os.environ | tried | ({"TRY_WHAT": what} if what else {})


def try_out(what: str, file: Path) -> str:
    """Run one of the tests in try_plugin.lua and give the file's text afterwards."""
    ended = subprocess.run(
        [NVIM, "--headless", "--clean", "-c", TRY],
        env=environment(file, what),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return file.read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bats.py"
    path.write_text(SOURCE)
    return path


def test_the_commands_write(file: Path):
    after = try_out("commands", file)
    compile(after, "bats.py", "exec")
    assert after.count("    return a + b\n") == 2
    assert after.count('    """Add two numbers.') == 1


def test_a_lie_is_told(file: Path):
    file.write_text(SOURCE.rstrip() + "\n    return a\n" + LYING)
    try_out("diagnostics", file)


def test_a_whole_file_is_documented_and_one_undo_takes_it_back(file: Path):
    file.write_text(SOURCE.rstrip() + "\n    return a\n")
    assert try_out("whole_file", file) == SOURCE.rstrip() + "\n    return a\n"


def test_the_health_report_says_what_is_there(file: Path):
    try_out("health", file)


class Neovim:
    """A Neovim that keys are sent to, as from a terminal."""

    def __init__(self, file: Path) -> None:
        self.socket = str(file.with_name("nvim.sock"))
        self.process = subprocess.Popen(
            [NVIM, "--headless", "--clean", "--listen", self.socket, "-c", TRY],
            env=environment(file, None),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> "Neovim":
        self.until(lambda: Path(self.socket).exists())
        attached = "luaeval('#vim.lsp.get_clients({bufnr=0})')"
        self.until(lambda: self.value(attached) == "1")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def _ask(self, *arguments: str) -> str:
        command = [NVIM, "--server", self.socket, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout + done.stderr

    def value(self, expression: str) -> str:
        return self._ask("--remote-expr", expression).strip()

    def keys(self, typed: str) -> None:
        self._ask("--remote-send", typed)

    def ghost(self) -> str:
        return self.value('luaeval(\'require("batdoc.ghost").text() or ""\')')

    def text(self) -> str:
        return self.value("join(getline(1, '$'), \"\\n\")")

    def until(self, holds) -> None:
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.05)


def test_ghost_text_is_shown_and_a_key_takes_it(file: Path):
    with Neovim(file) as editor:
        editor.keys("GA")
        editor.until(lambda: editor.ghost() == "return a + b")
        editor.keys("<M-y>")
        editor.until(lambda: editor.text().endswith("    return a + b"))
        assert editor.ghost() == ""


def test_typing_along_keeps_the_rest_and_another_word_takes_it_away(file: Path):
    with Neovim(file) as editor:
        editor.keys("GA")
        editor.until(lambda: editor.ghost() == "return a + b")
        editor.keys("ret")
        editor.until(lambda: editor.ghost() == "urn a + b")
        editor.keys("x")
        editor.until(lambda: editor.ghost() == "")
        assert editor.text().endswith("    retx")


def test_leaving_insert_mode_and_dismissing_take_it_away(file: Path):
    with Neovim(file) as editor:
        editor.keys("GA")
        editor.until(lambda: editor.ghost() != "")
        editor.keys("<Esc>")
        editor.until(lambda: editor.ghost() == "")
        editor.keys("A")
        editor.until(lambda: editor.ghost() != "")
        editor.keys("<M-e>")
        editor.until(lambda: editor.ghost() == "")
        assert "return a + b" not in editor.text()
