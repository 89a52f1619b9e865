"""What C's files tell: units, signatures, macros, errors, where documentation stands; Doxygen."""

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.errors import ProofError
from batdoc.source.language import get_language
from batdoc.source.styles import parse, render
from batdoc.source.styles.locate import locate
from batdoc.source.styles.sections import Role

C = get_language("c")
CASES = [
    (
        "int f(const char *a, int b[], char **c) {}",
        {"types": ["const char *", "int []", "char **"]},
    ),
    ("int f(void) { return g(1); }", {"params": [], "returns": True, "calls": ["g"]}),
    ("void f(char *a, ...);", {"params": ["a", "*"], "returns": False, "type": "void"}),
    ("void *f(int, char *);", {"params": ["", ""], "returns": True, "type": "void *"}),
    (
        "int f(int (*g)(int, char), int n);",
        {"params": ["g", "n"], "types": ["int (*g)(int, char)", "int"]},
    ),
    ("void (*f(int a))(int);", {"name": "f", "params": ["a"], "returns": True}),
    ("int (f)(int a);", {"name": "f", "params": ["a"]}),
    ("int f(a, b) int a; char *b; { return 1; }", {"params": ["a", "b"], "kind": "function"}),
    ("static int f(void) { return 1; }", {"private": True}),
    ("static inline int f(void) { return 1; }", {"private": False}),
    ("int\nf(void)\n{\n}", {"header": "int f(void) {", "footer": "}", "stub": True}),
    ("struct A { int b; };", {"kind": "class", "header": "struct A {", "footer": "}"}),
    ("typedef struct A { int b; } B;", {"name": "A", "footer": "} B;"}),
    ("typedef struct { int b; } B;", {"name": "B", "kind": "class"}),
    ("typedef enum { X } B;", {"name": "B", "kind": "class"}),
    ("typedef int (*B)(int a);", {"name": "B", "kind": "function", "params": ["a"], "type": "int"}),
    ("typedef struct A B;", {"name": "B", "kind": "class", "header": "typedef struct A B;"}),
    ("struct A { int b; } *a;", {"name": "A", "footer": "} *a;"}),
    ("API_CALL int f(void);", {"name": "f", "header": "API_CALL int f(void);", "overload": False}),
    ("extern API int f(void);", {"name": "f", "type": "int"}),
    ("EXTERN(void) f(FILE *a);", {"name": "f", "returns": False, "types": ["FILE *"]}),
    ("FILE *f(void);", {"name": "f", "type": "FILE *"}),
    ("DECLARE(a)\n\nint f(void);", {"name": "f", "overload": False}),
    ("#ifdef A\nint f(void);\n#else\nint g(void);\n#endif", {"name": "g", "overload": False}),
    ("__attribute__((x)) int f(void);", {"name": "f"}),
    ("int x; int f(void);", {"overload": True}),
    ("/** Doc. */\nint f(void);", {"doc": "Doc."}),
    ("/*!\n * A\n *   b\n */\nint f(void);", {"doc": "A\n  b"}),
    ("/// A\n///\n/// b\nint f(void);", {"doc": "A\n\nb"}),
    ("//! Doc.\nint f(void);", {"doc": "Doc."}),
    ("/* Doc. */\nint f(void);", {"doc": "Doc."}),
    ("// Doc.\nint f(void);", {"doc": "Doc."}),
    ("/*****\n * Doc.\n */\nint f(void);", {"doc": "Doc."}),
    ("/** Doc. */\n// NOLINTNEXTLINE\nint f(void);", {"doc": "Doc."}),
    ("/** Doc. */\n\nint f(void);", {"doc": None}),
    ("int a; /**< no */\nint f(void);", {"doc": None}),
    ("int a;\n/**< no */\nint f(void);", {"doc": None}),
    ("/** @{ */\nint f(void);", {"doc": None}),
    ("/** @file\n * no\n */\nint f(void);", {"doc": None}),
    ("/**/\nint f(void);", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(facts_of, source: str, expected: dict[str, object]):
    found = facts_of("c", f"#include <a.h>\n\n{source}\n")
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "source",
    [
        "int x;",
        "int (*f)(int);",
        "struct A;",
        "struct A *a;",
        "TEST(a, b) { c(); }",
        "int g(x {",
        "#define F(x) int f(void);",
    ],
)
def test_these_are_no_units(source: str):
    assert C.units(f"{source}\n".encode()) == []


def test_what_stands_in_a_function_is_no_unit():
    source = b"int f(void)\n{\n\tint g(void);\n\tstruct A { int b; } a;\n\treturn 1;\n}\n"
    assert [unit.name for unit in C.units(source)] == ["f"]


def test_what_an_error_touches_is_left_alone():
    source = b"int f(void) { return 1; }\n\nBROKEN(x {\nint g(void) { return 1; }\n}\n"
    assert [unit.name for unit in C.units(source)] == ["f"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["\\", "\\ ", "??/"])
def test_no_line_is_put_into_a_macro(mark: str, newline: str):
    source = f"#define X /* a */ {mark}{newline}int f(void);{newline}".encode()
    for unit in C.units(source):
        with pytest.raises(ProofError):
            C.place(source, unit, ["Do it."])


@pytest.mark.parametrize("words", ["a \\", "a \\  ", "a ??/", "a \\\nb"])
def test_no_line_goes_on_in_the_code(document, words: str):
    after = document("c", "/// Old.\nint f(void);\n", words)
    assert not any(line.endswith(("\\", "??/")) for line in after.split("\n"))


@pytest.mark.parametrize(
    "directive", ["NOLINT", "clang-format off", "LCOV_EXCL_START", "@{", "\\file", "coverity[x]"]
)
def test_no_word_becomes_a_directive(document, directive: str):
    assert f" {directive}" not in document("c", "int f(void);", f"  {directive}")
    assert f" {directive}" not in document("c", "int f(void);", f"Do it.\n{directive}")


def test_a_header_of_cpp_is_read_as_such():
    source = b"namespace a {\nclass B {\n public:\n  int c();\n};\n}\n"
    units = C.units(source)
    assert [unit.qualified_name for unit in units] == ["a.B", "a.B.c"]
    assert {unit.language for unit in units} == {"cpp"}
    assert C.skeleton(source) == C.skeleton(source.replace(b"  int", b"  /// Do.\n  int"))
    assert C.skeleton(source) != C.skeleton(source.replace(b"  int", b"  char"))


TEXT = """\
Parse a thing.

It is written @c so, or
@p thus.

@deprecated Use another.

@param names [in] All of
  them.
@param options How.
@return Whether it works.
@throws std::range_error When it cannot."""


def test_doxygen_is_read_and_written():
    docstring = parse(TEXT, language="c")
    assert docstring.style is Style.DOXYGEN
    assert docstring.params == (
        Entry("names", None, "[in] All of\nthem."),
        Entry("options", None, "How."),
    )
    assert docstring.returns == Entry("", None, "Whether it works.")
    assert docstring.raises == (Entry("std::range_error", None, "When it cannot."),)
    assert docstring.body.startswith("It is written @c so, or\n@p thus.")
    assert "\n".join(render(docstring, 80)) == TEXT


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        (r"\param a text", [Entry("a", None, "text")]),
        ("@param[in] a text", [Entry("a", None, "[in] text")]),
        ("@param [in, out] a text", [Entry("a", None, "[in, out] text")]),
        ("@param a, b text", [Entry("a", None, "text"), Entry("b", None, "text")]),
        ("@param a - text", [Entry("a", None, "text")]),
        ("@param `a`", [Entry("a", None, "")]),
        ("@param ... text", []),
        ("@param a->b text", []),
    ],
)
def test_parameters(line: str, entries: list[Entry]):
    assert list(parse(f"Do it.\n\n{line}", Style.DOXYGEN).params) == entries


