"""Hostile text over hostile files, in the languages that are documented in comments.

Whatever is said becomes documentation, or nothing changes; the code stays as it is, token by token.
To try a language, give FILES some of its worst files and PIECES what it would act on in comments.
"""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tree_sitter import Node, Parser

from batdoc.source.edits import apply_edits
from batdoc.source.errors import ProofError
from batdoc.source.files import decode_source
from batdoc.source.graph.grammar import get_grammar
from batdoc.source.language import get_language
from batdoc.source.proof import prove
from batdoc.source.rewrite import rewrite

FILES: dict[str, tuple[bytes, ...]] = {
    "javascript": (
        b"function f() { return 1 }",
        b"class A {\r\n\tm() {\r\n\t\treturn `\n/** */ ${1}`;\r\n\t}\n\n\t// c\n\tx = () => 1\n}\r",
        b"// @ts-nocheck\n/* a */ function g() {}\n/** Old. */\n\n@dec\nexport class B {}\n",
        b"const o = {\n  // eslint-disable-line\n  m() {}, 'n'() {},\n  p: (a = '*/') => a,\n}\n",
        b"'use strict'\nexports.h = function () { throw new E('/**') } // end\n/** Last. */\n",
    ),
    "typescript": (
        b"@A() class B<T> {\r\n\t@C()\r\n\tm(this: B, @D() a?: `/**`): void {}\r\n}\r\n",
        b"export function f(a: 1): void\n/** Old. */\nexport function f(a: 2): void\n"
        b"export function f(a: any) {}",
        b"namespace N {\n  // @ts-ignore\n  export const g = <T,>(x: T): T => x\n}\n",
        b"interface I {\n    (): void; m(): void\n    n(): 1 // c\n}\nexport default () => 1",
    ),
    "tsx": (
        b"const A = ({ b }: P) => <p>/** {b} */</p>\n\nexport default A\n",
        b"class C {\n\trender() { return <a href='//'>*/ {/* c */}</a> }\n}",
    ),
    "ruby": (
        b"# frozen_string_literal: true\ndef f() = 1",
        b"module A\r\n\tclass << self\r\n\t\tdef m(a:, **b, &c); yield a; end\r\n\tend\r\nend\r\n",
        b"=begin\nOld.\n=end\nclass B\n  private def g = 1\n  # rubocop:disable X\n"
        b"  def h?\n    <<~X\n      # no\n      =begin\n    X\n  end\nend\n",
        b"#!/usr/bin/ruby\n# coding: utf-8\ndef i; raise E, '#' end\n__END__\ndef j; end\n",
    ),
    "go": (
        b"package a\nfunc F() int { return 1 }",
        b"package a\r\n\r\ntype (\r\n\tA struct{ x int } // x\r\n\tB interface {\r\n"
        b"\t\tM(x int) error\r\n\t}\r\n)\r\n",
        b"package a\n/* Old\n   one. */\nfunc (a *A) G() string { return `//` + `/*` }\n"
        b"\n//go:noinline\nfunc H() {}\n",
        b'// +build x\n\npackage a\n\n/*\nint c;\n*/\nimport "C"\n\n//export I\nfunc I() {}\n',
    ),
    "rust": (
        b"pub fn f() -> char { '/' }",
        b"#[a]\r\n// c\r\n#[b]\r\npub struct A;\r\nimpl A {\r\n\tpub fn m(&self) {}\r\n}\r\n",
        b'/** Old /* in */ one. */\n#[inline]\nfn g() { r#"*/ "#; }\n\n//! in\nmod n {}\n',
        b"trait T {\n    /// Old.\n    fn t(&self);\n    fn u(); fn v();\n}\n//// no\nenum E { A }",
    ),
    "c": (
        b"int f(void) { return '\\\\'; }",
        b"#define X(a) \\\r\n  int a; /* b */ \\\r\n  int y(void);\r\nint g(void);\r\n",
        b'/// Old.\nint h(void)\n{\n\treturn "/*"[0];\n}\n// on \\\nint i(void);\nint j(void);\n',
        b"/* Old. */\nAPI_CALL int k(a, b) int a; char b; { return a; }\nBAD(x {\nint l(void);\n",
        b"#if A\n/*! Old.\n * More. */\nstruct s { int a; };\n#else\ntypedef int t;\n#endif",
    ),
    "cpp": (
        b'auto f() { return R"(*/ // \\)"; }',
        b"template <class T>\r\nclass API A : B {\r\n public:\r\n\tint m(); int n();\r\n};\r\n",
        b"//! Old.\nint A::o() const { return 1'000; }\n\n/// a \\\nint p();\nint q();\n",
        b'namespace n {\nextern "C" int r(int);\nenum class E { A };\n}  // namespace n\nint s(',
    ),
    "java": (
        b"class A { int f() { return 1; } }",
        b'public class A {\r\n\t@B("*/")\r\n\tpublic int m(int... a) {}\r\n\n\t// c\n\tint x;\n}\r',
        b"/** Old. */\n\n@A\npublic record R(int a) {\n  // noinspection x\n  public R { }\n"
        b'  @Override\n  public String toString() { return """\n  /** */\n"""; }\n}\n',
        b"public interface I {\n    int z();\n    default void y() { new A() { public int b() "
        b"{ return 1; } }; }\n}",
    ),
    "csharp": (
        b"class A { int F() => 1; }",
        b'[B]\r\npublic class A\r\n{\r\n\tpublic string M(int a = 1) => @"/// ";\r\n\r\n}\r\n',
        b"/// <summary>Old.</summary>\n/// More\n#region x\npublic record R(int A);\n#endregion\n"
        b"/** Block. */\npublic enum E { A }\n",
        b"public class J : K\n#if X\n    , L\n#else\n    , M {\n#endif\n{\n"
        b"    /// <summary>Old.</summary>\n#pragma warning disable X\n    public void N() {}\n}\n"
        b"#pragma warning restore X",
        b"public interface I\n{\n    int P { get; }\n    //// no\n    void M();\n"
        b"#if X\n    void N();\n#endif\n}",
    ),
    "php": (
        b"<?php\nfunction f() { return 1; }",
        b"<html><?php function g() {} ?>\r\n<?php\r\nclass A\r\n{\r\n\t#[B]\r\n"
        b"\tpublic function m(int &$a = 1) {}\r\n}\r\n?>\r\n<p>/** */</p>",
        b"<?php\n/** Old. */\n\nabstract class C {\n  // phpcs:ignore\n  abstract function h();\n"
        b"  private $x = <<<X\n  /** */\n  X;\n}\n",
        b"<?php\ntrait T { use U; }\nfunction i() { return fn($x) => '*/'; } # end\n",
    ),
    "lua": (
        b"function f() return 1 end",
        b"local M = {}\r\n--- Old\r\n-- one.\r\nfunction M.a(x, ...)\r\n"
        b"\treturn [[\n-- ]]\r\nend\r\n",
        b"#!/usr/bin/lua\n--[[ Old. ]]\nlocal function b() end\n-----\nfunction c:d() end return c",
        b"return {\n  -- luacheck: ignore\n  e = function() return '--' end,\n  [1] = f,\n}\n",
    ),
}
PIECES: dict[str, tuple[str, ...]] = {
    "java": (
        "\\u002a\\u002f",
        "\\u",
        "\\\\u",
        "C:\\users",
        "{@code",
        "@Override",
        "\n* @deprecated",
        "NOSONAR",
        "<p>",
    ),
    "csharp": (
        "<summary>",
        "</summary>",
        "<!--",
        "]]>",
        "&amp",
        "#pragma x",
        "#if X",
        "\n#else\n",
        "\ufffe",
    ),
    "php": (
        "?>",
        "<?php",
        "<?=",
        "$x",
        "{$x}",
        "#[A]",
        "phpcs:ignoreFile",
        "\nX;\n",
        "@A\\B(x=1)",
        "@test",
    ),
    "lua": (
        "--[[",
        "]]",
        "]==]",
        "--[==[",
        "@diagnostic disable",
        "\n  luacheck: ignore",
        "\n @meta",
        "end",
    ),
    "javascript": ("@jsx h", "@__PURE__", "//# sourceMappingURL=x", "@ts-ignore", "`", "${x}"),
    "typescript": ("@jsx h", "// @ts-nocheck", "/// <reference path='x' />", "@internal", "}"),
    "tsx": ("@jsxImportSource x", "</p>", "{", "*/}", "<"),
    "ruby": (
        *("=begin", "=end", "\n=end\n", "__END__", "frozen_string_literal: true", "coding: x"),
        *("-*- coding: x -*-", "rubocop:disable all", ":stopdoc:", "typed: true", "#", "#{x}"),
    ),
    "go": (
        *("go:build x", "//go:embed x", "+build x", "nolint", "#nosec", "line a.go:1", "`"),
        *("export X", "Code generated by x. DO NOT EDIT.", "/*line a.go:1*/", "\tcode"),
    ),
    "rust": ("///", "//!", "#[x]", "#![x]", 'r#"', "```", "# Safety", "'", "/**/", "/*/"),
    "c": ("\\\n", "\\ ", "??/", "??/\n", "#define X", "#endif", "'", "@{", "<", "NOLINT", 'R"('),
    "cpp": ("\\\n", "??/", "\\ \t", "#if 0", "\\u000a", "clang-format off", "API int f()", "/// x"),
}
WORDS = (
    *("*/", "/*", "/**", "//", "*", "/", "\\", "\n", "\r\n", "\r", "\t", " ", "\0", "\x0c", "\x85"),
    *(
        "\u2028",
        "\u2029",
        "\u202e",
        "\ufeff",
        "\ud800",
        "🦇",
        "é",
        "<b>",
        "&",
        "#",
        "@",
        "--",
        "]]",
    ),
    *("*/ evil(); /*", "\nevil()\n", '"""', "<|end|>", "@param", "@param x", "\\u002a/", "word"),
)


