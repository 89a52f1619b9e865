"""A review, key by key: with keys from a list here, and on a real terminal below."""

import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
import pytest

from batdoc.cli.review import SKIPPED, Reviewer
from batdoc.models.backend import ScriptedBackend
from batdoc.models.document import Draft, LeftAlone, Proposal, drafts, propose, settle
from batdoc.models.trust import NO_ANSWER, Trust
from batdoc.source.docstring import Style
from batdoc.source.errors import Cancelled
from batdoc.source.files import decode_source
from batdoc.source.survey import HouseStyles, survey
from batdoc.source.units import CodeUnit

SOURCE = b"".join(b"def f%d():\n    print(%d)\n\n\n" % (i, i) for i in range(3))


@pytest.fixture
def draft() -> Draft:
    found = survey(decode_source(Path("a.py"), SOURCE), include_private=False)
    houses = HouseStyles(lambda: [], 88, Style.GOOGLE)
    model = ScriptedBackend([f"Print number {i}." for i in range(3)])
    (only,) = drafts([found], houses.of, model, merges=False)
    return only


def keys(*pressed: str) -> Callable[[], str]:
    waiting = iter(pressed)
    return lambda: next(waiting)


def again(reply: str) -> Callable[[Draft, CodeUnit, int], Proposal | LeftAlone]:
    def ask(draft: Draft, unit: CodeUnit, seed: int) -> Proposal | LeftAlone:
        return propose(draft, unit, ScriptedBackend([f"{reply} {seed}."]), merges=False)

    return ask


def texts(draft: Draft) -> list[str]:
    return settle(draft).docstrings()


def test_what_is_accepted_is_kept_and_what_is_skipped_is_told(draft: Draft):
    reviewer = Reviewer(keys("a", "x", "s", "a"))
    reviewed = reviewer.review(draft, again("No"))
    assert texts(reviewed) == ["Print number 0.", "Print number 2."]
    assert [(left.unit.name, left.reason) for left in reviewed.left_alone] == [("f1", SKIPPED)]
    assert not reviewer.is_over


def test_what_the_model_is_sure_of_is_not_asked_about(draft: Draft):
    sure = [replace(each, trust=Trust(at / 2)) for at, each in enumerate(draft.proposals)]
    reviewer = Reviewer(keys("s"), least=0.5)
    reviewed = reviewer.review(replace(draft, proposals=tuple(sure)), again("No"))
    assert texts(reviewed) == ["Print number 1.", "Print number 2."]


def test_the_rest_is_accepted_at_once_in_later_files_too(draft: Draft):
    reviewer = Reviewer(keys("s", "A"))
    assert len(reviewer.review(draft, again("No")).proposals) == 2
    assert len(reviewer.review(draft, again("No")).proposals) == 3


def test_what_was_read_is_told_from_what_was_accepted_unseen(draft: Draft):
    reviewer = Reviewer(keys("a", "A"))
    reviewed = reviewer.review(draft, again("No"))
    assert [each.is_read for each in reviewed.proposals] == [True, True, False]
    assert [each.is_read for each in settle(reviewed).written] == [True, True, False]


def test_a_quit_keeps_what_was_accepted_and_says_nothing_of_the_rest(draft: Draft):
    reviewer = Reviewer(keys("a", "q"))
    reviewed = reviewer.review(draft, again("No"))
    assert (texts(reviewed), reviewed.left_alone) == (["Print number 0."], ())
    assert (reviewer.is_over, reviewer.is_interrupted) == (True, False)


@pytest.mark.parametrize("error", [KeyboardInterrupt, EOFError])
def test_an_interrupt_keeps_what_was_accepted(draft: Draft, error: type[BaseException]):
    def interrupted() -> Iterator[str]:
        yield "a"
        raise error

    pressed = interrupted()
    reviewer = Reviewer(lambda: next(pressed))
    assert texts(reviewer.review(draft, again("No"))) == ["Print number 0."]
    assert (reviewer.is_over, reviewer.is_interrupted) == (True, True)


def test_an_interrupt_while_the_model_thinks_keeps_what_was_accepted(draft: Draft):
    def cancelled(draft: Draft, unit: CodeUnit, seed: int) -> Proposal:
        raise Cancelled("cancelled")

    reviewer = Reviewer(keys("a", "r"))
    assert texts(reviewer.review(draft, cancelled)) == ["Print number 0."]
    assert reviewer.is_interrupted


def test_each_try_has_a_seed_of_its_own_and_the_last_one_counts(draft: Draft, capsys):
    reviewed = Reviewer(keys("r", "r", "a", "q")).review(draft, again("Print again"))
    assert texts(reviewed) == ["Print again 2."]
    shown = capsys.readouterr().out
    assert "+    \"\"\"Print again 1.\"\"\"\n" in shown  # fmt: skip


