"""What batdoc sees in Python source: units, their signatures, and where documentation goes."""

import textwrap

import pytest

from batdoc.source.edits import apply_edits
from batdoc.source.errors import ParseError
from batdoc.source.language import get_language
from batdoc.source.languages.python_place import spell
from batdoc.source.signature import ParameterKind
from batdoc.source.units import CodeUnit, UnitKind

PYTHON = get_language("python")


def units_of(source: str) -> dict[str, CodeUnit]:
    found = PYTHON.units(textwrap.dedent(source).encode())
    return {unit.qualified_name: unit for unit in found}


def only(source: str) -> CodeUnit:
    (unit,) = PYTHON.units(textwrap.dedent(source).encode())
    return unit


def document(source: str, *lines: str, name: str | None = None) -> str:
    data = textwrap.dedent(source).encode()
    units = [u for u in PYTHON.units(data) if name in (None, u.qualified_name)]
    return apply_edits(data, [PYTHON.place(data, units[0], lines)]).decode()


def test_kinds_and_qualified_names() -> None:
    units = units_of(
        """
        class A:
            def m(self): return 1
            @property
            def p(self): return 1
            class B:
                async def n(self): return 1
        def f():
            def inner(): return 1
            class Local:
                def k(self): return 1
            return inner
        if True:
            def guarded(): return 1
        """
    )
    assert {name: unit.kind for name, unit in units.items()} == {
        "A": UnitKind.CLASS,
        "A.m": UnitKind.METHOD,
        "A.p": UnitKind.PROPERTY,
        "A.B": UnitKind.CLASS,
        "A.B.n": UnitKind.METHOD,
        "f": UnitKind.FUNCTION,
        "f.<locals>.inner": UnitKind.FUNCTION,
        "f.<locals>.Local": UnitKind.CLASS,
        "f.<locals>.Local.k": UnitKind.METHOD,
        "guarded": UnitKind.FUNCTION,
    }
    assert [name for name, unit in units.items() if unit.is_nested] == [
        "f.<locals>.inner",
        "f.<locals>.Local",
        "f.<locals>.Local.k",
    ]


def test_parameters_of_every_kind() -> None:
    signature = only(
        "def f(a, /, b: int, c=1, *args, d, e: str = 'x', **kw) -> bool: return 1"
    ).signature
    kinds = ParameterKind
    assert [(p.name, p.kind, p.annotation, p.default) for p in signature.parameters] == [
        ("a", kinds.POSITIONAL_ONLY, None, None),
        ("b", kinds.POSITIONAL, "int", None),
        ("c", kinds.POSITIONAL, None, "1"),
        ("args", kinds.VARIADIC, None, None),
        ("d", kinds.KEYWORD_ONLY, None, None),
        ("e", kinds.KEYWORD_ONLY, "str", "'x'"),
        ("kw", kinds.KEYWORD_VARIADIC, None, None),
    ]
    assert signature.returns == "bool"
    assert [p.display for p in signature.parameters][-1] == "**kw"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class A:\n def m(self, x): ...", ["x"]),
        ("class A:\n @classmethod\n def m(cls, x): ...", ["x"]),
        ("class A:\n @staticmethod\n def m(self, x): ...", ["self", "x"]),
        ("class A:\n def m(*args): ...", ["args"]),
    ],
)
def test_the_receiver_is_no_parameter(source: str, names: list[str]) -> None:
    signature = units_of(source)["A.m"].signature
    assert [p.name for p in signature.parameters] == names


def test_a_class_has_the_parameters_of_its_init() -> None:
    unit = units_of("class A:\n def __init__(self, x): ...\n def go(self): ...")["A"]
    assert [p.name for p in unit.signature.parameters] == ["x"]
    assert unit.calls == ("go",)


