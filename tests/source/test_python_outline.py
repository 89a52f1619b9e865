"""The two readers of Python must tell the same of every declaration."""

from pathlib import Path

import pytest

from batdoc.source.errors import ParseError
from batdoc.source.languages.python import LANGUAGE

ROOT = Path(__file__).parents[2]
OWN = sorted(
    path
    for folder in ("source", "cli", "models", "trainer", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
TOLD = (
    *("name", "qualified_name", "kind", "signature", "docstring", "is_private", "is_overload"),
    *("is_nested", "is_stub", "declared_at", "language"),
)
CORNERS = '''\
import typing as t
from functools import cached_property


def plain(a, /, b: "int" = 3, *rest: str, c=(1, 2), d: dict[str,
          int] | None = None, **more) -> t.Iterator[int]:
    """Do it.

    More.
    """
    yield from rest


def in_lambda():
    "No generator."
    return lambda: (yield)


async def waits(x: int = -1):
    ("Parenthesised " 'docstring.')
    if x:
        raise t.cast.Odd(x)
    elif not x:
        raise _private.Error
    else:
        raise x
    return None


class Outer(t.Generic[t.T]):
    r"""A class \\ with a raw docstring."""

    lid = None

    def __init__(self, a, *, b=[1,
                               2]): self.a = a

    if lid:
        @property
        def size(self): return 1
        @size.setter
        def size(self, value): ...
    else:
        @cached_property  # why
        def size(self):
            pass

    try:
        def in_try(self):
            raise NotImplementedError("later")
    except* ValueError:
        def in_handler(this, x): "doc"
    finally:
        class _Inner:
            def method(self):
                def local(y):
                    f"""No docstring: {y}."""
                    return (None)
                return local

    @staticmethod  # pragma: no cover
    def still(key, value=lambda x: x): ...

    @t.overload
    def many(self, a: int) -> int: ...
    @t.overload
    def many(self, a: str) -> str: ...
    @decorated(by="a.b(c)").with_more
    def many(self, a): """Many."""; return a


match 1:
    case 1:
        def in_case(*, only): b"""bytes"""
    case _:
        with open("x") as f, open("y"):
            def in_with(): u"unicode"
for _ in ():
    while True:
        def in_loop(): yield
'''


def differences(source: bytes) -> list[tuple[str, str, object, object]]:
    units, outlines = LANGUAGE.units(source), LANGUAGE.outlines(source)
    assert len(units) == len(outlines)
    return [
        (unit.qualified_name, name, getattr(unit, name), getattr(outline, name))
        for unit, outline in zip(units, outlines, strict=True)
        for name in TOLD
        if getattr(unit, name) != getattr(outline, name)
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_corners_are_read_alike(newline: str):
    source = CORNERS.replace("\n", newline).encode()
    # `return (None)` is a value to one reader, and not to the other; neither claims more from it.
    odd = {name for name, *_ in differences(source)} - {"Outer._Inner.method.<locals>.local"}
    assert odd == set()
    assert len(LANGUAGE.outlines(source)) == 20


def test_batdocs_own_files_are_read_alike():
    assert [found for path in OWN for found in differences(path.read_bytes())] == []


def test_what_only_python_can_read_is_read():
    deep = b"x = " + b"-" * 3000 + b"1\n"
    with pytest.raises(ParseError):
        LANGUAGE.outlines(b"def (:\n")
    with pytest.raises(ParseError):
        LANGUAGE.outlines(deep)


def test_a_long_chain_of_branches_is_read():
    chain = "if x == 0:\n    pass\n" + "".join(
        f"elif x == {n}:\n    def f{n}(): pass\n" for n in range(300)
    )
    assert len(LANGUAGE.outlines(chain.encode())) == 300
