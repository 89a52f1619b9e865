from batdoc.source.language import get_language
from batdoc.source.rules import undocumented

SOURCE = b'''
def plain(): ...
def documented():
    """Do it."""
def blank():
    """ """
def _private(): ...
def outer():
    """Do it."""
    def inner(): ...
class Public:
    def __init__(self): ...
    def method(self): ...
    def _hidden(self): ...
    @property
    def size(self): ...
    @size.setter
    def size(self, value): ...
class _Private:
    def method(self): ...
@overload
def twice(a: int): ...
def twice(a): ...
'''


def names(include_private: bool) -> list[str]:
    units = get_language("python").units(SOURCE)
    return [unit.qualified_name for unit in undocumented(units, include_private)]


def test_public_names_without_documentation_are_picked():
    assert names(False) == ["plain", "blank", "Public", "Public.method", "Public.size", "twice"]


def test_private_names_are_picked_on_request():
    more = set(names(True)) - set(names(False))
    assert more == {"_private", "Public._hidden", "_Private", "_Private.method"}
