import re
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.language import get_language
from batdoc.source.styles import canonical, detect, parse, render

MARKUP = {"param", "return", "keyword", "arguments", "raise"}


def words(text):
    return re.findall(r"\w+", text.lower())


def read(text, style=None):
    return parse(textwrap.dedent(text).strip("\n"), style)


def written(docstring, width=72, style=None):
    return "\n".join(render(replace(docstring, style=style or docstring.style), width))


GOOGLE = textwrap.dedent("""\
    Copy a file, and keep its mode.

    Links are followed.

    Args:
        source (str | Path, optional): What to copy; a folder is
            refused.
        *targets: Where to.
        check (Callable[[Path], bool]): Tells whether to go on.
        **options: See below:

            - `force`: Overwrite.
            - `quiet`: Say nothing.

    Returns:
        dict[str, int]: Bytes by target.

    Raises:
        OSError: The disk is full.
        ValueError

    Note:
        Not atomic.

    Examples:
        >>> copy("a", "b")
        {'b': 3}""")

NUMPY = textwrap.dedent("""\
    Draw samples.

    Parameters
    ----------
    low, high : int
        Bounds.
    kind : {'a', 'b'}, optional
        What to draw.
    *args
        More.

    Returns
    -------
    out : ndarray
        The samples.

    Raises
    ------
    ValueError
        If low exceeds high.

    See Also
    --------
    other : Draws others.

    Examples
    --------
    >>> draw(0, 1)
    1""")

REST = textwrap.dedent("""\
    Send a request.

    :param str method: the method,
        in capitals
    :param url: where to
    :type url: str | URL
    :param kwargs: the rest
    :return: the answer
    :rtype: Response
    :raises Timeout, OSError: when it fails""")

EPYTEXT = textwrap.dedent("""\
    Send a request.

    @param method: the method,
        in capitals
    @type method: str
    @param url: where to
    @keyword options: the rest
    @return: the answer
    @rtype: L{Response}
    @raise Timeout: when it is late
    @note: slow""")


class TestDetect:
    @pytest.mark.parametrize(
        ("text", "style"),
        [
            (GOOGLE, Style.GOOGLE),
            (NUMPY, Style.NUMPY),
            (REST, Style.REST),
            (EPYTEXT, Style.EPYTEXT),
            ("Do it, as in:\n\n```\nArgs:\n    a: One.\n```", Style.PLAIN),
            ("", Style.PLAIN),
            ("Do it.\n\nSlowly: and with care.", Style.PLAIN),
            ("Do it.\n\nNote:\n    Not now.", Style.PLAIN),
            ("Do it, see :class:`Thing`.", Style.PLAIN),
            ("Title\n=====\n\nMore.", Style.PLAIN),
        ],
    )
    def test_style(self, text, style):
        assert detect(text) is style


