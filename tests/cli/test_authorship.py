"""What a model wrote and nobody read is neither shown nor taught as what people say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Prompt
from batdoc.source.journal import JOURNAL_FILE
from batdoc.source.journal.authorship import Unread
from batdoc.source.language import get_language
from batdoc.trainer.corpus import read_corpus

Run = Callable[..., Result]
OPEN = "def open_box(path, mode):\n    handle = open(path, mode)\n    return handle\n"
CLOSE = "def close_box(path, mode):\n    handle = close(path, mode)\n    return handle\n"
SAID = "Open the box that stands at a path and leave it open."


class Asked:
    """A model that says one thing of everything, and remembers what it was shown."""

    def __init__(self, said: str) -> None:
        self.shown: list[str] = []
        self.model = ScriptedBackend(lambda prompt: self._answer(prompt, said))

    def _answer(self, prompt: Prompt, said: str) -> str:
        self.shown += [*prompt.precedents, *(each.doc for each in prompt.exemplars)]
        return "" if prompt.prefix else said


@pytest.fixture
def box(batdoc: Run, tmp_path: Path) -> Path:
    """A file with one function, which the model documented unread, and one without a docstring."""
    file = tmp_path / "box.py"
    file.write_text(OPEN)
    assert batdoc("doc", "--write", "box.py", model=Asked(SAID).model).exit_code == 0
    assert SAID in file.read_text()
    file.write_text(f"{file.read_text()}\n\n{CLOSE}")
    return file


def shown_for_the_other(batdoc: Run) -> str:
    asked = Asked("Close the box.")
    assert batdoc("doc", "box.py", model=asked.model).exit_code == 1
    return "\n".join(asked.shown)


def test_it_is_not_shown(batdoc: Run, box: Path) -> None:
    assert SAID not in shown_for_the_other(batdoc)


def test_what_a_person_wrote_in_its_place_is(batdoc: Run, box: Path) -> None:
    mended = SAID.replace("box", "crate")
    box.write_text(box.read_text().replace(SAID, mended))
    assert mended in shown_for_the_other(batdoc)


def test_where_no_journal_can_be_read_it_is_what_people_say(batdoc: Run, box: Path) -> None:
    (unit, _) = get_language("python").units(box.read_text().encode())
    assert Unread().holds(unit)
    assert not Unread(box.with_name("none")).holds(unit)
    damaged = box.with_name(JOURNAL_FILE)
    damaged.write_bytes(b"no journal")
    assert not Unread(damaged).holds(unit)


def test_it_is_not_learned_from(batdoc: Run, box: Path) -> None:
    box.with_name("other.py").write_text(f"{CLOSE.replace('close', 'shut')}\n\n{OPEN}")
    corpus = read_corpus(box.parent, 700, 0)
    units = {each.unit.name: each.unit for each in (*corpus.train, *corpus.held_out)}
    assert units["open_box"].docstring is None
    box.write_text(box.read_text().replace("stands", "lies"))
    corpus = read_corpus(box.parent, 700, 0)
    said = {each.unit.docstring for each in (*corpus.train, *corpus.held_out)}
    assert SAID.replace("stands", "lies") in said


def test_an_update_leaves_a_sentence_its_author(batdoc: Run, box: Path) -> None:
    text = box.read_text().replace("path, mode):\n    ", "path, mode, size):\n    ", 1)
    box.write_text(text.replace(CLOSE, ""))
    asked = Asked(SAID)
    batdoc("doc", "--update", "--write", "box.py", model=asked.model)
    box.write_text(f"{box.read_text()}\n\n{CLOSE}")
    assert SAID not in shown_for_the_other(batdoc)
