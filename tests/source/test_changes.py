from pathlib import Path

import pytest

from batdoc.source.changes import changed_since
from batdoc.source.language import get_language

BEFORE = b'''
class Box:
    """A box."""

    def __init__(self, lid):
        self.lid = lid

    def empty(self):
        pass

def area(width):
    return width
'''


def changed(after: bytes, before: bytes | None = BEFORE) -> list[str]:
    is_changed = changed_since(Path("a.py"), before)
    return [u.qualified_name for u in get_language("python").units(after) if is_changed(u)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"return width", b"return width**2", ["area"]),
        (b"pass", b"self.items = []", ["Box.empty"]),
        (b"A box.", b"A crate.", ["Box"]),
        (b"self, lid", b"self, lid, side", ["Box", "Box.__init__"]),
        (b"def area", b"def size", ["size"]),
        (b"\nclass Box", b"import os\n\n\nclass Box", []),
        (b"\n", b"\r\n", []),
    ],
)
def test_a_unit_has_changed_when_its_own_text_has(old, new, expected):
    assert changed(BEFORE.replace(old, new)) == expected


@pytest.mark.parametrize("before", [None, b"def (", b"\0"])
def test_without_a_readable_past_all_is_new(before):
    assert changed(BEFORE, before) == ["Box", "Box.__init__", "Box.empty", "area"]


def test_where_units_stand_does_not_matter():
    head, tail = BEFORE.split(b"\ndef area", 1)
    assert changed(b"\ndef area" + tail + head) == []
