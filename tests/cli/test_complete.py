from pathlib import Path

import pytest

SHOP = b'''class Cart:
    def total(self): ...

    def clear(self):
        """Take all out."""
        self.items = []


class Bag:
    def total(self): ...


def tax(price):
    """Add the tax."""
    raise NotImplementedError
'''
BODY = "    return price * 1.2\n"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.py"
    path.write_bytes(SHOP)
    return path


def test_a_diff_is_shown_and_nothing_is_written(batdoc, shop: Path):
    result = batdoc("complete", "shop.py:tax", replies=[BODY])
    assert result.exit_code == 1
    changed = [line for line in result.stdout.splitlines()[3:] if line[0] in "+-"]
    assert changed == ["-    raise NotImplementedError", "+    return price * 1.2"]
    assert shop.read_bytes() == SHOP


def test_write_changes_the_one_body(batdoc, shop: Path):
    result = batdoc("complete", "shop.py:tax", "--write", replies=[BODY])
    assert result.exit_code == 0
    expected = SHOP.replace(b"raise NotImplementedError", b"return price * 1.2")
    assert shop.read_bytes() == expected


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("shop.py:total", "several functions total: Cart.total (line 2), Bag.total (line 10)"),
        ("shop.py:taxes", "no function taxes; did you mean tax?"),
        ("shop.py:Cart", "no function Cart"),
        ("shop.py:clear", "has a body already; only stubs are completed"),
        ("gone.py:f", "gone.py does not exist"),
        ("shop.py", "name the file and the stub in it"),
        ("shop.py:", "name the file and the stub in it"),
    ],
)
def test_what_cannot_be_completed_is_an_error_of_one_line(
    batdoc, shop: Path, target: str, message: str
):
    result = batdoc("complete", target, "--write", replies=[BODY])
    assert result.exit_code == 2
    assert message in result.stderr
    assert shop.read_bytes() == SHOP


@pytest.mark.parametrize("reply", ["", "    return (", "I cannot write that."])
def test_an_answer_without_a_body_changes_nothing(batdoc, shop: Path, reply: str):
    result = batdoc("complete", "shop.py:tax", "--write", replies=[reply])
    assert result.exit_code == 2
    assert "no usable body for tax" in result.stderr
    assert shop.read_bytes() == SHOP
