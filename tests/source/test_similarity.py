import ast
import random
import sys
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.source.graph.syntax import MOST_NODES
from batdoc.source.language import LANGUAGES
from batdoc.source.similarity import similarity

CODE = '''
def load(path, limit=3, *, strict=False):
    """Load rows."""
    rows = []
    with open(path) as stream:
        for number, line in enumerate(stream):
            if number > limit and not strict:
                break
            rows.append(line.strip())
    return [row for row in rows if row], limit
'''


def value(one: str, other: str) -> float:
    return similarity(dedent(one), dedent(other), "python").value


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("stream", "handle").replace("number", "n").replace("line", "text"),
        CODE.replace("rows", "found").replace("row ", "item ").replace(" row", " item"),
        CODE.replace('    """Load rows."""\n', "    # Load rows.\n"),
        CODE.replace("rows = []", "rows = (\n        []\n    )"),
        ast.unparse(ast.parse(CODE)),
        "@cache\n" + CODE.strip(),
    ],
    ids=["locals", "comprehension", "docstring", "parentheses", "formatting", "decorator"],
)
def test_what_has_no_meaning_does_not_count(other: str) -> None:
    assert value(CODE, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("return 'a' + x", "return 'b' + x"),
        ("return x + 1", "return x + 2"),
        ("return x + 1", "return x + True"),
        ("return x + 1", "return x - 1"),
        ("return min(x)", "return max(x)"),
        ("return x.a", "return x.b"),
        ("return f(a=x)", "return f(b=x)"),
        ("return x[1:]", "return x[:1]"),
        ("y = 1; z = 2; return y", "y = 1; z = 2; return z"),
        ("return x if y else z", "return z if y else x"),
        ("if x: a(); b()", "if x: a()\n    else: b()"),
        ("def g(*a): pass", "def g(**a): pass"),
        ("global n; n = x", "n = x"),
        ("return x", "yield x"),
    ],
)
def test_what_has_meaning_counts(one: str, other: str) -> None:
    assert value(f"def f(x):\n    {one}", f"def f(x):\n    {other}") < 1.0


def test_a_parameter_taken_for_another_counts() -> None:
    same = "def f(first, second):\n    return first\n"
    assert value(same, same.replace("return first", "return second")) < 1.0


def test_a_shared_declaration_earns_nothing() -> None:
    header = "def send(self, request: Request, timeout: float = 30.0, verify=True) -> Reply:"
    assert value(f"{header}\n    return self.pool[timeout]", f"{header}\n    raise Oops") < 0.1


def test_unrelated_code_is_near_zero_and_a_small_change_is_not() -> None:
    other = "def add(a, b):\n    print(a)\n    return a ** b % 7"
    assert value(CODE, other) < 0.1
    assert 0.5 < value(CODE, CODE.replace("> limit", ">= limit")) < 1.0


def test_invalid_code_is_zero() -> None:
    assert value(CODE, "def load(path:\n    return") == 0.0
    assert value("def (", "def (") == 0.0
    assert similarity(CODE, CODE, "no such language").value == 0.0


def test_long_code_is_capped_and_says_so() -> None:
    long = "def f(x):\n" + "    x = x + 1\n" * (MOST_NODES // 5)
    result = similarity(long, long, "python")
    assert result.is_capped
    assert result.nodes == MOST_NODES
    assert 0.9 < result.value < 1.0


HOSTILE = {
    "nothing": "",
    "white space": " \n\t",
    "a NUL": "x = 1\0",
    "half a character": "x = '\ud800'",
    "a long line": "f(" + "a, " * 300_000 + "a)",
    "a long name": "a" * 15_000,
    "deep nesting": "f(" * 5_000 + ")" * 5_000,
    "deep brackets": "[" * 5_000 + "]" * 5_000,
    "deep blocks": "{" * 5_000 + "}" * 5_000,
    "deep operators": "x = " + "-" * 9_000 + "1",
    "a long sum": "x = 1" + " + 1" * 4_000,
    "endless generics": "a<b," * 4_000,
    "what parsers recover from slowly": "&?" * 5_000,
    "a line that repeats itself": "f(a: Map<b, c> = g(" + "rest[, " * 60 + "rest[number] as T);",
    "an open string": '"' * 9_999,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_does_no_harm(text: str, language: str) -> None:
    assert 0.0 <= similarity(text, text, language).value <= 1.0
    assert 0.0 <= similarity(text, "x = 1", language).value < 1.0


def _functions() -> list[str]:
    source = Path(sys.modules["textwrap"].__file__ or "").read_text("utf-8")
    tree = ast.parse(source)
    return [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]


def test_it_is_symmetric_and_in_range() -> None:
    functions = _functions()
    random.Random(0).shuffle(functions)
    for one, other in pairwise(functions):
        assert value(one, other) == pytest.approx(value(other, one))
        assert 0.0 <= value(one, other) <= 1.0


TOKENS = (
    "( ) [ ] { } < > , ; : . = + - * & ? ! ' \" ` # // /* */ \n \\ $ @ x y 1 'a' \"b\" f if else "
    "elif elseif elsif for in of while return def function func fn class end do then var let const "
    "local int void => -> :: ${ #{ {x} async yield lambda try catch except \0 \ud800 é"
)
WORDS = st.sampled_from(TOKENS.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text() | st.lists(WORDS, max_size=40).map(" ".join))
def test_it_never_raises(language: str, text: str) -> None:
    found = similarity(text, text, language).value
    assert found in (0.0, 1.0)
    assert 0.0 <= similarity(text, CODE, language).value <= 1.0
