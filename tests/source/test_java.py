"""What Java's files tell: units, signatures, privacy, and Javadoc."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.language import get_language
from batdoc.source.styles import detect, parse, render

LANGUAGE = get_language("java")


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
    ("class A { int f() { return 1; } }", {"name": "A.f", "kind": "method", "header": "int f() {"}),
    ("public class A {\n public A(int x) {}\n}", {"name": "A.A", "returns": False, "stub": True}),
    (
        "class A {\n void f(final int[] a, String... b) {}\n}",
        {"params": [("a", "int[]"), ("b", "String...")]},
    ),
    ("class A {\n void f() throws B, C { throw new D(); }\n}", {"raises": ["B", "C", "D"]}),
    ("class A {\n void f() { throw e; }\n}", {"raises": [], "returns": False}),
    (
        "class A {\n int f() { g(); this.h(); a.b.c(); x().y(); return 1; }\n}",
        {"calls": ["g", "this.h", "a.b.c", "x", "y"], "returns": True},
    ),
    ("public class A {\n int f() { return 1; }\n}", {"private": True}),
    ("public class A {\n protected int f() { return 1; }\n}", {"private": False}),
    ("class A {\n public int f() { return 1; }\n}", {"private": True}),
    ("public interface A {\n int f();\n}", {"private": False, "stub": False}),
    ("public interface A {\n private int f() { return 1; }\n}", {"private": True}),
    ("class A {\n @Override\n public int f() { return 1; }\n}", {"elsewhere": True}),
    ("class A { int f() { return 1; } }", {"elsewhere": True}),
    ("class A {\n int f() { return h(() -> { return 1; }); }\n}", {"returns": True}),
    ("class A {\n Object f = new B() {\n  int g() { return 1; }\n };\n}", {"name": "A"}),
    ("record A(int x, String y) {}", {"kind": "class", "params": [("x", "int"), ("y", "String")]}),
    ("@A\nenum B { C; }", {"header": "enum B {", "kind": "class"}),
    ("class A {\n int f(A this, int b) { return b; }\n}", {"params": [("b", "int")]}),
    ("/** Doc. */\n\n@A\nclass B {}", {"doc": "Doc."}),
    ("/* No. */\nclass B {}", {"doc": None}),
    ("/** Doc. */\n// c\nclass B {}", {"doc": "Doc."}),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
def test_facts(source: str, expected: dict[str, object]):
    told = facts(source)
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("@deprecated", "&#64;deprecated"),
        (" ** @deprecated now", " ** &#64;deprecated now"),
        ("C:\\users", "C:&#92;users"),
        ("since @deprecated", "since @deprecated"),
        ("@return it", "@return it"),
    ],
)
def test_what_the_compiler_reads_in_comments_is_spelled_otherwise(line: str, expected: str):
    assert LANGUAGE.guard(line) == expected
    assert LANGUAGE.guard(expected) == expected


DOCUMENTATION = """\
Finds a thing
by name.

<p>More of it.

@param <T> of things
@param name of it,
    in full
@return the thing
@throws java.io.IOException if it
    cannot be read
@since 1.2
"""


def test_documentation_is_read_and_written():
    docstring = parse(DOCUMENTATION, language="java")
    assert docstring.style is Style.JAVADOC
    assert docstring.summary == "Finds a thing by name."
    assert docstring.params == (Entry("name", None, "of it,\nin full"),)
    assert docstring.returns == Entry("", None, "the thing")
    assert docstring.raises == (Entry("java.io.IOException", None, "if it\ncannot be read"),)
    again = parse("\n".join(render(docstring, 80)), language="java")
    assert (again.summary, again.params, again.returns, again.raises) == (
        docstring.summary,
        docstring.params,
        docstring.returns,
        docstring.raises,
    )


def test_a_plain_sentence_has_no_convention():
    assert detect("Only words.", "java") is Style.PLAIN


def test_code_parses_alone_as_a_member_and_not_at_all():
    assert LANGUAGE.parses("class A {}")
    assert LANGUAGE.parses("public int f() { return 1; }")
    assert not LANGUAGE.parses("class A {")
