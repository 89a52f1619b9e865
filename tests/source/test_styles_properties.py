"""Properties that hold for every docstring, found by hostile input and not imagined."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles import canonical, detect, parse, render

STRUCTURED = (Style.GOOGLE, Style.NUMPY, Style.REST, Style.EPYTEXT)
MARKUP = set(
    re.findall(
        r"\w+",
        "args arguments parameters keyword returns return yields raises raise examples example "
        "param type rtype rubric",
    )
)

_word = st.text("abcdefghijklmnopqrstuvwxyzäßéñ漢字🦇", min_size=1, max_size=12)
_phrase = st.lists(_word, min_size=2, max_size=12).map(lambda words: " ".join(words))
_sentence = _phrase.map(lambda phrase: f"X{phrase}.")
_text = st.lists(_phrase, min_size=1, max_size=3).map("\n".join)
_type = st.sampled_from(
    (None, "int", "str | None", "dict[str, list[int]]", "Callable[[int], str]", "{'a', 'b'}")
)
_param = st.builds(
    Entry, st.from_regex(r"\*{0,2}[a-z_][a-z0-9_]{0,9}", fullmatch=True), _type, _text
)
_raised = st.builds(
    Entry, st.sampled_from(("ValueError", "KeyError", "os.error")), st.none(), _text
)
_result = st.none() | st.builds(Entry, st.just(""), _type, _text)
_structured = st.builds(
    Docstring,
    summary=_sentence,
    body=st.just("") | st.lists(_sentence, min_size=1, max_size=3).map("\n\n".join),
    params=st.lists(_param, max_size=3, unique_by=lambda entry: entry.name).map(tuple),
    returns=_result,
    yields=_result,
    raises=st.lists(_raised, max_size=2).map(tuple),
    examples=st.sampled_from(("", ">>> f(1)\n2", "Like this::\n\n    f(1)")),
    style=st.sampled_from(STRUCTURED),
)

_fragment = st.sampled_from(
    (
        "Args:",
        "Arguments:",
        "Returns:",
        "Returns: what it is",
        "Yields:",
        "Raises:",
        "Examples:",
        "Note:",
        "Parameters",
        "Returns",
        "Raises",
        "Notes",
        "----------",
        "==========",
        "x : int",
        "a, *b : {'a', 'b'}, optional",
        "x: the thing (or not): it",
        "x (int, optional): a number",
        "x (Callable[[int],",
        "    str]): more",
        ":param x: the x",
        ":param int x: the x",
        ":type x: str",
        ":returns: a long line of words that will have to be broken somewhere: here",
        ":rtype: int",
        ":raises ValueError, KeyError: if not",
        ":raises:",
        "@param x: the x",
        "@type x: str",
        "@raise ValueError: if not",
        ".. rubric:: Examples",
        ".. note:: careful",
        ">>> f(x)",
        "```",
        "- an item of a list that is long enough to be broken into two lines, or more",
        "1. first",
        "some words",
        "A sentence that is so long that it will not fit: into forty - columns >>> by far.",
        "ends with a colon:",
        "literal::",
        "",
    )
)
_indented = st.builds(
    lambda depth, line: " " * depth + line, st.sampled_from((0, 0, 4, 8)), _fragment
)
_soup = st.lists(_indented, max_size=14).map("\n".join)


def spoken(docstring: Docstring) -> str:
    entries = [*docstring.params, *docstring.raises, docstring.returns, docstring.yields]
    pieces = [docstring.summary, docstring.body, docstring.examples]
    pieces += [part or "" for e in entries if e for part in (e.name, e.type, e.text)]
    return "\n".join(pieces)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def flat(docstring: Docstring) -> Docstring:
    """Join every text into one line."""

    def one_line(entry: Entry | None) -> Entry | None:
        return entry and replace(entry, text=" ".join(entry.text.split()))

    return replace(
        docstring,
        body=" ".join(docstring.body.split()),
        params=tuple(map(one_line, docstring.params)),
        raises=tuple(map(one_line, docstring.raises)),
        returns=one_line(docstring.returns),
        yields=one_line(docstring.yields),
    )


@settings(max_examples=60, derandomize=True)
@given(_structured)
def test_what_is_rendered_is_read_back(docstring):
    assert parse("\n".join(render(docstring, 240)), docstring.style) == docstring


@settings(max_examples=60, derandomize=True)
@given(_structured, st.integers(30, 80))
def test_a_narrow_page_changes_nothing_but_line_breaks(docstring, width):
    read = parse("\n".join(render(docstring, width)), docstring.style)
    assert flat(read) == flat(docstring)


@settings(max_examples=60, derandomize=True)
@given(_structured)
def test_the_style_of_what_is_rendered_is_detected(docstring):
    has_sections = docstring.params or docstring.raises or docstring.returns or docstring.yields
    if has_sections:
        assert detect("\n".join(render(docstring, 80))) is docstring.style


@settings(max_examples=60, derandomize=True)
@given(_structured)
def test_the_canonical_form_is_read_back(docstring):
    read = parse(canonical(docstring), Style.REST)
    assert canonical(read) == canonical(docstring)
    wanted = flat(replace(docstring, body="", examples="", style=Style.REST))
    untyped = [replace(entry, type=None) for entry in wanted.params]
    assert (read.summary, list(read.params), read.raises) == (
        wanted.summary,
        untyped,
        wanted.raises,
    )
    assert (read.returns is None) == (docstring.returns is None)
    assert (read.yields is None) == (docstring.yields is None)


@settings(derandomize=True)
@given(st.text() | _soup, st.none() | st.sampled_from(Style))
def test_any_text_is_read(text, style):
    assert isinstance(parse(text, style), Docstring)


@settings(max_examples=200, derandomize=True)
@given(_soup)
def test_no_word_is_lost(text):
    docstring = parse(text)
    lost = words(text) - words(spoken(docstring))
    assert {word for word in lost if word.lower() not in MARKUP} == set()
    rendered = "\n".join(render(docstring, 60))
    assert words(spoken(docstring)) - words(rendered) == set()


@settings(max_examples=200, derandomize=True)
@given(_soup, st.sampled_from((40, 72)))
def test_rendering_again_changes_nothing(text, width):
    first = parse(text)
    once = "\n".join(render(first, width))
    again = "\n".join(render(parse(once, first.style), width))
    assert again == once


@pytest.mark.parametrize("style", STRUCTURED)
@settings(max_examples=60, derandomize=True)
@given(text=_soup)
def test_no_word_is_lost_between_styles(style, text):
    docstring = replace(parse(text), style=style)
    rendered = "\n".join(render(docstring, 72))
    assert words(spoken(docstring)) - words(rendered) == set()
