"""Whatever stands in a comment: JSDoc, TSDoc, YARD and RDoc lose no word of it, and settle."""

import re
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from batdoc.source.docstring import Style
from batdoc.source.styles import parse, render

STYLES = (Style.JSDOC, Style.TSDOC, Style.YARD, Style.RDOC)
LINES = st.sampled_from(
    [
        *("", "", "Do it.", "more words", "  indented", "- item", "```", "# Head", "1. one"),
        *("@param x - the x", "@param {T} x", "@param [T] x the x", "@param x [T]", "@param"),
        *("@param {T} [y=1] - y", "@param x.z - part", "@option x [T] :k (1) v", "  @param z in"),
        *("@returns {T} it", "@return [T] it", "@return", "@throws {E} bad", "@raise [E, F] bad"),
        *("@raise [E", "@throws bad", "@yields one", "@yield [a] two", "@example", "  code"),
        *("@example Title", "@remarks slow", "@overload m(a)", "{@link x}", "@api private"),
        *("==== Parameters", "* +x+ - the x", "[y] the y", "z:: the z", "== Returns", "= Raises"),
        *("=== Examples", "=== Options", "==", "* plain", "@see x", "\u00e9 \u4e16 \U0001f987"),
    ]
)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
# What the conventions spell in more than one way, and the marks of lists.
SPELLED = (
    "param",
    "yield",
    "return",
    "returns",
    "throws",
    "raise",
    "yields",
    "example",
    "link",
    "default",
)


def words(text: str) -> Counter[str]:
    found = Counter(re.findall(r"\w+", text))
    return Counter({word: 1 for word in found if word.lower() not in SPELLED})


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.sampled_from(STYLES), st.sampled_from((40, 80)))
@example("Do it.\n\n@example\na\n@example\nb", Style.JSDOC, 80)
@example("@return\n{@link x}", Style.TSDOC, 40)
@example("@param {T} x\n  code\n\n\n  indented", Style.JSDOC, 40)
@example("@param {@link x} y", Style.JSDOC, 40)
@example("==== Parameters\n\nnone\n\n* +x+ - the x", Style.RDOC, 80)
def test_no_word_is_lost_and_a_second_pass_changes_nothing(text: str, style: Style, width: int):
    once = "\n".join(render(parse(text, style), width))
    assert not words(text) - words(once) - Counter(HEADINGS)
    assert "\n".join(render(parse(once, style), width)) == once


HEADINGS = ("Parameters", "Returns", "Raises", "Examples")
