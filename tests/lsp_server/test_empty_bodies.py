"""Bodies between braces, or up to `end`, in the languages beside Python."""

import pytest

from batdoc.lsp_server.completion import find_spot
from batdoc.lsp_server.wire import BodyAnswer, DocstringAnswer
from batdoc.source.docstring import Style
from batdoc.source.errors import ProofError
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language

CURSOR = "|"
NOTHING = DocstringAnswer(None, HouseStyle(Style.JSDOC, True, False, 88, True))

# A document with a cursor, a body, and the document with the suggestion taken.
CASES = {
    "javascript": (
        "function g() {\n  g();\n}\n\n/** Adds. */\nfunction add(a, b) {\n  |\n}\n",
        "return a + b;",
        "{\n  return a + b;\n}\n",
    ),
    "typescript": (
        "class Sum {\n  /** Adds. */\n  add(a: number, b: number): number {|}\n}\n",
        "return a + b;",
        "number {\n    return a + b;\n  }\n}\n",
    ),
    "go": (
        "package p\n\n// Add adds.\nfunc Add(a, b int) int {\n\t|\n}\n\nfunc g() { Add(1, 2) }\n",
        "c := a + b\nreturn c",
        "int {\n\tc := a + b\n\treturn c\n}\n\nfunc g",
    ),
    "ruby": (
        "class Sum\n  # Adds.\n  def add(a, b)\n    |\n  end\nend\n",
        "a + b",
        "def add(a, b)\n    a + b\n  end\nend\n",
    ),
    "rust": (
        "/// Adds.\nfn add(a: i32, b: i32) -> i32 {\n    |\n}\n",
        "a + b",
        "{\n    a + b\n}\n",
    ),
    "java": (
        "class Sum {\n    /** Adds. */\n    int add(int a, int b) {|}\n}\n",
        "return a + b;",
        "{\n        return a + b;\n    }\n}\n",
    ),
    "lua": (
        "--- Adds.\nlocal function add(a, b)\n    |\nend\n",
        "return a + b",
        "(a, b)\n    return a + b\nend\n",
    ),
    "c": (
        "/** Adds. */\nint add(int a, int b)\n{\n    |\n}\n",
        "return a + b;",
        "{\n    return a + b;\n}",
    ),
    "php": (
        "<?php\n/** Adds. */\nfunction add($a, $b) {\n    |\n}\n",
        "return $a + $b;",
        "{\n    return $a + $b;\n}\n",
    ),
    "csharp": (
        "class Sum {\n    /// Adds.\n    int Add(int a, int b)\n    {\n        |\n    }\n}\n",
        "return a + b;",
        "{\n        return a + b;\n    }\n}\n",
    ),
}
UNCLOSED = {
    "javascript": (
        "class A {\n  /** Adds. */\n  add(a, b) {\n    |\n}\n",
        "return a + b;",
        "{\n    return a + b;\n  }\n}\n",
    ),
    "go": (
        "package p\n\n// Add adds.\nfunc Add(a, b int) int {\n\t|\n\nfunc g() {\n\tg()\n}\n",
        "return a + b",
        "{\n\treturn a + b\n}\n\nfunc g",
    ),
    "ruby": ("# Adds.\ndef add(a, b)\n    |", "a + b", "def add(a, b)\n    a + b\nend"),
    "c": ("/** Adds. */\nint add(int a, int b) {|", "return a + b;", "{\n    return a + b;\n}"),
}
TYPED = [(language, *case) for cases in (CASES, UNCLOSED) for language, case in cases.items()]


def spot_in(text, language):
    before, after = text.split(CURSOR)
    source, of = (before + after).encode(), get_language(language)
    return find_spot(source, len(before.encode()), of, of.units)


def written(text, language, body):
    return spot_in(text, language).suggestion(BodyAnswer(body)).accepted.decode()


@pytest.mark.parametrize(("language", "text", "body", "expected"), TYPED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_body_begins_at_the_cursor(language, text, body, expected, newline):
    after = written(text.replace("\n", newline), language, body)
    assert expected in after.replace(newline, "\n")
    assert after.count("\n") == after.count(newline)
    assert get_language(language).units(after.encode())


def test_the_white_space_at_the_cursor_is_the_body_s():
    text = "/** Adds. */\nfunction add(a, b) {\n   |\n}\n"
    assert written(text, "javascript", "a += b;\nreturn a;").endswith(
        "{\n   a += b;\n   return a;\n}\n"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("javascript", "function add(a, b) {\n    |\n}\n"),  # nothing says what it should do
        ("javascript", "/** Adds. */\nfunction add(a, b) {\n    |\n    return a;\n}\n"),
        ("javascript", "/** Adds. */\nfunction add(a, b) {\n    // |\n}\n"),
        ("javascript", "/** Adds. */\nfunction add(a, b) {\n    x|\n}\n"),
        ("javascript", "/** Adds. */\nfunction add(a, b) {\n    if (a) {|}\n}\n"),
        ("javascript", "/** Adds. */\nfunction add(a, b) {\n\n    |\n}\n"),
        ("javascript", "/** Adds. */\nclass Sum {\n    |\n}\n"),
        ("javascript", "const x = `\n/** Adds. */\nfunction add(a, b) {\n    |\n}\n`\n"),
        ("go", "package p\n\n// Add adds.\nfunc Add() int { | }\n"),
        ("go", "package p\n\n// T is one.\ntype T struct {\n\t|\n}\n"),
        ("ruby", "# Adds.\ndef add(a)\n    # later\n    |\nend\n"),
        ("ruby", "# Adds.\ndef add(a)\n  a\nend\n    |\n"),
        ("ruby", "class A\n  # Adds.\n  def add(a)|\n    a\n  end\nend\n"),
        ("ruby", "class A\n  # Adds.\n  def add(a)|\n    a\n  end\n"),
        ("ruby", "# Adds.\ndef add(a)\n    |\n    # later\nend\n"),
        ("ruby", "class A\n  # Adds.\n  def add(a)|\n  a\n  end\nend\n"),
        ("c", "/** Adds. */\nint add(int a);\n    |\n"),
        ("c", "/** Adds. */\nint add(int a) {\n    |\n}\n\nEACH(x, y) { z }}\n"),  # no proof
    ],
)
def test_other_places_are_none(language, text):
    assert spot_in(text, language) is None


@pytest.mark.parametrize("body", ["return 1;\n}\nfunction g() {", "return ("])
def test_a_body_that_does_not_fit_is_refused(body):
    with pytest.raises(ProofError):
        written(CASES["javascript"][0], "javascript", body)


def test_no_body_is_no_suggestion():
    found = spot_in(CASES["javascript"][0], "javascript")
    assert found.suggestion(BodyAnswer(None)) is None
    assert found.suggestion(NOTHING) is None