def test_the_facts_of_a_body_are_its_own() -> None:
    units = units_of(
        """
        def outer(x):
            def inner():
                yield 1
                raise KeyError("k")
            if x: raise errors.BadThing from None
            raise ValueError
            return None
        async def lazy():
            try: await a.b.c(1)
            except E as error: raise error
            return g()[0]
        """
    )
    outer, inner = units["outer"].signature, units["outer.<locals>.inner"].signature
    lazy = units["lazy"]
    assert (outer.returns_value, outer.yields) == (False, False)
    assert outer.raises == ("errors.BadThing", "ValueError")
    assert (inner.yields, inner.raises) == (True, ("KeyError",))
    assert (lazy.signature.is_async, lazy.signature.returns_value) == (True, True)
    assert lazy.signature.raises == ()
    assert lazy.calls == ("a.b.c", "g")


@pytest.mark.parametrize(
    ("body", "docstring"),
    [
        ('"""One."""', "One."),
        ("'a' 'b'", "ab"),
        ('("""In parentheses.""")', "In parentheses."),
        (r'"""A\tb."""', "A       b."),
        (r'r"""\d"""', r"\d"),
        ('# comment\n    """After a comment."""', "After a comment."),
        ('f"""no"""', None),
        ('b"""no"""', None),
        ('x = """no"""', None),
        ('"""no""".strip()', None),
        ('pass\n    """no"""', None),
    ],
)
def test_what_is_a_docstring(body: str, docstring: str | None) -> None:
    assert only(f"def f():\n    {body}\n    return 1\n").docstring == docstring


def test_code_and_key_do_not_know_the_docstring() -> None:
    bare = only("def f(x):\n    return x\n")
    documented = only('def f(x):\n    """Say.\n\n    More.\n    """\n\n    return x\n')
    assert documented.code == bare.code == "def f(x):\n    return x"
    assert documented.key == bare.key
    assert only("def f(x):\n    return 1\n").key != bare.key


def test_code_without_a_body_still_parses() -> None:
    assert only('def f():\n    """Only words."""\n').code == "def f():\n    ..."
    assert only('def f(): """Words."""; return 1\n').code == "def f(): return 1"


@pytest.mark.parametrize(
    ("source", "is_stub"),
    [
        ("def f(): ...", True),
        ("def f(): pass", True),
        ('def f():\n """D."""', True),
        ("def f():\n raise NotImplementedError('x')", True),
        ("def f(): return ...", False),
        ("class A: ...", False),
    ],
)
def test_stubs(source: str, is_stub: bool) -> None:
    assert only(source).is_stub is is_stub


def test_overloads_and_accessors_are_documented_elsewhere() -> None:
    found = PYTHON.units(
        b"@typing.overload\ndef f(x: int): ...\ndef f(x): ...\n"
        b"class A:\n @property\n def p(self): ...\n @p.setter\n def p(self, v): ...\n"
    )
    assert [unit.is_overload for unit in found] == [True, False, False, False, True]


def test_header_is_one_line_without_comments() -> None:
    unit = only(
        """
        @decorator
        def f(
            a,  # first
            b: dict[str, int] = {},
        ) -> int:  # noqa
            return 1
        """
    )
    assert unit.header == "def f(a, b: dict[str, int] = {}) -> int:"


@pytest.mark.parametrize("source", ["def f(:\n", "print 'two'\n", "\x00", "class A\n  pass\n"])
def test_invalid_source_is_refused(source: str) -> None:
    with pytest.raises(ParseError):
        PYTHON.units(source.encode())


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(ParseError):
        PYTHON.units(b"x = '\xff'\n")


def test_insert_under_a_header_with_a_trailing_comment() -> None:
    assert document("def f(x):  # noqa: X1\n    return x\n", "Say.") == (
        'def f(x):  # noqa: X1\n    """Say."""\n    return x\n'
    )


def test_insert_into_a_one_line_definition() -> None:
    assert document("if x:\n\tdef f(): return 1  # c\n", "Say.", "", "More.") == (
        'if x:\n\tdef f():\n\t\t"""Say.\n\n\t\tMore.\n\t\t"""\n\t\treturn 1  # c\n'
    )


