import textwrap
from dataclasses import replace

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house_style import HouseStyle, learn
from batdoc.source.language import get_language


def units(code):
    return get_language("python").units(textwrap.dedent(code).encode())


GOOGLE = '''
def one(a):
    """Do it.

    Args:
        a: One.
    """

def two(a: int):
    """Do it.

    Args:
        a (int): One.
    """

class C:
    """A thing."""
'''

NUMPY = '''
def one(a: int):
    """
    Do it.

    Parameters
    ----------
    a : int
        One.
    """

def two(a: int):
    """
    Do it.

    Parameters
    ----------
    a : int
        One.
    """
'''

HOUSE = HouseStyle(
    style=Style.GOOGLE,
    documents_params=True,
    documents_types=False,
    line_length=88,
    summary_on_opening_line=True,
)


def test_learns_google():
    assert learn(units(GOOGLE), 100) == replace(HOUSE, documents_types=True, line_length=100)


def test_learns_numpy_below_the_quotes():
    assert learn(units(NUMPY)) == replace(
        HOUSE, style=Style.NUMPY, documents_types=True, summary_on_opening_line=False
    )


def test_without_evidence():
    assert learn([]) == HOUSE
    assert learn(units("def f(a): pass")) == HOUSE


def test_the_majority_of_sections_tells_the_style():
    code = GOOGLE + NUMPY + '\ndef r(a):\n    """Do it.\n\n    :param a: one\n    """\n' + NUMPY
    assert learn(units(code)).style is Style.NUMPY


@pytest.mark.parametrize(("silent", "expected"), [(2, True), (3, False)])
def test_parameters_are_documented_where_half_do(silent, expected):
    code = GOOGLE + '\ndef f(a):\n    """Do it."""\n' * silent
    assert learn(units(code)).documents_params is expected


def test_types_of_unannotated_parameters_are_no_evidence():
    code = 'def f(a):\n    """Do it.\n\n    Args:\n        a (int): One.\n    """\n'
    assert learn(units(code)).documents_types is False


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ('"""Do', True),
        ('r"""Do', True),
        ("'''Do", True),
        ('"""\n    Do', False),
        ('"""\\\n    Do', False),
    ],
)
def test_where_the_text_starts(opening, expected):
    quotes = "'''" if "'''" in opening else '"""'
    code = f"@deco('ä')\ndef f():\n    {opening} it.\n\n    More.\n    {quotes}\n"
    assert learn(units(code)).summary_on_opening_line is expected


def test_one_line_tells_nothing_of_where_the_text_starts():
    code = 'def f():\n    """Do it."""\n' * 3 + NUMPY
    assert learn(units(code)).summary_on_opening_line is False


SIGNATURE = units("def f(a: int, b, *args: str) -> dict[str,\n    int]:\n    return {}\n")[
    0
].signature
DOC = Docstring(
    summary="Do it.",
    body="More.",
    params=(Entry("a", None, "One."), Entry("b", "float", "Two."), Entry("*args", None, "More.")),
    returns=Entry("", "dict", "All."),
    yields=None,
    raises=(Entry("OSError", None, "Bad."),),
    examples=">>> f()",
    style=Style.REST,
)


def test_dress_adds_types():
    dressed = replace(HOUSE, documents_types=True).dress(DOC, SIGNATURE)
    assert [entry.type for entry in dressed.params] == ["int", "float", "str"]
    assert dressed.returns == Entry("", "dict[str, int]", "All.")
    assert dressed.style is Style.GOOGLE


def test_dress_leaves_out_types_that_the_code_has():
    dressed = HOUSE.dress(DOC, SIGNATURE)
    assert [entry.type for entry in dressed.params] == [None, "float", None]
    assert dressed.returns == Entry("", None, "All.")
    assert (dressed.raises, dressed.examples) == (DOC.raises, DOC.examples)


def test_dress_leaves_out_sections():
    dressed = replace(HOUSE, documents_params=False).dress(DOC, SIGNATURE)
    assert dressed == Docstring("Do it.", "More.", (), None, None, (), "", Style.GOOGLE)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Iterator[int]", "int"),
        ("Generator[dict[str, int], None, str]", "dict[str, int]"),
        ("abc.AsyncIterator[tuple[int, str]]", "tuple[int, str]"),
        ("Stream", None),
    ],
)
def test_dress_gives_the_type_of_yielded_values(annotation, expected):
    facts = units(f"def f() -> {annotation}:\n    yield 1\n")[0].signature
    doc = replace(DOC, params=(), returns=None, yields=Entry("", None, "All."))
    dressed = replace(HOUSE, documents_types=True).dress(doc, facts)
    assert dressed.yields == Entry("", expected, "All.")
