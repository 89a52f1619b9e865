import textwrap
from dataclasses import replace

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.evidence import Habit, collect
from batdoc.source.house.mood import Mood
from batdoc.source.house.style import HouseStyle, learn, unnamed
from batdoc.source.language import get_language
from batdoc.source.styles.sections import Role
from batdoc.source.units import UnitKind


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
SEEN = replace(HOUSE, mood=Mood.IMPERATIVE)  # what the functions above show beside their style


def test_learns_google():
    assert learn(units(GOOGLE), 100) == replace(SEEN, documents_types=True, line_length=100)


def test_learns_numpy_below_the_quotes():
    assert learn(units(NUMPY)) == replace(
        SEEN, style=Style.NUMPY, documents_types=True, summary_on_opening_line=False
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


MOODS = """
def f():
    'Returns it.'

def g():
    'Gives it.'

def h():
    'Return it.'

class C:
    'Return it.'

    @property
    def p(self):
        'Return it.'
"""


def test_the_mood_of_most_summaries_is_learned():
    assert learn(units(MOODS)).mood is Mood.THIRD_PERSON
    assert learn(units(MOODS + "\ndef i():\n    'Get it.'\n")).mood is None


def function(doc):
    text = textwrap.indent(textwrap.dedent(doc).strip("\n"), "    ")
    return f'def f(a):\n    """{text[4:]}\n    """\n'


RAISES_FIRST = """
Do it.

:raises OSError: Bad.
:param a: One.
:returns: Two.
"""
RETURNS_LAST = """
Do it.

Args:
    a: One.

Raises:
    OSError: Bad.

Returns:
    It.
"""


@pytest.mark.parametrize(
    ("doc", "order"),
    [
        (RAISES_FIRST, (Role.RAISES, Role.PARAMS, Role.RETURNS)),
        (RETURNS_LAST, (Role.PARAMS, Role.RAISES, Role.RETURNS)),
        ("Do it.\n\n:param a: One.", ()),
    ],
)
def test_the_order_of_sections_is_learned(doc, order):
    assert learn(units(function(doc))).section_order == order


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("Do it.\n:param a: One.", False),
        ("Do it.\n\n:param a: One.", True),
        ("Do it.\n\nMore.\n:param a: One.", True),
    ],
)
def test_a_blank_line_after_the_summary_is_learned(doc, expected):
    assert learn(units(function(doc))).blank_line_after_summary is expected


def test_a_blank_line_before_the_closing_quotes_is_learned():
    assert learn(units(function("Do it.\n\nMore."))).blank_line_before_closing is False
    code = 'def f(a):\n    """Do it.\n\n    More.\n\n    """\n'
    assert learn(units(code)).blank_line_before_closing is True


@pytest.mark.parametrize("width", [72, 79, 100])
def test_the_line_length_is_learned_from_where_lines_break(width):
    prose = " ".join(f"word{'s' * (i * 7 % 5)}" for i in range(200))
    text = textwrap.fill(prose, width - 4)
    assert learn(units(function(f"Do it.\n\n{text}"))).line_length == width


def test_few_broken_lines_tell_no_length():
    doc = "Do it.\n\nA short\nparagraph of\nfour\nlines."
    assert learn(units(function(doc))).line_length == 88


def test_what_is_counted_can_be_told():
    evidence = collect(units(GOOGLE + NUMPY), "python")
    assert evidence.documented == 5
    assert evidence.agreement(Habit.STYLE, Style.NUMPY) == (2, 4)
    assert evidence.agreement(Habit.MOOD, Mood.IMPERATIVE) == (4, 4)
    assert evidence.agreement(Habit.TYPES, True) == (3, 3)
    assert evidence.agreement(Habit.SECTION_ORDER, ()) == (0, 0)


def test_an_order_agrees_with_what_it_leaves_in_order():
    evidence = collect(units(function(RAISES_FIRST)), "python")
    order = (Role.YIELDS, Role.RAISES, Role.PARAMS, Role.RETURNS)
    assert evidence.agreement(Habit.SECTION_ORDER, order) == (1, 1)
    assert evidence.agreement(Habit.SECTION_ORDER, order[::-1]) == (0, 1)


UNIT = units("def f(a: int, b, *args: str) -> dict[str,\n    int]:\n    return {}\n")[0]
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
    dressed = replace(HOUSE, documents_types=True).dress(DOC, UNIT)
    assert [entry.type for entry in dressed.params] == ["int", "float", "str"]
    assert dressed.returns == Entry("", "dict[str, int]", "All.")
    assert dressed.style is Style.GOOGLE


def test_dress_leaves_out_types_that_the_code_has():
    dressed = HOUSE.dress(DOC, UNIT)
    assert [entry.type for entry in dressed.params] == [None, "float", None]
    assert dressed.returns == Entry("", None, "All.")
    assert (dressed.raises, dressed.examples) == (DOC.raises, DOC.examples)


def test_dress_leaves_out_sections():
    dressed = replace(HOUSE, documents_params=False).dress(DOC, UNIT)
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
    unit = units(f"def f() -> {annotation}:\n    yield 1\n")[0]
    doc = replace(DOC, params=(), returns=None, yields=Entry("", None, "All."))
    dressed = replace(HOUSE, documents_types=True).dress(doc, unit)
    assert dressed.yields == Entry("", expected, "All.")


def test_dress_puts_the_summary_into_the_mood_of_the_house():
    doc = replace(DOC, summary="Return it and close the file.")
    house = replace(HOUSE, mood=Mood.THIRD_PERSON)
    assert house.dress(doc, UNIT).summary == "Returns it and closes the file."
    assert HOUSE.dress(doc, UNIT).summary == doc.summary
    assert house.dress(doc, replace(UNIT, kind=UnitKind.CLASS)).summary == doc.summary


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Return the sum.", "f returns the sum."),
        ("Returns the sum.", "f returns the sum."),
        ("f returns the sum.", "f returns the sum."),
        ("Is a shortcut for g.", "f is a shortcut for g."),
        ("The sum of all.", "The sum of all."),
    ],
)
def test_dress_puts_the_name_first_where_the_house_does(summary, expected):
    house = replace(HOUSE, mood=Mood.IMPERATIVE, is_name_first=True)
    assert house.dress(replace(DOC, summary=summary), UNIT).summary == expected


@pytest.mark.parametrize(
    ("summary", "bare"),
    [
        ("f returns the sum.", "Returns the sum."),
        ("f is a shortcut for g.", "Is a shortcut for g."),
        ("f", "f"),
        ("f of x, as people write it.", "f of x, as people write it."),  # nobody would put it back
        ("g returns the sum.", "g returns the sum."),
    ],
)
def test_a_name_is_taken_away_where_it_would_be_put_back(summary, bare):
    assert unnamed(summary, UNIT) == bare
    house = replace(HOUSE, is_name_first=True)
    assert house.dress(replace(DOC, summary=bare), UNIT).summary == summary
    assert unnamed(summary, replace(UNIT, kind=UnitKind.CLASS)) == summary
