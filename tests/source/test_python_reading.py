"""A text that is read after another one gives what it gives when it is read alone."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.errors import ParseError
from batdoc.source.languages.python_reading import read

SOURCE = textwrap.dedent('''\
    """A module."""
    import os  # first

    def top(a, *, b=1):
        """Say something."""
        def inner(): return a  # a comment
        if b:
            raise ValueError(os.name)
        return inner

    # above the class
    @decorated
    class Shape(Base):
        """A shape."""
        sides = 3; corners = 3

        def __init__(self, width):
            self.width = width
            # at the end

        class Inner:
            def deep(self): ...

            def deeper(self):
                yield 1
        # between

        @property
        def area(self):
            """Measure."""
            return self.width ** 2

    x = 1; y = 2
    if x:
        def guarded(): pass
    else:
        class Other: pass

    async def last():
        await top(1)
    ''')
BREAKS = ["\n", "\n\n", "\r\n", "\r", "\\\n", "\n    ", "\n        ", " ", "    ", "\t", "\x0c"]
TOKENS = ["x", "é", "🦇", '"""', "'", "(", ")", ":", "#", ";", "= ", "async ", "self.width"]
LINES = ["@d\n", "pass\n", "def f(): ...\n", "class C:\n", "return 1\n", "yield\n", "raise E\n"]
PARTS = ["else:\n", "try:\n", "elif x: y\n", "    # remark\n", "        # remark\n"]
PIECES = [*BREAKS, *TOKENS, *LINES, *PARTS, "\n    def g(self, q): return q\n"]


def outcome(make):
    """Give the units that are found, or None where the text is refused."""
    try:
        return list(make())
    except ParseError:
        return None


def read_both(reading, text):
    """Read a text anew and after another one, and compare; give the later reading."""
    source = text.encode()
    whole = outcome(lambda: read(source).units)
    assert outcome(lambda: reading.again(source).units) == whole
    return reading if whole is None else reading.again(source)


@st.composite
def edits(draw):
    """A place, how many characters go there, and what comes."""
    gone = draw(st.sampled_from([0, 0, 0, 1, 2, 5, 20, 60]))
    new = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    return draw(st.integers(0, len(SOURCE))), gone, "".join(new)


@settings(max_examples=150, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=4))
def test_any_edits_in_a_row(made):
    reading, text = read(SOURCE.encode()), SOURCE
    for at, gone, new in made:
        text = text[:at] + new + text[at + gone :]
        reading = read_both(reading, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.width ** 2\n", "self.width ** 3\n"),
        ("self.width ** 2\n", "self.width ** 2\n\n    def more(self): ...\n"),
        ("self.width ** 2\n", "self.width ** 2\n\ndef after(): ...\n"),
        ("            yield 1\n", "            return 1\n        def deepest(self): ...\n"),
        ("    @property\n", "    @other\n    @property\n"),
        ("    # between\n", "    # between\n    third = 3\n"),
        ("    def area(self):\n", "    def area(self, unit):\n"),
        ("async def last", "@decorated\nasync def last"),
        ("await top(1)\n", "await top(1)\n\n\nclass New:\n    def go(self): ...\n"),
    ],
)
def test_what_a_change_does_not_touch_is_not_read_again(old, new):
    reading = read(SOURCE.encode())
    later = read_both(reading, SOURCE.replace(old, new))
    assert later.units[0] is reading.units[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    sides = 3", "  sides = 3"),  # a shallower line ends the class
        ("    @property\n", "x = 1\n    @property\n"),
        ("# above the class\n", "if x:\n"),
        ("x = 1; y = 2\n", "x = (\n"),
        ("x = 1; y = 2\n", 'x = """\n'),
        ('    """A shape."""\n', "    @decorated\n"),
        ("else:\n", "elif y:\n"),
        ("x = 1; y = 2\nif x:\n", "else:\n"),
        ("            yield 1\n", ""),
        ("            def deep(self): ...\n\n            def deeper(self):\n", ""),
        (SOURCE[SOURCE.index("        def deep") : SOURCE.index("    # between")], ""),
        (SOURCE, ""),
        ("", "\n" * 3),
    ],
)
def test_texts_that_are_easily_mistaken(old, new):
    read_both(read(SOURCE.encode()), SOURCE.replace(old, new, 1))


def test_an_empty_text_can_be_filled():
    assert read(b"").again(b"def f(): ...\n").units == read(b"def f(): ...\n").units


def test_the_file_decides_how_one_line_functions_are_indented():
    reading = read(b"def f(): ...\nclass A:\n  x = 1\n")
    (function, _) = reading.again(b"def f(): ...\nclass A:\n\tx = 1\n").units
    assert function.indent == "\t"


def test_a_comment_that_fills_many_lines_may_come_and_go():
    long = "# remark\n" * 60
    reading = read_both(read(SOURCE.encode()), SOURCE.replace("x = 1", f"{long}x = 1"))
    reading = read_both(reading, SOURCE.replace("x = 1", f"{long}x = 2"))
    assert read_both(reading, SOURCE).units == read(SOURCE.encode()).units


def test_of_a_large_file_no_tree_is_kept():
    large = b"TEXT = '" + b"a" * 2_000_000 + b"'\n\n\ndef f(): ...\n"
    reading = read(large)
    assert reading.tree is None
    assert [unit.name for unit in reading.again(large.replace(b"def f", b"def g")).units] == ["g"]
