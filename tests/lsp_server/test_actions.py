from dataclasses import replace

import pytest

from batdoc.lsp_server.actions import (
    Target,
    Task,
    body_edit,
    docstring_edit,
    find_again,
    offers,
    update_edit,
)
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.edits import apply_edits
from batdoc.source.errors import ProofError
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.styles import parse
from batdoc.source.units import ByteSpan

PYTHON = get_language("python")
HOUSE = HouseStyle(
    style=Style.GOOGLE,
    documents_params=True,
    documents_types=False,
    line_length=88,
    summary_on_opening_line=True,
)
SOURCE = '''\
class Bat:
    """A bat."""

    @property
    def wings(self):
        return 2

    def fly(self, to):
        """Fly somewhere."""
        raise NotImplementedError

    def land(self):
        def stop():
            return 0
        return stop

    @overload
    def eat(self, what: int): ...
'''


def line_with(text, source=SOURCE):
    start = source.index(text)
    line_start = source.rfind("\n", 0, start) + 1
    return ByteSpan(line_start, source.index("\n", start))


def offered(text, source=SOURCE):
    units = PYTHON.units(source.encode())
    return [(t.task, t.name) for t in offers(units, line_with(text, source))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@property", [(Task.DOCSTRING, "Bat.wings")]),
        ("return 2", [(Task.DOCSTRING, "Bat.wings")]),
        ("def fly", [(Task.REWRITE, "Bat.fly"), (Task.BODY, "Bat.fly")]),
        ("raise Not", [(Task.REWRITE, "Bat.fly"), (Task.BODY, "Bat.fly")]),
        ("return 0", [(Task.DOCSTRING, "Bat.land.<locals>.stop")]),
        ("return stop", [(Task.DOCSTRING, "Bat.land")]),
        ("class Bat", [(Task.REWRITE, "Bat")]),
        ("def eat", []),
    ],
)
def test_the_innermost_unit_is_offered_what_can_be_done(text, expected):
    names = [(task, name.replace(".<locals>", "")) for task, name in offered(text)]
    assert names == [(task, name.replace(".<locals>", "")) for task, name in expected]


def test_nothing_is_offered_outside_of_units():
    source = "import os\n\n\ndef f():\n    return 1\n\n\nx = 1\n"
    assert offered("import os", source) == []
    assert offered("x = 1", source) == []


def test_an_empty_docstring_is_a_missing_one():
    assert offered("def f", 'def f():\n    """ """\n') == [(Task.DOCSTRING, "f")]


def target_of(source, name, task=Task.DOCSTRING, ordinal=0):
    keys = [u.key for u in PYTHON.units(source.encode()) if u.qualified_name == name]
    return Target(task, name, keys[0], ordinal)


def test_a_unit_is_found_again_when_other_code_moved_it():
    before = "def f(a):\n    return a\n"
    after = "import os\n\n\ndef g(): ...\n\n\n" + before
    unit = find_again(PYTHON.units(after.encode()), target_of(before, "f"))
    assert unit.lines == (7, 8)


@pytest.mark.parametrize(
    "after",
    [
        "def f(a):\n    return a + 1\n",
        "def g(a):\n    return a\n",
        'def f(a):\n    """Doc."""\n    return a\n',
        "",
    ],
)
def test_a_unit_that_changed_is_not_found(after):
    target = target_of("def f(a):\n    return a\n", "f")
    assert find_again(PYTHON.units(after.encode()), target) is None


def test_twins_are_told_apart():
    twins = "if x:\n    def f(): return 1\nelse:\n    def f(): return 1\n"
    units = PYTHON.units(twins.encode())
    second = offers(units, ByteSpan(twins.rindex("def"), len(twins) - 1))[0]
    assert second.ordinal == 1
    assert find_again(units, second) == units[1]


def test_a_docstring_edit_writes_the_house_style():
    source = b"def f(a):\r\n    return a\r\n"
    (unit,) = PYTHON.units(source)
    words = Docstring("Give it back.", "", (), None, None, (), "", Style.PLAIN)
    edit = docstring_edit(source, unit, words, HOUSE, PYTHON)
    after = apply_edits(source, [edit])
    assert after == b'def f(a):\r\n    """Give it back."""\r\n    return a\r\n'


def test_a_body_replaces_the_stub_alone():
    source = b'def f(a):\n    """Give it back."""\n    ...\n\n\nx = f(1)\n'
    (unit,) = PYTHON.units(source)
    after = apply_edits(source, [body_edit(source, unit, "return a", PYTHON)])
    assert after == b'def f(a):\n    """Give it back."""\n    return a\n\n\nx = f(1)\n'


@pytest.mark.parametrize("body", ["return (", "return a\nimport\n"])
def test_a_body_that_cannot_be_proved_is_no_edit(body):
    source = b'def f(a):\n    """Give it back."""\n    ...\n'
    (unit,) = PYTHON.units(source)
    with pytest.raises(ProofError):
        body_edit(source, unit, body, PYTHON)


LYING = '''\
def fly(to, fast):
    """Fly somewhere.

    Args:
        where: Somewhere   else.
    """
'''


def test_an_update_is_offered_where_the_code_has_moved_on_and_keeps_every_word():
    tasks = [task for task, _ in offered("def fly", LYING)]
    assert tasks == [Task.UPDATE, Task.REWRITE, Task.BODY]
    (unit,) = PYTHON.units(LYING.encode())
    fast = Entry("fast", None, "In a hurry.")
    fresh = replace(parse("Fly."), params=(fast,))
    edit = update_edit(LYING.encode(), unit, fresh, HOUSE, PYTHON)
    after = apply_edits(LYING.encode(), [edit]).decode()
    assert "Fly somewhere.\n" in after
    assert "where:" not in after
    assert "        fast: In a hurry.\n" in after
