import ast
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.language import get_language
from batdoc.source.styles import parse

HEAD = "def f(a, b: int, *args, key=1, **options) -> int:\n    return 1\n"


def signature(code):
    return get_language("python").units(textwrap.dedent(code).encode())[0].signature


def problems(code, doc):
    found = parse(textwrap.dedent(doc)).problems(signature(code))
    return [(problem.code, problem.subject) for problem in found]


ALL = """\
Do it.

Args:
    a: One.
    b: Two.
    *args: More.
    key: A key.
    **options: Others.

Returns:
    A number."""


def test_agreement_is_no_problem():
    assert problems(HEAD, ALL) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Do it.\n\n", "", [("empty-summary", "")]),
        ("    b: Two.\n", "", [("missing-param", "b")]),
        ("b: Two.", "c: Two.", [("keyword-param", "c"), ("missing-param", "b")]),
        ("*args", "args", [("param-stars", "args")]),
        ("**options", "*options", [("param-stars", "options")]),
        ("b: Two.", "b: Two.\n    b: Twice.", [("repeated-param", "b")]),
        ("    a: One.\n    b: Two.", "    b: Two.\n    a: One.", [("param-order", "a")]),
        ("Returns", "Yields", [("unknown-yields", "yields")]),
    ],
)
def test_each_disagreement_with_parameters(old, new, expected):
    assert old in ALL
    assert problems(HEAD, ALL.replace(old, new)) == expected


def test_unknown_parameter_of_a_function_that_takes_no_others():
    assert problems("def f(a): ...", "Do it.\n\n:param b: two\n:param a: one") == [
        ("unknown-param", "b")
    ]


def test_parameters_may_all_be_left_out():
    assert problems(HEAD, "Do it.") == []


def test_private_parameters_may_be_left_out():
    assert problems("def f(a, _b): ...", "Do it.\n\nArgs:\n    a: One.") == []


def test_the_receiver_is_no_parameter():
    units = get_language("python").units(b"class C:\n    def m(self, a):\n        pass\n")
    method = next(unit for unit in units if unit.name == "m")
    assert parse("Do it.\n\nArgs:\n    a: One.").problems(method.signature) == ()


def test_sphinx_fields_need_no_stars():
    doc = "Do it.\n\n:param args: more\n:param options: others"
    assert problems("def f(*args, **options): ...", doc) == []


@pytest.mark.parametrize(
    ("code", "section", "expected"),
    [
        ("def f():\n    print()\n", "Returns", ["unknown-returns"]),
        ("def f() -> None:\n    print()\n", "Returns", ["unknown-returns"]),
        ("def f() -> int: ...", "Returns", []),
        ("def f():\n    raise NotImplementedError\n", "Returns", []),
        ("def f():\n    yield 1\n", "Returns", ["returns-for-yields"]),
        ("def f():\n    yield 1\n", "Yields", []),
        ("def f() -> Iterator[int]: ...", "Yields", []),
        ("def f():\n    return 1\n", "Yields", ["unknown-yields"]),
    ],
)
def test_results(code, section, expected):
    doc = f"Do it.\n\n{section}:\n    All the numbers."
    assert [code for code, _ in problems(code, doc)] == expected


def test_a_procedure_may_be_said_to_return_none():
    assert problems("def f():\n    print()\n", "Do it.\n\nReturns\n-------\nNone") == []


RAISES = "def f():\n    raise errors.Missing\n"


def test_a_raised_exception_is_missed_where_others_are_documented():
    doc = "Do it.\n\nRaises:\n    OSError: Comes from a call."
    assert problems(RAISES, doc) == [("missing-raises", "errors.Missing")]


def test_exceptions_are_compared_by_their_last_name():
    assert problems(RAISES, "Do it.\n\nRaises:\n    Missing: It is not there.") == []


def test_no_exception_is_missed_without_a_section():
    assert problems(RAISES, "Do it.") == []


def test_equal_entries_of_an_exception():
    doc = "Do it.\n\nRaises:\n    Missing: One.\n    Missing: Two.\n    Missing: One."
    assert problems(RAISES, doc) == [("repeated-raises", "Missing")]


def test_a_message_names_the_mend():
    (problem,) = parse("Do it.\n\nArgs:\n    b: Two.").problems(signature("def f(): ..."))
    assert problem.message == 'there is no parameter "b"; remove or rename its entry'


def test_bound_repairs_parameters():
    doc = parse("Do it.\n\nArgs:\n    key: K.\n    no: N.\n    args: More.\n    a: 1.\n    a: 2.")
    assert doc.bound(signature(HEAD)).params == (
        Entry("a", None, "1."),
        Entry("*args", None, "More."),
        Entry("key", None, "K."),
    )


@pytest.mark.parametrize(
    ("code", "section", "returned", "yielded"),
    [
        ("def f():\n    print()\n", "Returns", False, False),
        ("def f():\n    yield 1\n", "Returns", False, True),
        ("def f():\n    return 1\n", "Yields", True, False),
        ("def f():\n    print()\n", "Yields", False, False),
    ],
)
def test_bound_moves_or_drops_results(code, section, returned, yielded):
    bound = parse(f"Do it.\n\n{section}:\n    All numbers.").bound(signature(code))
    said = Entry("", None, "All numbers.")
    assert bound.returns == (said if returned else None)
    assert bound.yields == (said if yielded else None)


def test_bound_keeps_words_that_may_be_true():
    doc = parse("Do it.\n\nMore.\n\nRaises:\n    OSError: From a call.\n\nExamples:\n    >>> f()")
    assert doc.bound(signature("def f(): ...")) == doc


_names = st.sampled_from(("a", "b", "*args", "args", "key", "**options", "other"))
_entries = st.builds(Entry, _names, st.none(), st.sampled_from(("one", "two")))
_results = st.none() | st.builds(Entry, st.just(""), st.none(), st.just("all numbers"))
_docs = st.builds(
    Docstring,
    summary=st.just("Do it."),
    body=st.just(""),
    params=st.lists(_entries, max_size=6).map(tuple),
    returns=_results,
    yields=_results,
    raises=st.lists(
        st.builds(Entry, st.sampled_from(("A", "m.A", "B")), st.none(), st.just("no")), max_size=3
    ).map(tuple),
    examples=st.just(""),
    style=st.sampled_from(Style),
)
_codes = st.builds(
    "def f({}){}:\n    {}\n".format,
    st.sampled_from(("", "a", "b, a", "a, *args, key=1", "a, **options")),
    st.sampled_from(("", " -> None", " -> int", " -> Iterator[int]")),
    st.sampled_from(("pass", "return 1", "yield 1", "raise A", "raise NotImplementedError")),
)


@settings(max_examples=300, derandomize=True)
@given(_docs, _codes)
def test_bound_leaves_nothing_wrong(doc, code):
    assert ast.parse(code)
    facts = signature(code)
    bound = doc.bound(facts)
    assert {problem.code for problem in bound.problems(facts)} <= {
        "missing-param",
        "missing-raises",
    }
    assert bound.bound(facts) == bound
