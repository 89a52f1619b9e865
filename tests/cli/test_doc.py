import os
import signal
import subprocess
from itertools import repeat
from pathlib import Path

import pytest

from batdoc.models.document import UNITS_A_CALL

ONE = b"def one():\n    return 1\n"
REPLY = "Give a one.\n:returns: One."
DOCUMENTED = b'''def one():
    """Give a one.

    Returns:
        One.
    """
    return 1
'''


@pytest.fixture
def one(tmp_path: Path) -> Path:
    path = tmp_path / "one.py"
    path.write_bytes(ONE)
    return path


def test_a_diff_is_shown_and_nothing_is_written(batdoc, one: Path):
    result = batdoc("doc", "one.py", replies=[REPLY])
    assert result.exit_code == 1
    assert result.stdout == (
        "--- a/one.py\n+++ b/one.py\n@@ -1,2 +1,7 @@\n def one():\n"
        '+    """Give a one.\n+\n+    Returns:\n+        One.\n+    """\n     return 1\n'
    )
    assert result.stderr == "1 docstring in 1 file\n"
    assert one.read_bytes() == ONE


@pytest.mark.parametrize(
    "data",
    [ONE, ONE.rstrip(), ONE.replace(b"\n", b"\r\n"), b"# coding: latin-1\n" + ONE + b"# \xe9\n"],
)
def test_git_can_apply_the_diff(batdoc, one: Path, data: bytes):
    one.write_bytes(data)
    diff = batdoc("doc", "one.py", replies=[REPLY]).stdout_bytes
    apply = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(apply, input=diff, cwd=one.parent, check=True)
    applied = one.read_bytes()
    one.write_bytes(data)
    batdoc("doc", "one.py", "--write", replies=[REPLY])
    assert one.read_bytes() == applied != data


def test_write_writes_and_a_second_run_needs_no_model(batdoc, one: Path):
    result = batdoc("doc", "one.py", "--write", replies=[REPLY])
    assert (result.exit_code, result.stdout) == (0, "")
    assert one.read_bytes() == DOCUMENTED
    again = batdoc("doc", "one.py", "--write", "--model", "there-is-none.gguf")
    assert (again.exit_code, again.stderr) == (0, "0 docstrings in 0 files\n")


def test_check_lists_what_is_missing(batdoc, one: Path):
    result = batdoc("doc", "--check", ".")
    assert (result.exit_code, result.stdout) == (1, "one.py:1: function one has no docstring\n")
    assert result.stderr == "1 docstring missing\n"
    one.write_bytes(DOCUMENTED)
    result = batdoc("doc", "--check", ".")
    assert (result.exit_code, result.stdout) == (0, "")


def test_files_that_cannot_be_used_do_not_end_the_run(batdoc, one: Path, tmp_path: Path):
    (tmp_path / "bad.py").write_bytes(b"def f(:\n")
    (tmp_path / "bin.py").write_bytes(b"\0\1")
    result = batdoc("doc", "gone.py", "bad.py", "bin.py", "one.py", "--write", replies=[REPLY])
    assert result.exit_code == 2
    assert one.read_bytes() == DOCUMENTED
    assert "batdoc: gone.py does not exist; check the path\n" in result.stderr
    assert "batdoc: bad.py cannot be parsed: line 1" in result.stderr
    assert "batdoc: bin.py is a binary file" in result.stderr
    assert "1 docstring in 1 file, 3 files could not be used" in result.stderr


