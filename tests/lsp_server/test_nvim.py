"""The Neovim plugin in a real Neovim, against the server with a scripted model."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NVIM = shutil.which("nvim")
HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "editors" / "nvim"
SERVER = [sys.executable, str(HERE / "scripted_server.py")]

SOURCE = '''\
def bats(a, b):
    return a * b


def stub(a, b):
    """Add in a stub."""
    ...


def typed(a, b):
    """Add what is typed."""
    '''


@pytest.mark.skipif(NVIM is None, reason="needs Neovim 0.11")
def test_the_commands_write(tmp_path):
    file = tmp_path / "bats.py"
    file.write_text(SOURCE)
    tried = {"TRY_PLUGIN": str(PLUGIN), "TRY_SERVER": json.dumps(SERVER), "TRY_FILE": str(file)}
    ended = subprocess.run(
        [NVIM, "--headless", "--clean", "-c", f"luafile {HERE / 'try_plugin.lua'}", "-c", "cquit"],
        env=os.environ | tried,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    after = file.read_text()
    compile(after, "bats.py", "exec")
    assert after.count("    return a + b\n") == 2
    assert after.count('    """Add two numbers.') == 1
