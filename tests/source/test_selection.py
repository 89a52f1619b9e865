import pytest

from batdoc.source.language import get_language
from batdoc.source.selection import Mode, Selection
from batdoc.source.units import UnitKind

SOURCE = b'''
def parse(text):
    return text

def _private(a):
    return a

def old(width):
    """Measure.

    Args:
        height: In metres.
    """
    return width

def kept(width):
    """Measure."""
    return width

class Parser:
    """Parses."""

    @property
    def size(self): return 1

    def parse(self, text):
        for line in text:
            yield line
'''
ALL = Selection(Mode.MISSING, False, frozenset(), (), 1)


def picked(**options: object) -> list[str]:
    values = {name: getattr(ALL, name) for name in ALL.__slots__} | options
    units = get_language("python").units(SOURCE)
    return [unit.qualified_name for unit in Selection(**values).of(units)]


def test_by_default_what_is_public_and_has_nothing():
    assert picked() == ["parse", "Parser.size", "Parser.parse"]


def test_private_names_are_asked_for():
    assert picked(include_private=True) == ["parse", "_private", "Parser.size", "Parser.parse"]


def test_of_several_kinds_any():
    kinds = frozenset({UnitKind.METHOD, UnitKind.PROPERTY})
    assert picked(kinds=kinds) == ["Parser.size", "Parser.parse"]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("parse",), ["parse", "Parser.parse"]),
        (("Parser.*",), ["Parser.size", "Parser.parse"]),
        (("s*", "Parser.parse"), ["Parser.size", "Parser.parse"]),
        (("PARSE",), []),
    ],
)
def test_of_several_names_any(names: tuple[str, ...], found: list[str]):
    assert picked(names=names) == found


def test_of_kinds_and_names_one_each():
    assert picked(kinds=frozenset({UnitKind.FUNCTION}), names=("parse",)) == ["parse"]


def test_short_units_are_passed_over():
    assert picked(min_lines=2) == ["parse", "Parser.size", "Parser.parse"]
    assert picked(min_lines=3) == ["Parser.parse"]


def test_an_update_takes_what_the_code_has_left_behind_too():
    assert picked(mode=Mode.UPDATE) == ["parse", "old", "Parser.size", "Parser.parse"]


def test_a_rewrite_takes_all():
    assert picked(mode=Mode.REWRITE, names=("old", "kept", "Parser")) == ["old", "kept", "Parser"]
