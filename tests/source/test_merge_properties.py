"""Properties that hold for every docstring that is brought up to date, whatever it looks like."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.edits import apply_edits
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.merge import merge
from batdoc.source.merge.edit import merged_edit
from batdoc.source.merge.plan import plan
from batdoc.source.proof import prove
from batdoc.source.styles import parse, render
from batdoc.source.styles.located import bare
from batdoc.source.units import CodeUnit

PYTHON = get_language("python")
STYLES = (Style.GOOGLE, Style.NUMPY, Style.REST, Style.EPYTEXT)
NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
TYPES = ("int", "str", "float | None", "dict[str, int]")

_word = st.text("abcdefghijklmnopqrstuvwxyzäß字🦇", min_size=2, max_size=8)
_line = st.lists(_word, min_size=1, max_size=7).map(lambda words: "  ".join(words))
_text = st.lists(
    _line | st.sampled_from(("", "- an item", "    deeper", ">>> f(1)", "| a | b |", "it::")),
    min_size=1,
    max_size=4,
).map(lambda lines: "\n".join(["X" + lines[0], *lines[1:]]).rstrip())
_prose = st.sampled_from(
    (
        "",
        "Words that\n  hang.",
        ">>> f(1)\n[1,\n 2]",
        "====  ====\na     b\n====  ====",
        ".. note::\n\n    Slow.",
        "- one\n- two\n    - three",
        "Like this::\n\n    Args:\n        alpha: No entry.",
        "```\nArgs:\n    bravo: Code.\n```",
        "Bring:\n    umbrellas: Two.",
    )
)


@st.composite
def _documents(draw) -> tuple[Docstring, str]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    types = st.none() | st.sampled_from(TYPES)
    result = st.none() | st.builds(Entry, st.just(""), st.sampled_from((None, "int")), _text)
    docstring = Docstring(
        summary="Do the thing.",
        body=draw(_prose),
        params=tuple(Entry(name, draw(types), draw(_text)) for name in names),
        returns=draw(result),
        yields=None,
        raises=draw(st.sampled_from(((), (Entry("OSError", None, "Xfull."),)))),
        examples=draw(st.sampled_from(("", ">>> f(1)\n2"))),
        style=draw(st.sampled_from(STYLES)),
    )
    text = "\n".join(render(docstring, draw(st.sampled_from((50, 200)))))
    step = draw(st.sampled_from((2, 4, 8)))
    return docstring, re.sub(
        r"^(?:    )+", lambda m: " " * (len(m[0]) // 4 * step), text, flags=re.M
    )


_fragment = st.sampled_from(
    (
        "Args:",
        "Keyword Args:",
        "Returns:",
        "Returns: what it is",
        "Raises:",
        "Parameters",
        "Returns",
        "Raises",
        "----------",
        "alpha : int",
        "alpha, *bravo : {'a', 'b'}, optional",
        "alpha: the thing (or not): it",
        "alpha (int, optional): a number",
        "bravo (Callable[[int],",
        "    str]): more",
        "charlie (int)",
        "- delta: an item",
        "echo -- dashes",
        ":param alpha: the x",
        ":param int bravo: the x",
        ":param charlie, delta: both",
        ":type alpha: str",
        ":returns: a line",
        ":rtype: int",
        ":raises ValueError, KeyError: if not",
        "@param alpha: the x",
        "@type alpha: str",
        "@return: a line",
        "ValueError: if not",
        ">>> f(x)",
        "```",
        "Xsome  words",
        "ends with a colon:",
        "",
        "",
    )
)
_soup = st.lists(
    st.builds(lambda depth, line: " " * depth + line, st.sampled_from((0, 0, 2, 4, 8)), _fragment),
    min_size=1,
    max_size=14,
).map(lambda lines: "\n".join(["Do the thing.", "", *lines]).rstrip())


@st.composite
def _headers(draw) -> str:
    names = draw(st.lists(st.sampled_from((*NAMES, "golf", "hotel")), max_size=5, unique=True))
    parameters = [
        name + draw(st.sampled_from(("", *(f": {type_}" for type_ in TYPES)))) for name in names
    ]
    if draw(st.booleans()):
        parameters.append("*" + draw(st.sampled_from(("alpha_list", "rest", "values"))))
    returns = draw(st.sampled_from(("", " -> int", " -> str", " -> None")))
    body = draw(st.sampled_from(("pass", "return 1", "yield 1", "raise ValueError")))
    return f"def f({', '.join(parameters)}){returns}:\n    {{}}\n    {body}\n"


def house(documents_types: bool) -> HouseStyle:
    return HouseStyle(
        style=Style.GOOGLE,
        documents_params=True,
        documents_types=documents_types,
        line_length=80,
        summary_on_opening_line=True,
    )


def unit_of(header: str, text: str) -> tuple[bytes, CodeUnit]:
    bare = header.format("0").encode()
    (unit,) = PYTHON.units(bare)
    source = apply_edits(bare, [PYTHON.place(bare, unit, text.split("\n"))])
    (unit,) = PYTHON.units(source)
    return source, unit


def answers(unit: CodeUnit) -> Docstring:
    params = tuple(Entry(p.display, None, "Arrived.") for p in unit.signature.parameters)
    raises = tuple(Entry(name, None, "Arrived.") for name in unit.signature.raises)
    returns = Entry("", None, "Arrived.")
    return Docstring("", "", params, returns, None, raises, "", Style.REST)


def filled(lines) -> list[str]:
    return [line for line in lines if line.strip()]


def is_subsequence(short, long) -> bool:
    rest = iter(long)
    return all(line in rest for line in short)


def untouched(unit: CodeUnit) -> list[str]:
    """Give the lines in which nothing may change, in order."""
    found = plan(unit)
    old = (unit.docstring or "").split("\n")
    if found is None:
        return filled(old)
    changed = {mark.line for mark, _ in found.spelled}
    named = [mark for entry in found.layout.entries for mark in entry.names]
    changed |= {mark.line for mark in named if bare(mark.of(old)) in found.gone}
    moved = {e.blocks for slot, entry in found.seats if slot is not entry for e in (slot, entry)}
    gone = {entry.blocks for entry in found.layout.entries if found.is_gone(entry)}
    for start, end in (block for blocks in moved | gone for block in blocks):
        changed |= set(range(start, end))
    headings = {
        at
        for entry in found.layout.entries
        if found.is_gone(entry)
        for at in range(entry.section[0], entry.heading_end)
    }
    return filled(line for at, line in enumerate(old) if at not in changed | headings)


@settings(max_examples=100, derandomize=True)
@given(_soup, _headers(), st.booleans())
def test_whatever_the_text_is(text, header, types):
    source, unit = unit_of(header, text)
    merged = merge(unit, answers(unit), house(types))
    if merged is not None:
        assert is_subsequence(untouched(unit), merged.lines)
        edit = merged_edit(source, unit, merged.lines, PYTHON)
        assert edit is not None
        prove(source, apply_edits(source, [edit]), [edit], PYTHON)
        _, again = unit_of(header, "\n".join(merged.lines))
        assert merge(again, answers(again), house(types)) is None


@settings(max_examples=100, derandomize=True)
@given(_documents(), _headers(), st.booleans())
def test_what_has_not_changed_stays_to_the_letter(document, header, types):
    source, unit = unit_of(header, document[1])
    merged = merge(unit, answers(unit), house(types))
    if merged is not None:
        assert is_subsequence(untouched(unit), merged.lines)
        edit = merged_edit(source, unit, merged.lines, PYTHON)
        assert edit is not None
        prove(source, apply_edits(source, [edit]), [edit], PYTHON)


@settings(max_examples=100, derandomize=True)
@given(_documents(), _headers(), st.booleans())
def test_no_word_is_lost_unless_it_is_listed(document, header, types):
    _, unit = unit_of(header, document[1])
    merged = merge(unit, answers(unit), house(types))
    if merged is not None:
        before = Counter(re.findall(r"\S+", document[1]))
        after = Counter(re.findall(r"\S+", "\n".join((*merged.lines, *merged.removed))))
        lost = [word for word in before - after if word.startswith("X")]
        assert lost == []


@settings(max_examples=100, derandomize=True)
@given(_documents(), _headers(), st.booleans())
def test_a_second_time_nothing_changes(document, header, types):
    _, unit = unit_of(header, document[1])
    merged = merge(unit, answers(unit), house(types))
    if merged is not None:
        _, again = unit_of(header, "\n".join(merged.lines))
        assert merge(again, answers(again), house(types)) is None


@settings(max_examples=100, derandomize=True)
@given(_documents(), _headers(), st.booleans())
def test_what_is_wrong_is_mended(document, header, types):
    _, unit = unit_of(header, document[1])
    merged = merge(unit, answers(unit), house(types))
    text = "\n".join(merged.lines) if merged else document[1]
    problems = parse(text).problems(unit.signature)
    codes = {problem.code for problem in problems}
    takes_others = "*" in header.partition(")")[0]
    allowed = {"unknown-param", "keyword-param", "missing-param"} if takes_others else set()
    allowed |= {"unknown-returns", "returns-for-yields"} if "raise" in header else set()
    assert codes <= allowed, (header, text, problems)
