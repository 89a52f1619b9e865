"""The Neovim plugin in a real Neovim, against the server with a scripted model."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "editors" / "nvim"
SERVER = [sys.executable, str(HERE / "scripted_server.py")]
TRY = f"luafile {HERE / 'try_plugin.lua'}"
NVIM = shutil.which("nvim", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
PATIENCE = 30  # seconds

SOURCE = '''\
def bats(a, b):
    return a * b


def stub(a, b):
    """Add in a stub."""
    ...


def typed(a, b):
    """Add what is typed."""
    '''
DOCUMENTED = SOURCE.rstrip() + "\n    return a\n"
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


class Neovim:
    """A Neovim that keys are sent to, as from a terminal."""

    def __init__(self, folder: Path) -> None:
        self.socket = str(folder / "nvim.sock")
        tried = {"TRY_PLUGIN": str(PLUGIN), "TRY_SERVER": json.dumps(SERVER)}
        self.process = subprocess.Popen(
            [NVIM, "--headless", "--clean", "--listen", self.socket, "-c", TRY],
            env=os.environ | tried,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.until(lambda: Path(self.socket).exists())
        self.until(lambda: self.lua("WAITING()") == "0")

    def close(self) -> None:
        self.keys("<C-\\><C-n>:qall!<CR>")
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()

    def open(self, file: Path, text: str) -> None:
        """Show a file that no other test saw."""
        file.write_text(text)
        self.keys(f"<C-\\><C-n>:edit! {file}<CR>")
        self.until(lambda: self.lua("ATTACHED()") == "1")
        self.lua('(function() TOLD = "" return 0 end)()')

    def _ask(self, *arguments: str) -> str:
        command = [NVIM, "--server", self.socket, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout + done.stderr

    def value(self, expression: str) -> str:
        return self._ask("--remote-expr", expression).strip()

    def lua(self, expression: str) -> str:
        return self.value(f"luaeval('{expression.replace(chr(39), chr(39) * 2)}')")

    def keys(self, typed: str) -> None:
        self._ask("--remote-send", typed)

    def run(self, line: int, command: str) -> None:
        """Run a command with the cursor at the beginning of a line, from 1."""
        self.keys(f"<C-\\><C-n>{line}G0:{command}<CR>")

    def ghost(self) -> str:
        return self.lua('require("batdoc.drawn").text() or ""')

    def told(self) -> str:
        return self.lua("TOLD")

    def waiting(self) -> int:
        return int(self.lua("WAITING()"))

    def text(self) -> str:
        return self.value("join(getline(1, '$'), \"\\n\")")

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def neovim() -> Iterator[Neovim]:
    # A socket's path must be short.
    with tempfile.TemporaryDirectory() as folder:
        started = Neovim(Path(folder))
        yield started
        started.close()


@pytest.fixture
def editor(neovim: Neovim, tmp_path: Path) -> Neovim:
    """A Neovim that shows a new file with `SOURCE`."""
    neovim.open(tmp_path / "bats.py", SOURCE)
    return neovim


def test_the_code_actions_write_and_nothing_else_changes(editor: Neovim):
    editor.run(12, "BatdocBody")
    editor.until(lambda: editor.text().endswith('is typed."""\n    return a + b'))
    editor.run(5, "BatdocBody")
    editor.until(lambda: 'a stub."""\n    return a + b' in editor.text())
    editor.run(1, "BatdocDoc")
    editor.until(lambda: '    """Add two numbers.' in editor.text())
    after = editor.text()
    compile(after, "bats.py", "exec")
    begin, end = after.index('    """Add two'), after.index("    return a * b")
    bodies = SOURCE.replace("...", "return a + b") + "return a + b"
    assert after[:begin] + after[end:] == bodies


def test_a_lie_is_told(neovim: Neovim, tmp_path: Path):
    neovim.open(tmp_path / "bats.py", DOCUMENTED + LYING)
    neovim.until(lambda: neovim.lua("#vim.diagnostic.get(0)") == "1")
    place = neovim.lua('vim.diagnostic.get(0)[1].code .. ":" .. vim.diagnostic.get(0)[1].lnum')
    assert place == "BD201:14"


def test_a_whole_file_is_documented_and_one_undo_takes_it_back(neovim: Neovim, tmp_path: Path):
    neovim.open(tmp_path / "bats.py", DOCUMENTED)
    neovim.run(1, "BatdocFile")
    neovim.until(lambda: "1 documented, 0 left" in neovim.told())
    assert '    """Add two numbers.' in neovim.text()
    neovim.keys("u")
    neovim.until(lambda: neovim.text() == DOCUMENTED.rstrip())


def test_a_whole_file_is_cancelled_and_nothing_was_written(neovim: Neovim, tmp_path: Path):
    source = DOCUMENTED + "\n\ndef slow(a):\n    return a\n"
    neovim.open(tmp_path / "bats.py", source)
    neovim.run(1, "BatdocFile")
    neovim.until(lambda: neovim.waiting() == 1)
    time.sleep(0.3)  # the engine is at the function that takes a minute
    neovim.keys(":BatdocCancel<CR>")
    neovim.until(lambda: "nothing more is written" in neovim.told())
    assert neovim.text() == source.rstrip()
    neovim.run(1, "BatdocDoc")
    neovim.until(lambda: '    """Add two numbers.' in neovim.text())


