"""Names, types and texts are found where they stand, in every style that tells."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles import render
from batdoc.source.styles.locate import locate
from batdoc.source.styles.sections import Role

LANGUAGES = {
    Style.GOOGLE: "python",
    Style.NUMPY: "python",
    Style.REST: "python",
    Style.EPYTEXT: "python",
    Style.JSDOC: "javascript",
    Style.TSDOC: "typescript",
    Style.YARD: "ruby",
    Style.RDOC: "ruby",
    Style.RUSTDOC: "rust",
    Style.DOXYGEN: "c",
    Style.JAVADOC: "java",
    Style.PHPDOC: "php",
    Style.LDOC: "lua",
    Style.XMLDOC: "csharp",
}


def spelled(text: str, language: str = "python") -> list[tuple[str, list[str], list[str], str]]:
    """Give each entry's role, names, types, and the words that its text starts with."""
    layout = locate(textwrap.dedent(text).strip("\n"), language)
    assert layout is not None
    lines = layout.lines
    return [
        (
            entry.role.value,
            [mark.of(lines) for mark in entry.names],
            [mark.of(lines) for mark in entry.types],
            lines[entry.text[0]][entry.text[1] :] if entry.text else "",
        )
        for entry in layout.entries
    ]


def test_google():
    assert spelled("""
        Do it.

        Args:
          a (dict[str, int], optional): One
            and two.
          - b: Two.
          c, *d: Both.
          e (f[g,
            h]): Long.

        Raises:
            `ValueError` or KeyError: If not.

        Returns:
            int: The sum.
        """) == [
        ("parameters", ["a"], ["dict[str, int], optional"], "One"),
        ("parameters", ["b"], [], "Two."),
        ("parameters", ["c", "*d"], [], "Both."),
        ("parameters", ["e"], [], ""),
        ("raises", ["ValueError", "KeyError"], [], "If not."),
        ("returns", [], ["int"], "The sum."),
    ]


def test_numpy():
    assert spelled("""
        Do it.

        Parameters
        ----------
        low, high : int
            Bounds.
        \\*args
        more : a sentence of more than four words.

        Yields
        ------
        out : ndarray
            Samples.
        """) == [
        ("parameters", ["low", "high"], ["int"], "Bounds."),
        ("parameters", ["\\*args"], [], ""),
        ("parameters", ["more"], [], "a sentence of more than four words."),
        ("yields", [], ["ndarray"], "Samples."),
    ]


def test_rest():
    assert spelled("""
        Do it.

        :type a: int
        :param str b: Two,
            indeed.
        :param a: One.
        :yields: Numbers.
        :rtype: Iterator[int]
        """) == [
        ("parameters", ["b"], ["str"], "Two,"),
        ("parameters", ["a", "a"], ["int"], "One."),
        ("yields", [], ["Iterator[int]"], "Numbers."),
    ]


def test_jsdoc():
    assert spelled(
        """
        Do it.

        @param {Object} [options={}] - Others.
        @param {boolean} options.force - Overwrite.
        @returns {number} The sum.
        """,
        "javascript",
    ) == [
        ("parameters", ["options", "options"], ["Object"], "Others."),
        ("returns", [], ["number"], "The sum."),
    ]


def test_rustdoc():
    assert spelled(
        """
        Does it.

        # Arguments

        * `a` - One
          and two.
        * `b`: Two.

        # Returns

        The sum.
        """,
        "rust",
    ) == [
        ("parameters", ["a"], [], "One"),
        ("parameters", ["b"], [], "Two."),
        ("returns", [], [], "The sum."),
    ]


def test_tabs_and_blank_lines_are_counted_as_written():
    layout = locate("\n\nDo it.\n\nArgs:\n\ta (int): One.\n\t\tTwo.", "python")
    assert layout is not None
    (entry,) = layout.entries
    assert (entry.names[0].of(layout.lines), entry.types[0].of(layout.lines)) == ("a", "int")
    assert entry.blocks == ((5, 7),)


def test_prose_has_no_places():
    assert locate("Do it, slowly: and with care.", "python") is None


def test_a_bracket_that_is_never_closed_is_no_place():
    assert locate("Do it.\n\nArgs:\n    a (int: One.\n    b: Two.", "python") is None


_entry = st.builds(
    Entry,
    st.from_regex(r"[a-z]{2,8}", fullmatch=True),
    st.sampled_from((None, "int", "Foo")),
    st.sampled_from(("Words.", "Words that go on and on until they have to be broken somewhere.")),
)


@pytest.mark.parametrize("style", LANGUAGES)
@settings(max_examples=30, derandomize=True)
@given(
    params=st.lists(_entry, min_size=1, max_size=4, unique_by=lambda entry: entry.name),
    returns=st.none() | st.builds(Entry, st.just(""), st.just("int"), st.just("The sum.")),
)
def test_what_is_rendered_is_found(style, params, returns):
    docstring = Docstring("Do it.", "", tuple(params), returns, None, (), "", style)
    layout = locate("\n".join(render(docstring, 40)), LANGUAGES[style])
    assert layout is not None
    assert layout.names(Role.PARAMS) == [entry.name for entry in params]
    assert len(layout.of(Role.RETURNS)) == (returns is not None)
