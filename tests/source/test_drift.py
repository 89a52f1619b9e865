import inspect
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batdoc.source.drift import drift
from batdoc.source.language import get_language
from batdoc.source.styles import is_plainly_prose, parse


def wrong(code: str, name: str = "f") -> list[str]:
    """Give the problems of one unit as "code subject"."""
    units = get_language("python").units(textwrap.dedent(code).encode())
    around = {unit.qualified_name: unit for unit in units}
    return [f"{problem.code} {problem.subject}" for problem in drift(around[name], around)]


def args(*names: str) -> str:
    return "\n".join(["Do it.", "", "    Args:", *(f"        {name}: One." for name in names)])


def function(head: str, doc: str, *body: str) -> str:
    return "\n".join(
        [head, f'    """{doc}\n    """', *(f"    {line}" for line in body or ["do()"])]
    )


SECTION = "Do it.\n\n    {}:\n        {}"


def test_what_is_wrong_is_found():
    assert wrong(function("def f(a, b):", args("a", "c"))) == ["unknown-param c", "missing-param b"]
    assert wrong(function("def f():", SECTION.format("Returns", "A number."))) == [
        "unknown-returns returns"
    ]


def test_a_keyword_may_be_one_of_those_that_stars_take():
    assert wrong(function("def f(a, **options):", args("a", "timeout"))) == []
    assert wrong(function("def f(a, **options):", args("a"))) == ["missing-param options"]
    assert wrong(function("def f(*a, **options):", args("timeout"))) == []


@pytest.mark.parametrize(
    "entry",
    [
        "b (int)",
        "* b - The second.",
        "- b: The second.",
        "`b`, the second",
        "b = 1: The second.",
        "c, b and d: The others.",
        "c, `d`, or b (Windows only)",
        "The other one is 'b'.",
    ],
)
def test_words_that_read_as_an_entry_are_one(entry):
    doc = args("a") + "\n\n    " + entry
    assert wrong(function("def f(a, b):", doc)) == []


@pytest.mark.parametrize("text", ["Where b is small.", "a and the b.", "cb, b2: Others."])
def test_a_word_of_the_text_is_no_entry(text):
    assert wrong(function("def f(a, b):", args("a") + "\n\n    " + text)) == ["missing-param b"]


@pytest.mark.parametrize("line", ["${extra}", "%(extra)s", "{extra}"])
def test_a_docstring_that_is_filled_in_later_misses_nothing(line):
    doc = args("a") + f"\n\n    {line}"
    assert wrong(function("def f(a, b):", doc)) == []


def test_the_receiver_of_a_function_that_becomes_a_method_is_not_missed():
    assert wrong(function("def f(self, a):", args("a"))) == []


CLASS = '''
class C{bases}:
    """Do it.

    Args:
        a: One.
    """

{member}
'''


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("    x = 1", []),
        ("    def __init__(self, a): ...", []),
        ("    def __init__(self): ...", ["unknown-param a"]),
        ("    def __init__(self, b): ...", ["unknown-param a", "missing-param b"]),
        ("    def __new__(cls): ...\n    def __init__(self, b): ...", []),
        ("    def __init__(self): ...\n    def __call__(self, a): ...", []),
    ],
)
def test_a_class_answers_for_an_init_of_its_own(member, expected):
    assert wrong(CLASS.format(bases="(Base)", member=member), "C") == expected


def test_a_class_says_nothing_of_results():
    doc = SECTION.format("Returns", "The same function, wrapped.")
    assert wrong(function("class f:", doc, "def __init__(self): ...")) == []


def test_a_property_may_document_what_it_gives():
    code = (
        "class C:\n    @property\n    def nodes(self):\n"
        '        """Give a view.\n\n        Args:\n            data: One.\n        """\n'
        "        return View(self)\n"
    )
    assert wrong(code, "C.nodes") == []


@pytest.mark.parametrize(
    ("head", "body", "is_wrong"),
    [
        ("def f():", "print()", True),
        ("@staticmethod\ndef f():", "print()", True),
        ("@contextmanager\ndef f():", "yield", False),
        ("@app.route('/')\ndef f():", "print()", False),
        ("def f():", "...", False),
        ("def f() -> None:", "...", True),
        ("@abc.abstractmethod\ndef f():", "print()", False),
        ("def f():", "raise Refused", False),
        ("def f():", "if x: raise Refused", True),
    ],
)
def test_a_result_is_wrong_where_none_can_come(head, body, is_wrong):
    found = wrong(function(head, SECTION.format("Returns", "A number."), body))
    assert found == (["unknown-returns returns"] if is_wrong else [])


@pytest.mark.parametrize("text", ["None.", "Nothing; the list is changed.", "Never."])
def test_that_nothing_is_returned_is_true(text):
    assert wrong(function("def f() -> None:", SECTION.format("Returns", text))) == []


@pytest.mark.parametrize(
    ("text", "body", "is_wrong"),
    [
        ("Each line.", ["yield 1"], True),
        ("An iterator over the lines.", ["yield 1"], False),
        ("Generator[str]: The lines.", ["yield 1"], False),
        ("How many there were.", ["yield 1", "return 1"], False),
        ("Each line.", ["yield 1", "def g():", "    return 1"], True),
        ("Each line.", ["yield 1", "return None"], True),
    ],
)
def test_that_a_generator_returns_an_iterator_is_true(text, body, is_wrong):
    found = wrong(function("def f():", SECTION.format("Returns", text), *body))
    assert found == (["returns-for-yields returns"] if is_wrong else [])