class TestGoogle:
    def test_every_part_is_read(self):
        docstring = parse(GOOGLE)
        assert docstring.summary == "Copy a file, and keep its mode."
        assert docstring.body == "Links are followed.\n\nNote:\n    Not atomic."
        assert docstring.params == (
            Entry("source", "str | Path, optional", "What to copy; a folder is\nrefused."),
            Entry("*targets", None, "Where to."),
            Entry("check", "Callable[[Path], bool]", "Tells whether to go on."),
            Entry(
                "**options",
                None,
                "See below:\n\n- `force`: Overwrite.\n- `quiet`: Say nothing.",
            ),
        )
        assert docstring.returns == Entry("", "dict[str, int]", "Bytes by target.")
        assert docstring.raises == (
            Entry("OSError", None, "The disk is full."),
            Entry("ValueError", None, ""),
        )
        assert docstring.examples == '>>> copy("a", "b")\n{\'b\': 3}'

    def test_rendered_as_written(self):
        assert written(parse(GOOGLE)) == GOOGLE.replace("ValueError", "ValueError:")

    def test_names_of_sections_vary(self):
        docstring = read("""
            Do it.

            Arguments:
                a: One.
            Keyword Args:
                b: Two.
            Return:
                Three things.
            """)
        assert [entry.name for entry in docstring.params] == ["a", "b"]
        assert docstring.returns == Entry("", None, "Three things.")

    def test_attributes_are_no_parameters(self):
        docstring = read("""
            A thing.

            Attributes:
                a: One.

            Args:
                b: Two.
            """)
        assert [entry.name for entry in docstring.params] == ["b"]
        assert docstring.body == "Attributes:\n    a: One."

    def test_result_on_the_line_of_its_heading(self):
        docstring = read("Do it.\n\nReturns: the sum of\nall numbers\n\nMore.")
        assert docstring.returns == Entry("", None, "the sum of\nall numbers")
        assert docstring.body == "More."

    def test_type_over_several_lines(self):
        docstring = read("""
            Do it.

            Args:
                f (Callable[[int],
                    str]): The function.
            """)
        assert docstring.params == (Entry("f", "Callable[[int], str]", "The function."),)

    def test_colon_in_prose_is_no_type(self):
        docstring = read("Do it.\n\nReturns:\n    The answer: 42 or less.")
        assert docstring.returns == Entry("", None, "The answer: 42 or less.")

    def test_several_results_stay_as_written(self):
        text = "Do it.\n\nReturns:\n    a (int): One.\n    b (str): Two."
        docstring = parse(text)
        assert docstring.returns == Entry("", None, "a (int): One.\nb (str): Two.")
        assert written(docstring, 12) == text

    def test_exceptions_lose_their_markup(self):
        docstring = read("""
            Do it.

            Raises:
                `KeyError`: No key.
                :exc:`OSError`: No disk.
                [`~errors.MyError`] or ValueError: Bad luck.
            """)
        names = [entry.name for entry in docstring.raises]
        assert names == ["KeyError", "OSError", "errors.MyError", "ValueError"]

    def test_dashes_and_bullets(self):
        docstring = read("""
            Do it.

            Arguments:
              a -- one
              - b: two
            """)
        assert docstring.params == (Entry("a", None, "one"), Entry("b", None, "two"))

    def test_condition_behind_an_exception(self):
        docstring = read("Do it.\n\nRaises:\n    ValueError if empty.\n    KeyError")
        assert docstring.raises == (
            Entry("ValueError", None, "if empty."),
            Entry("KeyError", None, ""),
        )

    def test_text_under_a_name_and_a_type(self):
        docstring = read("""
            Do it.

            Args:
                a (`int`, *optional*)
                    One.

                b (str):
                    Two.
                c (see below)
            """)
        assert docstring.params == (
            Entry("a", "`int`, *optional*", "One."),
            Entry("b", "str", "Two.\nc (see below)"),
        )

    def test_a_section_in_fenced_code_is_none(self):
        docstring = read("""
            Do it.

            ```
            Args:
                a: One.
            ```

            Args:
                b: Two.

            ```
            """)
        assert [entry.name for entry in docstring.params] == ["b"]

    def test_section_that_cannot_be_read_is_kept(self):
        text = "Do it.\n\nArgs:\n    see the other function\n\nReturns:\n    int: One."
        docstring = parse(text)
        assert docstring.params == ()
        assert docstring.body == "Args:\n    see the other function"

    def test_example_block_of_rest_is_kept_as_written(self):
        docstring = parse("Do it.\n\nArgs:\n    a: One.\n\nExample::\n\n    f(1)")
        assert docstring.body == "Example::\n\n    f(1)"


