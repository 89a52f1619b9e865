import pytest

from batdoc.source.errors import InputError
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit
from batdoc.trainer.explain import describe_explanation, explain


def unit(code: str) -> CodeUnit:
    return get_language("python").units(code.encode())[0]


ADD = unit(
    'def add(first, second):\n    """Add two numbers.\n\n    Args:\n        first: One.\n    """\n'
    "    total = first + second\n    return total\n"
)


def test_every_part_has_its_reason() -> None:
    found = explain(ADD, None)
    assert found.worth.total == 0.5
    assert found.reasons.keys() == found.worth.parts.keys()
    assert found.reasons["structure"] == "missing: parameter second, returns"
    text = describe_explanation(found)
    assert "  :param first: One." in text
    assert "structure                 0.500  missing: parameter second, returns" in text
    assert "here at most 0.500" in text


def test_leaks_are_named() -> None:
    line = "return [price for price in prices]"
    leaky = explain(unit(f'def f(prices):\n    """Do {line}."""\n    {line}\n'), None)
    assert leaky.worth.total == 0.0
    assert leaky.reasons["quotes_no_line"] == f"it holds a line of the body: {line}"
    assert leaky.reasons["shares_little"].startswith("100% of the body's runs")
    fenced = explain(unit('def f():\n    """Do ``` this."""\n    return 1\n'), None)
    assert fenced.reasons["quotes_no_line"] == "a fenced block stands in it"
    long = explain(unit(f'def f():\n    """Do {"it " * 140}."""\n    return 1\n'), None)
    assert long.reasons["is_short"] == "424 characters of at most 400"
    assert long.worth.total == 0.0


def test_a_rebuild_earns_worth_times_likeness() -> None:
    found = explain(ADD, ("def add(a, b):\n    t = a + b\n    return t\n", None))
    assert found.told is not None
    assert found.told.similarity.value == 1.0
    text = describe_explanation(found)
    assert "likeness                    1.000" in text
    assert "  flow                      1.000" in text
    assert "from the signature alone    0.000  lift +1.000" in text
    assert "reward                      0.500" in text


def test_a_rebuild_that_does_not_parse_earns_nothing() -> None:
    text = describe_explanation(explain(ADD, (None, None)))
    assert "  nothing that parses" in text
    assert "reward                      0.000" in text


def test_a_function_without_a_docstring_is_refused() -> None:
    with pytest.raises(InputError, match="f has no docstring to explain a reward with; write"):
        explain(unit("def f():\n    return 1\n"), None)
