from textwrap import dedent

import pytest

from batdoc.source.docstring import Style
from batdoc.source.language import get_language
from batdoc.source.similarity import similarity
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.rewards import (
    Reward,
    body_of,
    is_short,
    leaks,
    quotes_no_line,
    round_trip,
    score_code,
    score_doc,
    shares_little,
    structure,
)


def unit(code: str) -> CodeUnit:
    return get_language("python").units(code.encode())[0]


ADD = unit("def add(first, second):\n    total = first + second\n    return total\n")


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("", 0.0),
        ("Add two numbers.", 0.5),
        ("Add two numbers.\n:param first: One.\n:param second: Other.", 0.5),
        ("Add two numbers.\n:param first: One.\n:returns: The sum.", 0.5),
        ("Add two numbers.\n:param first: One.\n:param second:\n:returns: The sum.", 0.5),
        ("Add two numbers.\n:param first: One.\n:param second: Other.\n:returns: The sum.", 1.0),
    ],
)
def test_structure(doc: str, expected: float) -> None:
    assert structure(parse(doc, Style.REST), ADD) == expected


def test_structure_of_what_returns_nothing_is_its_summary() -> None:
    assert structure(parse("Say hello.", Style.REST), unit("def hello():\n    print()\n")) == 1.0


def test_structure_of_a_generator_needs_yields() -> None:
    numbers = unit("def numbers():\n    yield 1\n")
    assert structure(parse("Count.\n:returns: Numbers.", Style.REST), numbers) == 0.5
    assert structure(parse("Count.\n:yields: Numbers.", Style.REST), numbers) == 1.0


def test_structure_needs_what_the_body_raises() -> None:
    check = unit("def check(n):\n    if n < 0:\n        raise errors.Negative(n)\n")
    told = "Check it.\n:param n: A number."
    assert structure(parse(told, Style.REST), check) == 0.5
    assert structure(parse(f"{told}\n:raises Negative: Below zero.", Style.REST), check) == 1.0


def test_a_quoted_line_is_a_leak() -> None:
    body = "    total = sum(price for price in prices)\n    return total\n"
    assert quotes_no_line("Sum the prices and return total.", body) == 1.0
    assert quotes_no_line("Do total = sum(price for price\n  in prices).", body) == 0.0
    assert quotes_no_line("As follows: ```total = 1```", body) == 0.0
    assert quotes_no_line("Sum.\n>>> total = sum(price for price in prices)", body) == 1.0


def test_shared_grams() -> None:
    # The body has 9 tokens and so 6 distinct 4-grams; the document shares one: 1/6.
    body = "a b c d e f g h i"
    assert shares_little("x y z", body) == 1.0
    assert shares_little("a b c d", body) == pytest.approx((0.25 - 1 / 6) / 0.19)
    assert shares_little("a b c d e f", body) == 0.0
    assert shares_little("a b", "a b") == 1.0


def test_length() -> None:
    assert is_short("x" * 400, "") == 1.0
    assert is_short("x" * 401, "") == 0.0
    assert is_short("x" * 600, "y" * 300) == 1.0


def test_score_of_a_document() -> None:
    text = "Add two numbers.\n:param first: One.\n:param second: Other.\n:returns: The sum."
    assert score_doc(parse(text, Style.REST), ADD).total == 1.0
    assert score_doc(None, ADD).total == 0.0
    leak = parse("Do total = first + second return total.", Style.REST)
    assert score_doc(leak, ADD).total == 0.0


def test_a_docstring_in_the_code_is_not_its_body() -> None:
    text = "Give a very long and telling text."
    told = unit(f'def tell():\n    """{text}"""\n    return 1\n')
    assert score_doc(parse(f"{text}\n:returns: One.", Style.REST), told).total == 1.0


def test_score_of_code() -> None:
    assert score_code(ADD.code.replace("total", "result"), ADD).total == 1.0
    assert score_code(None, ADD).total == 0.0
    assert score_code("def add(first", ADD).total == 0.0


def test_round_trip() -> None:
    doc = Reward(0.5, {"structure": 0.5})
    rebuilds = [Reward(1.0, {}), Reward(0.5, {})]
    assert round_trip(doc, rebuilds) == Reward(0.375, {"structure": 0.5, "similarity": 0.75})
    assert round_trip(doc, []).total == 0.0
    assert round_trip(doc, [Reward(None, {})]).total is None


BODIES = {
    "python": ('def f(a):\n    """Say."""\n    return g(a)\n', "\n    return g(a)"),
    "javascript": ("/** Say. */\nfunction  f( a )\n{\n  return g(a);\n}\n", "\n  return g(a);"),
    "typescript": ("class C {\n  @d()\n  f(a: T): U { return g(a); }\n}\n", " return g(a);"),
    "go": ("// F says.\nfunc F(a int) int {\n\treturn g(a)\n}\n", "\n\treturn g(a)"),
    "ruby": ("# Says.\ndef f(a)\n  g(a)\nend\n", "\n  g(a)"),
    "rust": ("/// Says.\n#[inline]\nfn f(a: u8) -> u8 {\n    g(a)\n}\n", "\n    g(a)"),
    "c": ("/** Say. */\nint f(int a)\n{\n    return g(a);\n}\n", "\n    return g(a);"),
}


@pytest.mark.parametrize("language", BODIES)
def test_the_body_is_what_stands_between_declaration_and_closing_mark(language: str) -> None:
    source, body = BODIES[language]
    unit = get_language(language).units(source.encode())[-1]
    assert body_of(unit) == body
    again = unit.with_body(dedent(body).strip("\n"))
    assert similarity(unit.code, again, language).value == 1.0
    assert score_code(again, unit).total == 1.0


def test_documentation_that_carries_code_is_known_by_its_reward() -> None:
    told = {text: score_doc(parse(text, Style.REST), ADD) for text in ("Add. `x`", "Do a ```b```")}
    assert [leaks(reward) for reward in told.values()] == [False, True]
    assert leaks(score_doc(None, ADD)) is False