@pytest.mark.parametrize("text", ["@brief Do it.\n\nMore.", "\\brief Do\n it.\n\\details More."])
def test_a_brief_line_is_the_summary(text: str):
    docstring = parse(text, language="c")
    assert (docstring.style, docstring.summary) == (Style.DOXYGEN, "Do it.")
    assert docstring.body.endswith("More.")


def test_names_are_found_where_they_stand():
    layout = locate("Do it.\n\n@param[out] a, b text\n@return x", "c")
    assert layout is not None
    assert layout.names(Role.PARAMS) == ["a", "b"]


def test_values_that_are_yielded_are_results():
    entry = Entry("", None, "Each.")
    docstring = Docstring("Do it.", "", (), None, entry, (), "", Style.DOXYGEN)
    assert render(docstring, 80) == ["Do it.", "", "@return Each."]


@pytest.mark.parametrize(
    ("source", "text", "codes"),
    [
        ("void f(int a, ...);", "@param a x", []),
        ("void f(int a, ...);", "@param a x\n@param ... y", []),
        ("void f(int, char b);", "@param b x", []),
        ("void f(int a, char b);", "@param b x", ["missing-param"]),
        ("void f(int a);", "@param a x\n@param b x", ["unknown-param"]),
        ("void f(int a);", "@return x", ["unknown-returns"]),
        ("void f(int a);", "@return void", []),
        ("int f(int a);", "@return x\n@retval 0 y", []),
        ("typedef int (*f)(int a);", "@param a x\n@return y", []),
    ],
)
def test_problems(source: str, text: str, codes: list[str]):
    unit = C.units(source.encode())[0]
    problems = parse(f"Do it.\n\n{text}", language="c").problems(unit.signature)
    assert [problem.code for problem in problems] == codes