def test_a_language_that_batdoc_does_not_know_is_an_error(batdoc, tmp_path: Path):
    (tmp_path / "a.cob").touch()
    result = batdoc("doc", "a.cob")
    assert (result.exit_code, "no language that batdoc knows" in result.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_reported(batdoc, one: Path):
    one.chmod(0o444)
    result = batdoc("doc", "one.py", "--write", replies=[REPLY])
    assert (result.exit_code, one.read_bytes()) == (2, ONE)


def test_a_folder_gives_its_files_once_without_stubs_and_excluded_ones(batdoc, tmp_path: Path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "gen").mkdir()
    for name in ("pkg/a.py", "pkg/a.pyi", "gen/b.py"):
        (tmp_path / name).write_bytes(ONE)
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nexclude = ["gen"]\n')
    result = batdoc("doc", "--check", ".", "pkg", "pkg/a.py")
    assert result.stdout == "pkg/a.py:1: function one has no docstring\n"
    named = batdoc("doc", "--check", "gen/b.py", "pkg/a.pyi")
    assert named.stdout.count("has no docstring") == 2


def test_settings_hold_and_options_win(batdoc, one: Path, tmp_path: Path):
    one.write_bytes(b"def _one(a):\n    print(a)\n")
    reply = "Print a one.\n:param a: It."
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nprivate = true\nstyle = "rest"\n')
    assert "+    :param a: It." in batdoc("doc", "one.py", replies=[reply]).stdout
    result = batdoc("doc", "one.py", "--style", "google", replies=[reply])
    assert "+        a: It." in result.stdout


def test_wrong_settings_end_the_run_before_anything_is_read(batdoc, one: Path, tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.batdoc]\nmodel = 'x'\n")
    result = batdoc("doc", "one.py", "--write", replies=[REPLY])
    assert (result.exit_code, one.read_bytes()) == (2, ONE)
    assert "cannot choose the model" in result.stderr


def test_a_filter_gives_the_whole_documented_file(batdoc):
    result = batdoc("doc", "-", "--stdin-filename", "new/one.py", replies=[REPLY], input=ONE)
    assert (result.exit_code, result.stdout_bytes) == (0, DOCUMENTED)


@pytest.mark.parametrize("data", [b"def f(:\n", b"\xff\xfe", b"", b"x = 1\r\n", DOCUMENTED])
def test_a_filter_never_loses_its_input(batdoc, data: bytes):
    result = batdoc("doc", "-", "--stdin-filename", "one.py", input=data)
    assert result.stdout_bytes == data


def test_a_filter_gives_its_input_back_where_the_model_fails(batdoc):
    result = batdoc("doc", "-", "--stdin-filename", "one.py", replies=[], input=ONE)
    assert result.exit_code != 0
    assert result.stdout_bytes == ONE


def test_a_filter_gives_its_input_back_where_the_settings_are_wrong(batdoc, tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.batdoc]\nstlye = 1\n")
    result = batdoc("doc", "-", "--stdin-filename", "one.py", replies=[REPLY], input=ONE)
    assert (result.exit_code, result.stdout_bytes) == (2, ONE)


def test_a_filter_can_check(batdoc):
    result = batdoc("doc", "-", "--stdin-filename", "one.py", "--check", input=ONE)
    assert (result.exit_code, result.stdout) == (1, "one.py:1: function one has no docstring\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-"],
        ["-", "one.py", "--stdin-filename", "one.py"],
        ["-", "--stdin-filename", "one.py", "--write"],
        ["one.py", "--stdin-filename", "one.py"],
        ["one.py", "--write", "--check"],
        ["one.py", "--style", "prose"],
    ],
)
def test_options_that_exclude_each_other_are_usage_errors(batdoc, one: Path, arguments: list[str]):
    assert batdoc("doc", *arguments, input=ONE).exit_code == 2


def test_quiet_says_nothing_and_verbose_says_why(batdoc, one: Path):
    assert batdoc("doc", "one.py", "-q", replies=[REPLY]).stderr == ""
    assert batdoc("-q", "doc", "one.py", replies=[REPLY]).stderr == ""
    result = batdoc("doc", "one.py", "-v", replies=repeat("?"))
    assert result.stderr == (
        "one.py:1: one: the model gave no usable answer\n"
        "0 docstrings in 0 files, 1 left alone (1: the model gave no usable answer)\n"
    )
    assert result.exit_code == 0


def test_the_user_can_change_a_file_while_the_model_works(batdoc, one: Path, tmp_path: Path):
    """A second file's text is asked for after the first was read: that is when it changes."""
    (tmp_path / "two.py").write_bytes(ONE)

    class Replies:
        def __iter__(self):
            one.write_bytes(b"# The user was here.\n")
            return iter([REPLY, REPLY])

    result = batdoc("doc", "one.py", "two.py", "--write", replies=Replies())
    assert result.exit_code == 2
    assert one.read_bytes() == b"# The user was here.\n"
    assert "one.py changed while batdoc was at work" in result.stderr
    assert (tmp_path / "two.py").read_bytes() == DOCUMENTED


def test_an_interrupt_keeps_what_was_written(batdoc, tmp_path: Path):
    """The first file fills one call to the model, so that it is done when the second starts."""
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    for path in (first, second):
        path.write_bytes(b"".join(b"def f%d(): return 1\n" % i for i in range(UNITS_A_CALL)))

    def replies():
        yield from ["Give a one."] * (UNITS_A_CALL + 1)
        os.kill(os.getpid(), signal.SIGINT)
        yield from ["Give a one."] * UNITS_A_CALL

    result = batdoc("doc", ".", "--write", replies=replies())
    assert result.exit_code == 130
    assert first.read_bytes().count(b"Give a one.") == UNITS_A_CALL
    assert b"Give" not in second.read_bytes()
    assert f"{UNITS_A_CALL} docstrings in 1 file" in result.stderr
    assert "what was written before is kept" in result.stderr