@pytest.mark.parametrize(
    ("head", "body", "is_wrong"),
    [
        ("def f():", "print()", True),
        ("def f():", "return lines()", False),
        ("def f() -> Lines:", "return lines()", False),
        ("def f() -> int:", "return 1", True),
    ],
)
def test_a_function_may_yield_through_another(head, body, is_wrong):
    found = wrong(function(head, SECTION.format("Yields", "Each line."), body))
    assert found == (["unknown-yields yields"] if is_wrong else [])


@pytest.mark.parametrize(
    ("body", "is_missed"),
    [
        (["raise KeyError"], True),
        (["raise errors.KeyError('a')"], True),
        (["try:", "    raise KeyError", "except KeyError: pass"], False),
        (["try:", "    raise KeyError", "except LookupError: pass"], False),
        (["try:", "    raise KeyError", "except (TypeError, LookupError): pass"], False),
        (["try:", "    raise KeyError", "except: pass"], False),
        (["try:", "    raise KeyError", "except TypeError: pass"], True),
        (["try:", "    raise KeyError", "except ours.Error: pass"], False),
        (["try:", "    a()", "except TypeError:", "    raise KeyError"], True),
        (["try:", "    raise KeyError", "finally: pass"], True),
        (["raise AssertionError"], False),
        (["for a in b:", "    if a:", "        raise KeyError"], True),
        (["def g():", "    raise KeyError"], False),
    ],
)
def test_an_exception_that_leaves_the_body_is_missed(body, is_missed):
    found = wrong(function("def f():", SECTION.format("Raises", "OSError: One."), *body))
    assert [each.split()[0] for each in found] == (["missing-raises"] if is_missed else [])


@pytest.mark.parametrize(
    ("documented", "raised", "is_missed"),
    [
        ("LookupError: One.", "KeyError", False),
        ("KeyError: One.", "LookupError", True),
        ("Exception: One.", "KeyError", False),
        ("JSONDecodeError: One.", "FrobJSONDecodeError", False),
        ("Refused: One, instead of a KeyError.", "KeyError", False),
    ],
)
def test_a_more_general_entry_or_a_word_is_enough(documented, raised, is_missed):
    found = wrong(function("def f():", SECTION.format("Raises", documented), f"raise {raised}"))
    assert bool(found) is is_missed


@pytest.mark.parametrize("head", ["def f():", "@abstractmethod\ndef f():"])
def test_what_a_stub_raises_is_not_missed(head):
    doc = SECTION.format("Raises", "OSError: It cannot be read.")
    assert wrong(function(head, doc, "raise NotImplementedError")) == []


@pytest.mark.parametrize(
    ("doc", "is_wrong"),
    [
        (">>> f()", True),
        (".. deprecated:: 1.0\n\n       Use g.", True),
        ("\n    :returns: A number.", True),
        ("- Do it.\n    - Do it again.", False),
        ("@f decorator.\n\n    Do it.", False),
    ],
)
def test_a_summary_is_missed_where_there_are_no_words(doc, is_wrong):
    found = wrong(function("def f():", doc, "return 1"))
    assert found == (["empty-summary "] if is_wrong else [])


def test_a_dunder_method_needs_no_summary():
    code = (
        "class C:\n    def __init__(self, a):\n"
        '        """\n        Args:\n            a: One.\n        """\n'
    )
    assert wrong(code, "C.__init__") == []


def test_code_that_cannot_be_dedented_is_read_all_the_same():
    code = (
        "class C:\n    def m(self):\n"
        '        """Do it.\n\n        Raises:\n            OSError: One.\n        """\n'
        '        text = """\nat the margin\n"""\n        raise KeyError\n'
    )
    assert wrong(code, "C.m") == ["missing-raises KeyError"]


@pytest.mark.parametrize(
    ("head", "body", "is_wrong"),
    [
        ("def f():", "close()", True),
        ("def f() -> int:", "return 1", True),
        ("async def f():", "close()", False),
        ("def f():", "return later()", False),
        ("@background\ndef f():", "close()", False),
        ("def f():", "raise NotImplementedError", False),
    ],
)
def test_an_example_must_not_await_what_gives_nothing_to_await(head, body, is_wrong):
    doc = "Do it.\n\n    >>> await f()"
    assert wrong(function(head, doc, body)) == (["wrong-await f"] if is_wrong else [])


@pytest.mark.parametrize(
    ("call", "is_wrong"),
    [("await self.close()", True), ("await other.close()", False), ("await self.closed()", False)],
)
def test_another_object_may_be_awaited(call, is_wrong):
    code = f'class C:\n    def close(self):\n        """Use `{call}`."""\n        do()\n'
    assert bool(wrong(code, "C.close")) is is_wrong


def test_a_class_answers_for_the_defaults_of_an_init_of_its_own():
    doc = SECTION.format("Args", "a: One. Defaults to 5.")
    assert wrong(function("class f:", doc, "def __init__(self, a=3): ...")) == ["wrong-default a"]
    assert wrong(function("class f(Base):", doc, "x = 1")) == []


@given(st.text("ab:@-=> .\n\\`*", max_size=60).map(inspect.cleandoc))
def test_what_is_prose_at_a_glance_is_prose(text: str):
    if is_plainly_prose(text, "python"):
        assert parse(text).is_prose
