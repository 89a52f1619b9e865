"""Each lie that an edit could tell is told here, and must be found out."""

import pytest

from batdoc.source.edits import Edit, apply_edits, digest
from batdoc.source.errors import ProofError
from batdoc.source.language import get_language
from batdoc.source.proof import prove, prove_body
from batdoc.source.units import ByteSpan

PYTHON = get_language("python")
SOURCE = b'''import os


def area(width, height):
    # The corners are square.
    return width * height


class Box:
    """A box."""

    def open(self): ...
'''


def edit(old: bytes, new: bytes) -> Edit:
    start = SOURCE.index(old)
    return Edit(ByteSpan(start, start + len(old)), new, digest(old))


def insertion(before: bytes, new: bytes) -> Edit:
    at = SOURCE.index(before)
    return Edit(ByteSpan(at, at), new, digest(b""))


def check(*edits: Edit) -> None:
    prove(SOURCE, apply_edits(SOURCE, edits), edits, PYTHON)


def test_new_and_replaced_documentation_is_proved():
    space = SOURCE.index(b" ...")
    new = b'\n        """Lift the lid."""\n        '
    opening = Edit(ByteSpan(space, space + 1), new, digest(b" "))
    check(
        insertion(b"    # The corners", b'    """Give the area."""\n'),
        edit(b'"""A box."""', b'"""A box with a lid."""'),
        opening,
    )


def test_no_edits_prove_nothing_and_that_is_fine():
    check()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"width * height", b"width + height"),
        (b"import os\n", b""),
        (b"    # The corners are square.\n", b'    """Doc."""\n'),
        (b"    # The corners are square.\n", b'    """Doc."""\n    # Other words.\n'),
        (b"\n    # The", b'\n    """Doc."""  # A comment of its own.\n    # The'),
        (b"\n    # The", b'\n    """Doc."""\n    x = 1\n    # The'),
        (b"\n    # The", b'\n    """Doc."""\n    "and a string"\n    # The'),
        (b"\n    # The", b'\n    f"""Doc."""\n    # The'),
        (b"\n    # The", b'\n    """"""\n    # The'),
        (b"\n    # The", b"\n    'Not the way that it would be spelled again.'\n    # The"),
        (b"\n    # The", b'\n    """Unclosed\n    # The'),
        (b"\n\n\nclass", b"\n\n\ndef added():\n    '''Doc.'''\n\n\nclass"),
        (b"\n\n\nclass", b"\n\n\n\nclass"),
        (b"import os", b'"""A module\'s documentation belongs to no unit."""\nimport os'),
    ],
)
def test_anything_but_documentation_is_refused(old: bytes, new: bytes):
    with pytest.raises(ProofError):
        check(edit(old, new))


def test_a_result_that_is_not_what_the_edits_say_is_refused():
    one = insertion(b"    # The corners", b'    """Give the area."""\n')
    after = apply_edits(SOURCE, [one])
    for wrong in (after + b"\n", after.replace(b"height", b"depth"), SOURCE):
        with pytest.raises(ProofError):
            prove(SOURCE, wrong, [one], PYTHON)


def check_body(old: bytes, new: bytes, name: str = "Box.open") -> None:
    unit = next(u for u in PYTHON.units(SOURCE) if u.qualified_name == name)
    one = edit(old, new)
    prove_body(SOURCE, apply_edits(SOURCE, [one]), one, unit, PYTHON)


def test_a_body_in_its_own_function_is_proved():
    check_body(b" ...", b"\n        self.is_open = True\n\n        def inner(): ...")


@pytest.mark.parametrize(
    "new",
    [
        b"\n    x = 1",
        b"\n        return 1\n\n    def more(self):\n        pass",
        b"\n        return 1\n\n\nprint('outside')",
        b"\n        return (",
        b"\n        nonlocal missing",
        b'\n        """Documentation that was not there."""\n        return 1',
    ],
)
def test_a_body_that_reaches_further_is_refused(new: bytes):
    with pytest.raises(ProofError):
        check_body(b" ...", new)


def test_a_body_may_not_change_another_function():
    with pytest.raises(ProofError, match="outside the function"):
        check_body(b"return width * height", b"return 0")
