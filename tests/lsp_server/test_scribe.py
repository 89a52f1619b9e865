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
        self.opened: list[ScriptedBackend] = []

    def locate(self, model, repo):
        return str(self.path)

    def load(self, path):
        self.opened.append(ScriptedBackend(lambda prompt: "    return a + b\n"))
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