def test_insert_into_a_continued_one_line_definition() -> None:
    assert document("def f(): \\\n  return 1\n", "Say.") == (
        'def f():\n    """Say."""\n    return 1\n'
    )


def test_replace_keeps_everything_around() -> None:
    source = 'def f():\n    # why\n    "old"  # type: ignore\n    return 1\n'
    assert document(source, "New.") == (
        'def f():\n    # why\n    """New."""  # type: ignore\n    return 1\n'
    )


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_the_files_own_newlines(newline: str) -> None:
    source = newline.join(["def f():", "    return 1", ""])
    assert document(source, "One.", "", "Two.") == newline.join(
        ["def f():", '    """One.', "", "    Two.", '    """', "    return 1", ""]
    )


@pytest.mark.parametrize(
    "text",
    ['say """ it', 'ends with "', "back\\slash", "\\", '\\"""', 'a\\"', "\\N{DASH}", '"', '""'],
)
def test_a_literal_means_exactly_its_text(text: str) -> None:
    source = f"def f():\n    {spell([text], '    ')}\n    return 1\n"
    assert only(source).docstring == text


def test_control_characters_are_left_out_of_a_literal() -> None:
    assert spell(["a\x00b\x1b[31m\u2028c"], "") == '"""ab[31mc"""'


def test_a_body_replaces_a_stub_and_keeps_its_docstring() -> None:
    source = b'class A:\n    def f(self):\n        """Say."""\n        ...\n\nx = 1\n'
    head, tail = b'class A:\n    def f(self):\n        """Say."""\n', b"\n\nx = 1\n"
    unit = PYTHON.units(source)[1]
    after = apply_edits(source, [PYTHON.place_body(source, unit, "if 1:\n    return 2")])
    assert after == head + b"        if 1:\n            return 2" + tail


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): ...\n", "def f():\n    return 2\n"),
        ('def f(): "Say."\n', 'def f():\n    "Say."\n    return 2\n'),
        ("def f():\n    pass\n", "def f():\n    return 2\n"),
        ('def f():\n    "Say."  # c\n', 'def f():\n    "Say."  # c\n    return 2\n'),
        ("def f():\n    # why\n    ...  # todo\n", "def f():\n    # why\n    return 2  # todo\n"),
        ('@d\ndef f():\n    "Say."', '@d\ndef f():\n    "Say."\n    return 2'),
    ],
)
def test_bodies_keep_comments(before: str, after: str) -> None:
    edit = PYTHON.place_body(before.encode(), only(before), "return 2")
    assert apply_edits(before.encode(), [edit]).decode() == after


def test_skeletons_differ_exactly_when_code_does() -> None:
    bare = PYTHON.skeleton(b"def f():\n    return 1\n")
    assert PYTHON.skeleton(b'"""M."""\ndef f():\n    """D."""\n    return 1\n') == bare
    assert PYTHON.skeleton(b"def f():\n    return 2\n") != bare
    assert PYTHON.skeleton(b'def f():\n    x = """D."""\n    return 1\n') != bare


def test_calls_in_a_chain_come_in_the_order_in_which_they_are_made() -> None:
    for _ in range(20):  # the grammar's own order changes from run to run
        unit = only("def f(a):\n    return super().f(a).strip().lower()\n")
        assert unit.calls == ("super", "f", "strip", "lower")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_of_many_lines_takes_no_long_time(newline: str):
    comment = [f"    # don't mind line {number}" for number in range(20_000)]
    lines = ["def f():", *comment, "    return 1", "", 'x = """', *comment, '"""', ""]
    (unit,) = PYTHON.units(newline.join(lines).encode())
    assert unit.signature.returns_value
    assert "line 19999" in unit.code
    assert unit.insert_at == len(f"def f():{newline}")
