import subprocess
import sys

import pytest

from batdoc import __version__

LIGHT = "import sys; from batdoc.cli.main import main; main({}, standalone_mode=False); "
HEAVY = {"llama_cpp", "numpy", "pygls", "lsprotocol", "torch", "gguf", "tree_sitter", "jinja2"}


def modules_after(arguments: list[str]) -> set[str]:
    code = LIGHT.format(arguments) + "print('\\0'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stderr.strip().split("\0")}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["doc", "--help"]])
def test_help_loads_click_and_nothing_heavier(arguments: list[str]):
    loaded = modules_after(arguments)
    assert "click" in loaded
    assert not loaded & HEAVY


def test_group_help_loads_no_command():
    code = LIGHT.format(["--help"]) + "print([m for m in sys.modules if 'batdoc.' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ast_literal_tail(done.stdout)
    assert "batdoc.cli.main" in loaded
    assert not [name for name in loaded if name.startswith("batdoc.models")]


def ast_literal_tail(text: str) -> list[str]:
    return [name.strip(" '[]") for name in text.splitlines()[-1].split(",")]


def test_help_lists_every_command(batdoc):
    result = batdoc("--help")
    assert result.exit_code == 0
    commands = ("check", "complete", "doc", "doctor", "eval", "export", "history", "lsp", "models")
    for name in (*commands, "train", "undo"):
        assert f"\n  {name} " in result.output
    assert "_BATDOC_COMPLETE=zsh_source" in result.output


def test_version(batdoc):
    assert batdoc("--version").output == f"batdoc, version {__version__}\n"


def test_an_unknown_command_is_a_usage_error(batdoc):
    assert batdoc("document").exit_code == 2


def test_an_error_is_one_line_on_stderr(batdoc):
    result = batdoc("complete", "gone.py:f")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "batdoc: gone.py does not exist; check the path\n"


@pytest.mark.parametrize(("variable", "is_red"), [("", True), ("1", False)])
def test_errors_are_red_unless_no_color_is_set(
    batdoc, monkeypatch: pytest.MonkeyPatch, variable: str, is_red: bool
):
    monkeypatch.setenv("NO_COLOR", variable)
    result = batdoc("complete", "gone.py:f", color=True)
    assert ("\x1b[31m" in result.stderr) is is_red