def texts(language: str) -> st.SearchStrategy[str]:
    pieces = st.sampled_from([*WORDS, *PIECES[language]]) | st.text(max_size=4)
    return st.lists(pieces, min_size=1, max_size=12).map("".join)


@st.composite
def attacks(draw: st.DrawFn) -> tuple[str, bytes, list[str]]:
    language = draw(st.sampled_from(sorted(FILES)))
    source = draw(st.sampled_from(FILES[language]))
    return language, source, draw(st.lists(texts(language), min_size=6, max_size=6))


def leaves(node: Node, is_comment: bool) -> list[bytes]:
    """Give the texts of all comments, or of all tokens outside comments."""
    if "comment" in node.type:
        return [node.text or b""] if is_comment else []
    if not node.child_count:
        return [] if is_comment else [node.text or b""]
    return [text for below in node.children for text in leaves(below, is_comment)]


def tokens(language: str, source: bytes) -> list[bytes]:
    grammar = get_grammar(language)
    assert grammar is not None
    root = Parser(grammar.load()).parse(source).root_node
    return [text for text in leaves(root, is_comment=False) if text.strip()]


def letters(text: str) -> str:
    return re.sub(r"[^A-Za-z]", "", text)


@settings(deadline=None, max_examples=300)
@given(attacks())
@example(("javascript", FILES["javascript"][0], ["*/"] * 6))
@example(("javascript", FILES["javascript"][1], ["x\n*/ evil()\n/*"] * 6))
def test_hostile_text_is_proved_and_applied_or_changes_nothing(
    attack: tuple[str, bytes, list[str]],
):
    name, data, answers = attack
    language = get_language(name)
    file = decode_source(Path("a"), data)
    before = language.units(file.text)
    asked = dict(zip((i for i, u in enumerate(before) if not u.is_overload), answers, strict=False))
    edits = [language.place(file.text, before[i], words.split("\n")) for i, words in asked.items()]
    result = rewrite(file, edits, language)
    assert tokens(name, result.after) == tokens(name, file.text)
    assert len(result.applied) + len(result.refused) == len(edits)
    after = language.units(result.after)
    for (i, words), edit in zip(asked.items(), edits, strict=True):
        if edit in result.applied:
            assert letters(after[i].docstring or "") == letters(words)
        else:
            assert not letters(words)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_second_run_with_the_same_words_changes_nothing(name: str):
    language = get_language(name)
    for data in FILES[name]:
        units = [unit for unit in language.units(data) if not unit.is_overload]
        words = [piece for piece in (*WORDS, *PIECES[name]) if "\ud800" not in piece]
        lines = ["Do it.", "", *" ".join(words).splitlines()]
        edits = [language.place(data, unit, lines) for unit in units]
        after = apply_edits(data, edits)
        prove(data, after, edits, language)
        again = [unit for unit in language.units(after) if not unit.is_overload]
        assert all(
            language.place(after, unit, (unit.docstring or "").split("\n")).new
            in after[unit.doc_span.start : unit.doc_span.end]
            for unit in again
            if unit.doc_span
        )
        assert any(unit.doc_span for unit in again)


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_not_documentation_is_refused(name: str):
    language = get_language(name)
    source = FILES[name][0]
    unit = language.units(source)[0]
    good = language.place(source, unit, ["Do it."])
    for more in (b"evil();\n", b"\x00"):
        bad = type(good)(good.span, good.new + more, good.expects)
        with pytest.raises(ProofError):
            prove(source, apply_edits(source, [bad]), [bad], language)
