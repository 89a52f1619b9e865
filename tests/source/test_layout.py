from dataclasses import replace

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.layout import framed, lay_out
from batdoc.source.house.style import HouseStyle
from batdoc.source.styles import parse
from batdoc.source.styles.sections import Role

HOUSE = HouseStyle(Style.GOOGLE, True, False, 88, True)
DOC = Docstring(
    summary="Do it.",
    body="",
    params=(Entry("a", None, "One."), Entry("b", "int", "Two.")),
    returns=Entry("", "str", "All."),
    yields=None,
    raises=(Entry("OSError", None, "Bad."),),
    examples="",
    style=Style.REST,
)
RAISES_FIRST = (Role.RAISES, Role.RETURNS, Role.PARAMS)


def test_fields_stand_in_the_order_of_the_house():
    lines = lay_out(DOC, replace(HOUSE, section_order=RAISES_FIRST), 80)
    assert lines == [
        "Do it.",
        "",
        ":raises OSError: Bad.",
        ":returns: All.",
        ":rtype: str",
        ":param a: One.",
        ":param b: Two.",
        ":type b: int",
    ]


@pytest.mark.parametrize("style", [Style.GOOGLE, Style.NUMPY, Style.REST, Style.EPYTEXT])
def test_another_order_says_the_same(style: Style):
    doc = replace(DOC, style=style, body="More.\n\nAnd more.")
    usual = lay_out(doc, HOUSE, 80)
    lines = lay_out(doc, replace(HOUSE, section_order=RAISES_FIRST), 80)
    assert lines != usual
    assert sorted(lines) == sorted(usual)
    assert parse("\n".join(lines), style) == parse("\n".join(usual), style)


def test_sections_under_headings_keep_a_blank_line_between_them():
    doc = replace(DOC, style=Style.GOOGLE)
    lines = lay_out(doc, replace(HOUSE, section_order=RAISES_FIRST), 80)
    assert "\n".join(lines) == (
        "Do it.\n\nRaises:\n    OSError: Bad.\n\nReturns:\n    str: All.\n\n"
        "Args:\n    a: One.\n    b (int): Two."
    )


def test_fields_follow_the_summary_at_once_where_the_house_does_so():
    close = replace(HOUSE, blank_line_after_summary=False)
    assert lay_out(DOC, close, 80)[:2] == ["Do it.", ":param a: One."]


def test_prose_keeps_its_distance_from_the_summary():
    close = replace(HOUSE, blank_line_after_summary=False)
    doc = replace(DOC, body="More.")
    assert lay_out(doc, close, 80) == lay_out(doc, HOUSE, 80)


def test_a_first_line_leaves_room_for_the_quotes():
    doc = Docstring("word " * 8 + "end.", "", (), None, None, (), "", Style.GOOGLE)
    assert lay_out(doc, HOUSE, 50) == [doc.summary]
    assert max(map(len, lay_out(doc, HOUSE, 49))) <= 46


@pytest.mark.parametrize(
    ("lines", "is_above", "is_below", "expected"),
    [
        (["a", "b"], False, False, ["a", "b"]),
        (["a", "b"], True, False, ["", "a", "b"]),
        (["a", "b"], True, True, ["", "a", "b", ""]),
        (["a"], True, True, ["a"]),
    ],
)
def test_words_keep_off_the_marks(
    lines: list[str], is_above: bool, is_below: bool, expected: list[str]
):
    house = replace(HOUSE, summary_on_opening_line=not is_above, blank_line_before_closing=is_below)
    assert framed(lines, house) == expected
