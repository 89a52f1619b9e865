import os
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from batdoc.lsp_server.scribe import Scribe
from batdoc.lsp_server.wire import BodyAnswer, Request
from batdoc.models.backend import ScriptedBackend
from batdoc.source.docstring import Style
from batdoc.source.errors import Cancelled, InputError

SOURCE = "def add(a, b):\n    return a + b\n"
STUB = 'def add(a, b):\n    """Add."""\n    ...\n'
REQUEST = Request("docstring", "python", SOURCE, 0, "add", None, None, None, 88)
NUMPY = '''\
def {name}(a):
    """Say it.

    Parameters
    ----------
    a
        What to say.
    """
    return a
'''


class Shelf:
    """Finds one model file, and remembers each time that it is opened."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path = path
        self.context_size = 4096
        self.opened: list[ScriptedBackend] = []

    def locate(self, model, repo):
        return str(self.path)

    def load(self, path):
        reply, room = "    return a + b\n", self.context_size
        self.opened.append(ScriptedBackend(lambda prompt: reply, room))
        return self.opened[-1]


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "model.gguf")


@pytest.fixture
def scribe(shelf):
    return Scribe(shelf.locate, shelf.load)


def test_the_model_stays_open_until_its_file_is_replaced(scribe, shelf):
    request = replace(REQUEST, task="body", source=STUB)
    assert scribe.write(request, Event()) == BodyAnswer("return a + b")
    scribe.write(request, Event())
    assert len(shelf.opened) == 1
    os.utime(shelf.path, (1, 1))
    scribe.write(request, Event())
    assert len(shelf.opened) == 2


def test_a_set_flag_cancels(scribe):
    flag = Event()
    flag.set()
    with pytest.raises(Cancelled):
        scribe.write(REQUEST, flag)


@pytest.mark.parametrize("wrong", [{"name": "sub"}, {"start": 1}])
def test_a_unit_that_is_not_there_is_refused(scribe, wrong):
    with pytest.raises(InputError, match="not where it was"):
        scribe.write(replace(REQUEST, **wrong), Event())


def test_outside_a_repository_only_the_own_folder_shows_the_style(scribe, tmp_path):
    folder = tmp_path / "home"
    (folder / "deep").mkdir(parents=True)
    request = replace(REQUEST, file=str(folder / "new.py"))
    (folder / "deep" / "old.py").write_text(NUMPY.format(name="deep"))
    assert scribe.write(request, Event()).house.style is Style.GOOGLE
    other = tmp_path / "other"
    other.mkdir()
    (other / "old.py").write_text(NUMPY.format(name="old"))
    request = replace(REQUEST, file=str(other / "new.py"))
    assert scribe.write(request, Event()).house.style is Style.NUMPY


def test_the_style_setting_wins(scribe, tmp_path):
    (tmp_path / "old.py").write_text(NUMPY.format(name="old"))
    request = replace(REQUEST, file=str(tmp_path / "new.py"), style="rest", line_length=60)
    house = scribe.write(request, Event()).house
    assert (house.style, house.line_length) == (Style.REST, 60)


def test_a_small_model_is_shown_what_the_file_and_those_around_it_say(scribe, shelf, tmp_path):
    shelf.context_size = 448
    (tmp_path / "old.py").write_text(NUMPY.format(name="old"))
    sibling = 'def sub(a, b):\n    """Subtract one from the other."""\n    return a - b\n'
    request = replace(REQUEST, source=SOURCE + sibling, file=str(tmp_path / "new.py"))
    scribe.write(request, Event())
    (backend,) = shelf.opened
    shown = backend.prompts[0].precedents
    assert shown[-1] == "sub: Subtract one from the other."
    assert ":param a: What to say." in shown
    again = replace(request, source=request.source.replace("one from", "the one from"))
    scribe.write(again, Event())
    assert backend.prompts[-1].precedents[-1] == "sub: Subtract the one from the other."
    assert not any("Subtract one from" in line for line in backend.prompts[-1].precedents)


def test_a_large_model_is_shown_nothing_while_a_person_waits(scribe, shelf, tmp_path):
    (tmp_path / "old.py").write_text(NUMPY.format(name="old"))
    scribe.write(replace(REQUEST, file=str(tmp_path / "new.py")), Event())
    (prompt, *_) = shelf.opened[0].prompts
    assert (prompt.exemplars, prompt.precedents) == ((), ())
