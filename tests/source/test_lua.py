"""What Lua's files tell: units, signatures, privacy, and LDoc."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.drift import drift
from batdoc.source.language import get_language
from batdoc.source.styles import detect, parse, render

LANGUAGE = get_language("lua")


def facts(source: str) -> dict[str, object]:
    """Give what is told of the last unit."""
    unit = LANGUAGE.units(source.encode())[-1]
    signature = unit.signature
    return {
        "name": unit.qualified_name,
        "kind": unit.kind.value,
        "header": unit.header,
        "params": [(p.name, p.annotation) for p in signature.parameters],
        "returns": signature.returns_value,
        "yields": signature.yields,
        "raises": list(signature.raises),
        "calls": list(unit.calls),
        "private": unit.is_private,
        "elsewhere": unit.is_overload,
        "stub": unit.is_stub,
        "doc": unit.docstring,
    }


CASES: list[tuple[str, dict[str, object]]] = [
    (
        "function f(a, ...) end",
        {"name": "f", "kind": "function", "header": "function f(a, ...)", "stub": True},
    ),
    ("function A.b.c() return 1 end", {"name": "A.b.c", "returns": True}),
    ("function A:m() end", {"name": "A.m", "kind": "method", "returns": False}),
    ("A.f = function(a, b) end", {"name": "A.f", "params": [("a", None), ("b", None)]}),
    ("local f = function() end", {"name": "f", "private": True, "header": "local f = function()"}),
    ("local function f() end", {"private": True}),
    ("function _f() end", {"private": True}),
    ("t = {\n f = function() end,\n}", {"name": "f", "private": False}),
    ("t = {\n ['f'] = function() end,\n}", {"name": "f"}),
    ("t = {\n function() end,\n f = function() end,\n}", {"name": "f"}),
    ("function f() return end", {"returns": False}),
    ("function f() g(function() return 1 end) end", {"returns": False}),
    ("function f() g() a.b(1) c:d() end", {"calls": ["g", "a.b", "c.d"]}),
    ("x = 1 function f() end", {"elsewhere": True}),
    ("#!/usr/bin/lua\nfunction f() end", {"doc": None}),
    ("--- Doc.\n-- More.\nfunction f() end", {"doc": "Doc.\nMore."}),
    ("-- Doc.\nfunction f() end", {"doc": "Doc."}),
    ("--[[ Doc. ]]\nfunction f() end", {"doc": "Doc."}),
    ("-----\nfunction f() end", {"doc": None}),
    ("-- No.\n\nfunction f() end", {"doc": None}),
    ("x = 1 -- No.\nfunction f() end", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
def test_facts(source: str, expected: dict[str, object]):
    told = facts(source)
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@diagnostic disable", "\\@diagnostic disable"),
        ("  luacheck: ignore", "  \\luacheck: ignore"),
        ("\t@meta", "\t\\@meta"),
        ("see luacheck: x", "see luacheck: x"),
    ],
)
def test_words_are_no_directives(line: str, expected: str):
    assert LANGUAGE.guard(line) == expected
    assert LANGUAGE.guard(expected) == expected


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ("@string[opt='.'] a One.\n-- @func b Two.", "a, b"),
        ("@tparam[opt=1] int a One.\n-- @array2d b Two.", "a, b"),
        ("@param a One.\n-- @param more Others.", "a, ..."),
        ("@param a One.", "self, a"),
    ],
)
def test_human_ways_to_tell_of_parameters_are_right(tags: str, code: str):
    unit = LANGUAGE.units(f"--- Do.\n-- {tags}\nfunction M.f({code}) end\n".encode())[0]
    assert drift(unit, {}) == ()


DOCUMENTATION = """\
Finds a thing.

@param name of it,
  in full
@tparam string|nil kind
@treturn table the thing
@see other
"""


def test_documentation_is_read_and_written():
    docstring = parse(DOCUMENTATION, language="lua")
    assert docstring.style is Style.LDOC
    assert docstring.summary == "Finds a thing."
    assert docstring.params == (
        Entry("name", None, "of it,\nin full"),
        Entry("kind", "string|nil", ""),
    )
    assert docstring.returns == Entry("", "table", "the thing")
    assert docstring.raises == ()
    again = parse("\n".join(render(docstring, 80)), language="lua")
    assert (again.summary, again.params, again.returns, again.raises) == (
        docstring.summary,
        docstring.params,
        docstring.returns,
        docstring.raises,
    )


def test_a_plain_sentence_has_no_convention():
    assert detect("Only words.", "lua") is Style.PLAIN


def test_code_parses_alone_as_a_member_and_not_at_all():
    assert LANGUAGE.parses("function f() end")
    assert LANGUAGE.parses("f = function() end,")
    assert not LANGUAGE.parses("function f(")
