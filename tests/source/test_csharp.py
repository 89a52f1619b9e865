"""What C#'s files tell: units, signatures, privacy, and XML documentation."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.errors import ParseError
from batdoc.source.language import get_language
from batdoc.source.styles import detect, parse, render

LANGUAGE = get_language("csharp")


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
    ("class A\n{\n int F() => 1;\n}", {"name": "A.F", "kind": "method", "header": "int F() => 1;"}),
    (
        "class A\n{\n public A(int x) : base(x) { }\n}",
        {"returns": False, "header": "public A(int x) : base(x) {"},
    ),
    (
        "class A\n{\n void F(ref int a, string b = null, params int[] c) {}\n}",
        {"params": [("a", "int"), ("b", "string"), ("c", "int[]")]},
    ),
    ("class A\n{\n void F() { throw new B.C(); }\n}", {"raises": ["B.C"], "returns": False}),
    (
        "class A\n{\n int F() { G(); this.H(); a.B.C(); return 1; }\n}",
        {"calls": ["G", "this.H", "C"], "returns": True},
    ),
    ("class A\n{\n async Task F() { await g; }\n}", {"returns": False}),
    (
        "class A\n{\n IEnumerable<int> F() { yield return 1; }\n}",
        {"yields": True, "returns": False},
    ),
    ("class A\n{\n public int P { get; set; }\n}", {"name": "A.P", "kind": "property"}),
    ("class A\n{\n public int this[int i] => i;\n}", {"name": "A.this", "params": [("i", "int")]}),
    ("class A\n{\n public static A operator +(A a, A b) => a;\n}", {"name": "A.operator+"}),
    ("class A\n{\n int f;\n}", {"name": "A"}),
    ("public class A\n{\n internal void F() {}\n}", {"private": True}),
    ("public class A\n{\n protected void F() {}\n}", {"private": False}),
    ("class A\n{\n public void F() {}\n}", {"private": True}),
    ("public interface A\n{\n#if B\n void F();\n#endif\n}", {"private": False}),
    ("class A\n{\n public override string F() => x;\n}", {"elsewhere": True}),
    ("public record A(int X);", {"kind": "class", "params": [("X", "int")]}),
    ("[B]\npublic struct A { }", {"header": "public struct A {", "stub": True}),
    ("/// <summary>D.</summary>\n[B]\nclass A {}", {"doc": "<summary>D.</summary>"}),
    ("/// One\n/// two.\nclass A {}", {"doc": "One\ntwo."}),
    ("/** Doc. */\nclass A {}", {"doc": "Doc."}),
    ("//// No.\nclass A {}", {"doc": None}),
    ("/// Doc.\n\n#pragma warning disable X\nclass A {}", {"doc": "Doc."}),
    ("#if X\n/// One.\n#else\n/// Two.\n#endif\nclass A {}", {"doc": "Two."}),
    ("/// Doc.\n#if X\n[B]\n#else\n[C]\n#endif\nclass A {}", {"doc": "Doc."}),
    ("class A {}\n#pragma warning restore 618", {"name": "A"}),
    ("/// Doc.\nusing B;\nclass A {}", {"doc": None}),
    ("class A : B\n#if X\n, C\n#elif Y\n, D {\n#endif\n{\n void F() {}\n}", {"name": "A.F"}),
    (
        "class A : B\n#if X\n, C\n#else\n#if Y\n, D {\n#endif\n{\n#endif\n{\n void F() {}\n}",
        {"name": "A.F"},
    ),
    ("class A\n{\n async System.Threading.Tasks.Task F() { await g; }\n}", {"returns": False}),
    ("// No.\nclass A {}", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
def test_facts(source: str, expected: dict[str, object]):
    told = facts(source)
    assert {name: told[name] for name in expected} == expected


DOCUMENTATION = """\
<summary>
Finds a <see cref="T:Shop.Thing"/> if a &lt; b.
</summary>
<typeparam name="T">Of things.</typeparam>
<param name="name">Of it,
in <c>full</c>.</param>
<returns>The thing.</returns>
<exception cref="T:System.IOException">Not there.</exception>
"""


def test_documentation_is_read_and_written():
    docstring = parse(DOCUMENTATION, language="csharp")
    assert docstring.style is Style.XMLDOC
    assert docstring.summary == "Finds a Shop.Thing if a < b."
    assert docstring.params == (Entry("name", None, "Of it,\nin full."),)
    assert docstring.returns == Entry("", None, "The thing.")
    assert docstring.raises == (Entry("System.IOException", None, "Not there."),)
    again = parse("\n".join(render(docstring, 80)), language="csharp")
    assert (again.summary, again.params, again.returns, again.raises) == (
        docstring.summary,
        docstring.params,
        docstring.returns,
        docstring.raises,
    )


def test_elements_that_share_a_line_keep_their_words():
    docstring = parse(
        '<summary>Find.</summary> <param name="a">One.</param><param name="b">Two.</param> Rest.\n'
        "<returns>It.</returns>",
        language="csharp",
    )
    assert docstring.summary == "Find."
    assert docstring.params == (Entry("a", None, "One."), Entry("b", None, "Two."))
    assert docstring.body == "Rest."
    assert docstring.returns == Entry("", None, "It.")


def test_an_element_that_is_never_closed_keeps_its_words():
    assert parse("<summary>Find.\n<returns>It.", Style.XMLDOC).summary == "Find."
    assert parse("<summary>Find.\n<returns>It.", Style.XMLDOC).returns == Entry("", None, "It.")


def test_what_an_iterator_gives_is_a_result():
    source = b"class A\n{\n IEnumerable<int> F() { yield return 1; }\n}"
    signature = LANGUAGE.units(source)[-1].signature
    text = "<summary>Count.</summary>\n<returns>Numbers.</returns>"
    assert parse(text, language="csharp").problems(signature) == ()


def test_a_condition_that_leaves_half_a_statement_is_refused():
    with pytest.raises(ParseError):
        LANGUAGE.units(b"class A\n{\n#if X\n void F() {\n#endif\n}\n")


def test_a_plain_sentence_has_no_convention():
    assert detect("Only words.", "csharp") is Style.PLAIN


def test_code_parses_alone_as_a_member_and_not_at_all():
    assert LANGUAGE.parses("class A {}")
    assert LANGUAGE.parses("public int F() { return 1; }")
    assert not LANGUAGE.parses("class A {")