def test_code_that_changed_while_it_was_documented_is_left_alone(neovim: Neovim, tmp_path: Path):
    neovim.open(tmp_path / "late.py", "def late(a, b):\n    return a * b\n")
    neovim.run(1, "BatdocDoc")
    neovim.until(lambda: neovim.waiting() == 1)
    neovim.keys("2GA * 2<Esc>")
    neovim.until(lambda: neovim.waiting() == 0)
    assert neovim.text() == "def late(a, b):\n    return a * b * 2"
    assert "changed meanwhile" in neovim.told()


def test_the_health_report_says_what_is_there(editor: Neovim):
    editor.run(1, "checkhealth batdoc")
    editor.until(lambda: "the server is enabled" in editor.text())
    assert "running for 1 client" in editor.text()
    editor.keys(":bwipeout!<CR>")


def test_ghost_text_is_shown_and_a_key_takes_it(editor: Neovim):
    editor.keys("GA")
    editor.until(lambda: editor.ghost() == "return a + b")
    editor.keys("<M-y>")
    editor.until(lambda: editor.text() == SOURCE + "return a + b")
    assert editor.ghost() == ""


def test_a_key_takes_one_line_and_the_rest_stays(neovim: Neovim, tmp_path: Path):
    source = 'def long(a, b):\n    """Add what is long."""\n    '
    neovim.open(tmp_path / "long.py", source)
    neovim.keys("GA")
    neovim.until(lambda: neovim.ghost() == "total = a + b\n    return total")
    neovim.keys("<M-l>")
    neovim.until(lambda: neovim.ghost() == "return total")
    assert neovim.text() == source + "total = a + b"
    neovim.keys("<M-l>")
    neovim.until(lambda: neovim.text() == source + "total = a + b\n    return total")


def test_typing_along_keeps_the_rest_and_another_word_takes_it_away(editor: Neovim):
    editor.keys("GA")
    editor.until(lambda: editor.ghost() == "return a + b")
    editor.keys("ret")
    editor.until(lambda: editor.ghost() == "urn a + b")
    editor.keys("<M-n>")  # the only one is the next one, too
    assert editor.ghost() == "urn a + b"
    editor.keys("x")
    editor.until(lambda: editor.ghost() == "")
    assert editor.text() == SOURCE + "retx"


@pytest.mark.parametrize("typed", ['"""', '"""' * 2 + "<Left>" * 3])
def test_an_opened_docstring_is_written_and_the_closing_quotes_are_not_doubled(
    editor: Neovim, typed: str
):
    editor.keys(f"ggo{typed}")
    editor.until(lambda: editor.ghost() == 'Add two numbers."""')
    editor.keys("<M-y>")
    editor.until(lambda: editor.ghost() == "")
    start = 'def bats(a, b):\n    """Add two numbers."""\n    return a * b\n'
    assert editor.text() == start + SOURCE.partition("return a * b\n")[2].rstrip()


def test_leaving_insert_mode_and_dismissing_take_it_away(editor: Neovim):
    editor.keys("GA")
    editor.until(lambda: editor.ghost() != "")
    editor.keys("<Esc>")
    editor.until(lambda: editor.ghost() == "")
    editor.keys("A")
    editor.until(lambda: editor.ghost() != "")
    editor.keys("<M-e>")
    editor.until(lambda: editor.ghost() == "")
    assert editor.text() == SOURCE.rstrip()


def test_typing_on_cancels_what_was_asked_for(neovim: Neovim, tmp_path: Path):
    neovim.open(tmp_path / "slow.py", 'def slow(a, b):\n    """Add slowly."""\n    ')
    neovim.keys("GA")
    neovim.until(lambda: neovim.waiting() == 1)
    neovim.keys("pa")
    neovim.until(lambda: neovim.waiting() == 0)


def test_leaving_insert_mode_cancels_what_was_asked_for(neovim: Neovim, tmp_path: Path):
    neovim.open(tmp_path / "slow.py", 'def slow(a, b):\n    """Add slowly."""\n    ')
    neovim.keys("GA")
    neovim.until(lambda: neovim.waiting() == 1)
    neovim.keys("<Esc>")
    neovim.until(lambda: neovim.waiting() == 0)


def test_ghost_text_for_a_text_that_is_gone_is_not_taken(editor: Neovim):
    editor.keys("GA")
    editor.until(lambda: editor.ghost() != "")
    change = 'vim.api.nvim_buf_set_lines(0, 0, 1, true, {"def bats(c):"})'
    taken = editor.lua(f'(function() {change} return require("batdoc.ghost").accept() end)()')
    assert taken == "false"
    assert editor.text() == SOURCE.replace("bats(a, b)", "bats(c)").rstrip()


def test_suggestions_are_paused_and_go_on(editor: Neovim):
    editor.run(1, "BatdocToggle")
    editor.until(lambda: "paused" in editor.told())
    editor.keys("GA")
    time.sleep(0.5)
    assert (editor.ghost(), editor.waiting()) == ("", 0)
    editor.run(1, "BatdocToggle")
    editor.keys("GA")
    editor.until(lambda: editor.ghost() == "return a + b")