class TestNumpy:
    def test_every_part_is_read(self):
        docstring = parse(NUMPY)
        assert docstring.params == (
            Entry("low", "int", "Bounds."),
            Entry("high", "int", "Bounds."),
            Entry("kind", "{'a', 'b'}, optional", "What to draw."),
            Entry("*args", None, "More."),
        )
        assert docstring.returns == Entry("out", "ndarray", "The samples.")
        assert docstring.raises == (Entry("ValueError", None, "If low exceeds high."),)
        assert docstring.body == "See Also\n--------\nother : Draws others."
        assert docstring.examples == ">>> draw(0, 1)\n1"

    def test_rendered_as_written(self):
        text = NUMPY.replace("low, high", "low")
        assert written(parse(text)) == text

    def test_other_parameters_are_parameters(self):
        docstring = read("""
            Do it.

            Parameters
            ----------
            a : int

            Other Parameters
            ----------------
            \\*\\*kwargs
                More.
            """)
        assert docstring.params == (Entry("a", "int", ""), Entry("**kwargs", None, "More."))

    def test_a_sentence_behind_a_name_is_its_text(self):
        docstring = parse("Do it.\n\nParameters\n----------\na : the number that is wanted here.")
        assert docstring.params == (Entry("a", None, "the number that is wanted here."),)

    def test_a_line_alone_is_a_type_or_a_text(self):
        head = "Do it.\n\nReturns\n-------\n"
        assert parse(head + "list of int").returns == Entry("", "list of int", "")
        assert parse(head + "The sum of all.").returns == Entry("", None, "The sum of all.")

    def test_several_results_stay_as_written(self):
        text = "Do it.\n\nReturns\n-------\na : int\n    One.\nb : str\n    Two."
        assert parse(text).returns == Entry("", None, "a : int\n    One.\nb : str\n    Two.")
        assert written(parse(text)) == text

    def test_a_heading_of_another_style_is_no_parameter(self):
        docstring = parse(
            "Do it.\n\nParameters\n----------\na : int\n    One.\n\nNOTES:\n    Slow."
        )
        assert [entry.name for entry in docstring.params] == ["a"]
        assert "NOTES:\nSlow." in docstring.params[0].text.replace("    ", "")

    def test_no_parameters_are_none(self):
        docstring = parse("Do it.\n\nParameters\n----------\nNone\n\nReturns\n-------\nint")
        assert docstring.params == ()


class TestRest:
    def test_every_part_is_read(self):
        docstring = parse(REST)
        assert docstring.params == (
            Entry("method", "str", "the method,\nin capitals"),
            Entry("url", "str | URL", "where to"),
            Entry("kwargs", None, "the rest"),
        )
        assert docstring.returns == Entry("", "Response", "the answer")
        assert docstring.raises == (
            Entry("Timeout", None, "when it fails"),
            Entry("OSError", None, "when it fails"),
        )

    def test_types_are_fields_of_their_own(self):
        assert written(parse(REST)) == textwrap.dedent("""\
            Send a request.

            :param method: the method,
                in capitals
            :type method: str
            :param url: where to
            :type url: str | URL
            :param kwargs: the rest
            :returns: the answer
            :rtype: Response
            :raises Timeout: when it fails
            :raises OSError: when it fails""")

    def test_a_type_may_come_first_or_alone(self):
        docstring = parse(":type a: int\n:param a: one\n:type b: str")
        assert docstring.params == (Entry("a", "int", "one"), Entry("b", "str", ""))

    def test_rtype_of_a_generator(self):
        docstring = parse("Do it.\n\n:yields: numbers\n:rtype: Iterator[int]")
        assert docstring.yields == Entry("", "Iterator[int]", "numbers")
        assert docstring.returns is None

    def test_a_field_goes_on_to_the_end_of_its_paragraph(self):
        docstring = parse("Do it.\n\n:param a: one\ntwo\n\nMore.")
        assert docstring.params == (Entry("a", None, "one\ntwo"),)
        assert docstring.body == "More."

    def test_fields_of_other_kinds_are_kept(self):
        docstring = parse("Do it.\n\n:meta private:\n:ivar x: a thing\n:param a: one")
        assert docstring.body == ":meta private:\n:ivar x: a thing"

    def test_condition_behind_an_exception(self):
        docstring = parse(":raise ValueError if empty: always")
        assert docstring.raises == (Entry("ValueError", None, "if empty: always"),)


