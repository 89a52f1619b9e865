import pytest

from batdoc.source.copied import copies_code
from batdoc.source.language import get_language

SOURCE = """
@cache
def total(items, rate=0.1):
    # the sum of all that is not free of charge
    return sum(item.price for item in items) * (1 + rate)
"""
(UNIT,) = get_language("python").units(SOURCE.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give sum(item.price for item in items).", True),
        ("for item in items) * (1 + rate)", True),
        ("sum ( item . price for\n item in items )", True),
        ("Call `total(items, rate=0.1)` first.", False),
        ("the sum of all that is not free of charge", False),
        ("Multiply by `(1 + rate)`.", False),
        ("Sum up the price of each item in items.", False),
        ("", False),
    ],
)
def test_runs_of_code_are_found(text: str, expected: bool):
    assert copies_code(text, UNIT) is expected