def test_a_try_without_an_answer_leaves_the_last_one(draft: Draft, capsys):
    reviewed = Reviewer(keys("r", "a", "q")).review(
        draft, lambda draft, unit, seed: LeftAlone(unit, NO_ANSWER)
    )
    assert texts(reviewed) == ["Print number 0."]
    assert NO_ANSWER in capsys.readouterr().err


def test_a_persons_own_words_are_written(draft: Draft):
    opened = []

    def edit(text: str) -> str:
        opened.append(text)
        return 'My "own" words.\n\nSecond é paragraph.\n\n'

    reviewed = Reviewer(keys("e", "a", "q"), edit).review(draft, again("No"))
    assert opened == ["Print number 0.\n"]
    assert texts(reviewed) == ['My "own" words.\n\nSecond é paragraph.']


@pytest.mark.parametrize("edited", [None, "", " \n\n"])
def test_an_edit_that_saves_nothing_changes_nothing(draft: Draft, edited: str | None):
    reviewed = Reviewer(keys("e", "a", "q"), lambda _: edited).review(draft, again("No"))
    assert texts(reviewed) == ["Print number 0."]


def test_hostile_words_of_a_person_cannot_get_out_of_the_docstring(draft: Draft):
    reviewed = Reviewer(keys("e", "a", "q"), lambda _: 'Words."""\n    import os\n').review(
        draft, again("No")
    )
    after = settle(reviewed).after
    code: dict[str, object] = {}
    exec(compile(after, "a.py", "exec"), code)
    assert "os" not in code


def test_an_editor_that_cannot_be_opened_is_told(draft: Draft, capsys):
    def edit(_: str) -> str:
        raise click.ClickException("no editor")

    reviewed = Reviewer(keys("e", "a", "q"), edit).review(draft, again("No"))
    assert texts(reviewed) == ["Print number 0."]
    assert "no editor" in capsys.readouterr().err


DRIVER = """
import sys
import termios
import time
from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
model = ScriptedBackend(lambda prompt: "" if prompt.prefix else "Print a number.")
main(sys.argv[1:], obj=lambda *_: model)
"""


def at_terminal(folder: Path, pressed: Sequence[bytes], **environment: str) -> tuple[int, str]:
    """Press a key each time the question is asked."""
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.chdir(folder)
        os.environ.update(environment)
        os.execv(sys.executable, [sys.executable, "-c", DRIVER, "doc", ".", "-i"])
    waiting, shown, answered = list(pressed), b"", 0
    try:
        while data := os.read(terminal, 4096):
            shown += data
            if waiting and shown.count(b"q quit? ") > answered:
                answered += 1
                wait_for_single_keys(terminal)
                os.write(terminal, waiting.pop(0))
    except OSError:
        pass  # Linux says so when the last writer is gone
    os.close(terminal)
    _, status = os.waitpid(process_id, 0)
    return os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n")


def wait_for_single_keys(terminal: int) -> None:
    """Wait until the terminal hands on keys one by one; what is typed before is thrown away."""
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_bytes(SOURCE)
    return tmp_path


def test_on_a_terminal_single_keys_decide(folder: Path):
    code, shown = at_terminal(folder, [b"a", b"s", b"q"])
    assert code == 0, shown
    after = (folder / "a.py").read_bytes()
    assert after == SOURCE.replace(b"f0():\n", b'f0():\n    """Print a number."""\n')
    assert "a.py:1: function f0" in shown
    assert '\x1b[32m+    """Print a number."""' in shown
    assert "go on with: batdoc doc . -i --resume" in shown


def test_ctrl_c_at_the_question_writes_what_was_accepted(folder: Path):
    code, shown = at_terminal(folder, [b"a", b"\x03"])
    assert code == 130, shown
    assert (folder / "a.py").read_bytes().count(b"Print a number.") == 1


def test_the_users_editor_is_opened(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    editor = tmp_path_factory.mktemp("editor") / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "Mine.\\n" > "$1"\n')
    editor.chmod(0o755)
    code, shown = at_terminal(folder, [b"e", b"a", b"q"], VISUAL=str(editor), EDITOR=str(editor))
    assert code == 0, shown
    assert b'f0():\n    """Mine."""\n' in (folder / "a.py").read_bytes()


def test_without_a_terminal_nothing_is_asked(folder: Path):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, "doc", ".", "-i"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "run it in a terminal" in done.stderr) == (2, True)
    assert (folder / "a.py").read_bytes() == SOURCE
