"""A repository small enough to train on in a test."""

from pathlib import Path

import pytest

FILES = {
    "shop/prices.py": '''
def total(prices, discount):
    """Add up prices.

    Args:
        prices: What each thing costs.
        discount: What is taken off.

    Returns:
        The sum.
    """
    result = 0
    for price in prices:
        result += price
    return result - discount


def cheapest(prices):
    if not prices:
        raise ValueError("no prices")
    return min(prices)
''',
    "shop/names.py": '''
def greet(name):
    """Greet somebody."""
    text = "Hello " + name
    print(text)
    return text


def shout(name, mark="!"):
    return name.upper() + mark
''',
    "shop/stock.py": '''
def count(items):
    number = 0
    for item in items:
        number += 1
    return number


def first(items):
    """Give the first of some items."""
    for item in items:
        return item
    return None
''',
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Three files with two functions each."""
    root = tmp_path / "repo"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root