class TestEpytext:
    def test_every_part_is_read(self):
        docstring = parse(EPYTEXT)
        assert docstring.params == (
            Entry("method", "str", "the method,\nin capitals"),
            Entry("url", None, "where to"),
            Entry("options", None, "the rest"),
        )
        assert docstring.returns == Entry("", "L{Response}", "the answer")
        assert docstring.raises == (Entry("Timeout", None, "when it is late"),)

    def test_rendered_as_written(self):
        text = EPYTEXT.replace("@keyword", "@param").replace("\n@note: slow", "")
        assert written(parse(text)) == text

    def test_fields_of_other_kinds_are_kept(self):
        docstring = parse("Do it.\n\n@ivar x: a thing\n@param a: one")
        assert docstring.body == "@ivar x: a thing"


class TestAnyStyle:
    def test_line_ends_and_tabs(self):
        text = "Do it.\r\n\r\nArgs:\r\n\ta: One\r\n\t\tand two.\r\n"
        assert parse(text).params == (Entry("a", None, "One\nand two."),)

    def test_first_paragraph_is_the_summary(self):
        docstring = parse("Do it\nslowly.\n\nMore.\n")
        assert (docstring.summary, docstring.body) == ("Do it slowly.", "More.")

    def test_a_list_is_no_summary(self):
        docstring = parse("- one\n- two")
        assert (docstring.summary, docstring.body) == ("", "- one\n- two")

    def test_a_list_ends_the_summary(self):
        docstring = parse("Either of:\n- one\n- two")
        assert (docstring.summary, docstring.body) == ("Either of:", "- one\n- two")

    def test_code_keeps_its_shape(self):
        body = textwrap.dedent("""\
            >>> function_with_a_long_name(argument_one, argument_two)
            'a long answer that does not fit into the width of the page'

            ```
            shell command   with    spaces and a great many options to it
            ```

            Like this::

                code.that(does, not, fit, into, the, width, of, the, page)

            | a table | of a width | that does not fit | into the page |

            - An item that is so long that it takes
              more than one line.
            - short""")
        docstring = read(f"Do it.\n\n{body}".replace("takes\n  more", "takes more"))
        assert written(docstring, 42) == f"Do it.\n\n{body}"

    def test_prose_that_fits_keeps_its_line_breaks(self):
        text = "Do it.\n\nOne\ntwo\nthree."
        assert written(parse(text)) == text

    def test_no_line_is_made_to_read_as_something_else(self):
        docstring = parse("Count the words of a text - but only - those: 1. long")
        for width in range(20, 60):
            assert parse(written(docstring, width)).summary == docstring.summary

    def test_plain_text_with_entries_is_written_in_google_style(self):
        docstring = replace(parse("Do it."), params=(Entry("a", None, "One."),))
        assert written(docstring) == "Do it.\n\nArgs:\n    a: One."

    def test_a_result_keeps_its_name_in_rest(self):
        assert ":returns: out: The samples." in written(parse(NUMPY), style=Style.REST)


class TestCanonical:
    def test_one_line_an_entry(self):
        assert canonical(parse(GOOGLE)) == textwrap.dedent("""\
            Copy a file, and keep its mode.
            :param source: What to copy; a folder is refused.
            :param *targets: Where to.
            :param check: Tells whether to go on.
            :param **options: See below: - `force`: Overwrite. - `quiet`: Say nothing.
            :returns: Bytes by target.
            :raises OSError: The disk is full.""")

    def test_entries_without_text_are_left_out(self):
        assert canonical(parse("Do it.\n\n:param a:\n:rtype: int")) == "Do it."


def test_no_word_of_the_standard_library_is_lost():
    """Real docstrings of four packages: each is read, and writing it again changes nothing."""
    python = get_language("python")
    library = Path(textwrap.__file__).parent
    files = [f for p in ("email", "http", "json", "unittest") for f in (library / p).glob("*.py")]
    seen = 0
    for file in [*files, library / "argparse.py", library / "random.py"]:
        for unit in python.units(file.read_bytes()):
            docstring = parse(unit.docstring or "")
            once = written(docstring)
            lost = Counter(words(unit.docstring or "")) - Counter(words(once))
            assert set(lost) <= MARKUP, (unit.qualified_name, lost)
            assert written(parse(once, docstring.style)) == once
            seen += unit.docstring is not None
    assert seen > 500, sys.version
