"""Documentation opened by hand becomes exactly what `batdoc doc` would have written there."""

import pytest

from batdoc.lsp_server.actions import docstring_edit
from batdoc.lsp_server.openers import find_fresh
from batdoc.lsp_server.wire import BodyAnswer, DocstringAnswer
from batdoc.source.docstring import Docstring, Entry
from batdoc.source.edits import apply_edits
from batdoc.source.errors import ProofError
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.styles import styles_of

CURSOR = "|"

# For each language a document, and the marks that open documentation in it as batdoc writes it.
CASES = {
    "python": ("def add(a, b):\n    @\n    return a + b\n", ['"""|', '"""|"""', '"""|"""  ']),
    "javascript": ("@\nfunction add(a, b) {\n  return a + b;\n}\n", ["/**|", "/**| */", "/**|*/"]),
    "typescript": (
        "class Sum {\n  @\n  add(a: number, b: number): number {\n    return a + b;\n  }\n}\n",
        ["/**|", "/**| */"],
    ),
    "tsx": ("@\nexport const add = (a: number, b: number) => a + b;\n", ["/**| */"]),
    "go": ("package p\n\n@\nfunc Add(a, b int) int { return a + b }\n", ["//|", "// |"]),
    "ruby": ("class Sum\n  @\n  def add(a, b)\n    a + b\n  end\nend\n", ["#|", "# |"]),
    "rust": ("@\nfn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n", ["///|", "/// |"]),
    "java": (
        "class Sum {\n    @\n    int add(int a, int b) {\n        return a + b;\n    }\n}\n",
        ["/**|", "/**| */"],
    ),
    "lua": ("@\nlocal function add(a, b)\n  return a + b\nend\n", ["--|", "---|", "--- |"]),
    "c": ("@\nint add(int a, int b) { return a + b; }\n", ["/**|", "/**| */"]),
    "cpp": ("struct Sum {\n  @\n  int add(int a, int b) { return a + b; }\n};\n", ["/**|"]),
    "csharp": ("class Sum {\n    @\n    int Add(int a, int b) { return a + b; }\n}\n", ["///|"]),
    "php": ("<?php\n@\nfunction add($a, $b) {\n    return $a + $b;\n}\n", ["/**|", "/**| */"]),
}
TYPED = [(language, mark) for language, (_, marks) in CASES.items() for mark in marks]
OTHER_MARKS = [
    ("python", "'''|", "'''Add two numbers."),
    ("python", "'''|'''", "'''Add two numbers."),
    ("python", 'r"""|', 'r"""Add two numbers.'),
    ("python", "R'''|'''", "R'''Add two numbers."),
    ("rust", "/**|", "/**\n * Add two numbers."),
    ("c", "///|", "/// Add two numbers."),
    ("c", "//!|", "//! Add two numbers."),
    ("cpp", "/*!| */", "/*!\n   * "),
    ("csharp", "/**|", "/**"),
    ("go", "/*|", None),
    ("c", "//|", None),
    ("cpp", "/*|", None),
    ("ruby", "##|", None),
    ("javascript", "//|", None),
    ("javascript", "///|", None),
    ("python", "#|", None),
    ("python", '"|"', None),
    ("python", 'f"""|', None),
    ("python", '""""|', None),
]


def document(language, mark):
    return CASES[language][0].replace("@", mark)


def fresh(text, language):
    before, after = text.split(CURSOR)
    source, of = (before + after).encode(), get_language(language)
    return find_fresh(source, len(before.encode()), of, of.units)


def answer(unit, summary="Add two numbers."):
    style = styles_of(unit.language)[0]
    names = [p.name for p in unit.signature.parameters]
    params = tuple(Entry(name, None, f"The number {name}.") for name in names)
    returns = Entry("", None, "Their sum.")
    words = Docstring(summary, "", params, returns, None, (), "", style)
    return DocstringAnswer(words.bound(unit.signature), HouseStyle(style, True, False, 88, True))


def accepted(found, given=None):
    return found.suggestion(given or answer(found.unit)).accepted.decode()


def documented(language, newline="\n"):
    """Give what documenting the same code writes, where nothing was typed before."""
    lines = [line for line in CASES[language][0].split("\n") if line.strip() != "@"]
    source, registered = newline.join(lines).encode(), get_language(language)
    unit = next(u for u in registered.units(source) if u.name.lower() == "add")
    given = answer(unit)
    edit = docstring_edit(source, unit, given.docstring, given.house, registered)
    return apply_edits(source, [edit]).decode()


@pytest.mark.parametrize(("language", "mark"), TYPED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_taking_it_gives_the_documented_file(language, mark, newline):
    text = document(language, mark).replace("\n", newline)
    assert accepted(fresh(text, language)) == documented(language, newline)


@pytest.mark.parametrize(("language", "mark", "start"), OTHER_MARKS)
def test_other_marks_are_kept_or_are_none(language, mark, start):
    found = fresh(document(language, mark), language)
    assert (found is None) == (start is None)
    if start is not None:
        text = accepted(found)
        assert start in text
        (unit,) = (
            u for u in get_language(language).units(text.encode()) if u.name.lower() == "add"
        )
        assert "Add two numbers." in unit.docstring


def test_a_class_gets_the_blank_line_that_documenting_it_gives():
    text = accepted(fresh('class A:\n    """|\n    x = 1\n', "python"))
    assert text == 'class A:\n    """Add two numbers."""\n\n    x = 1\n'


def test_words_that_need_other_quotes_are_not_suggested():
    found = fresh("def f():\n    '''|\n    return 1\n", "python")
    with pytest.raises(ProofError):
        found.suggestion(answer(found.unit, "Say ''' twice."))


@pytest.mark.parametrize("opener", ['"""', 'r"""', "r'''", "'''"])
@pytest.mark.parametrize("summary", ["Split at \\\\d digits.", 'Say "hello".'])
def test_backslashes_and_quotes_mean_the_same_behind_every_opener(opener, summary):
    found = fresh(f"def f():\n    {opener}|\n    return 1\n", "python")
    (unit,) = get_language("python").units(accepted(found, answer(found.unit, summary)).encode())
    assert unit.docstring.startswith(summary)


def test_the_rest_of_a_long_file_may_hold_other_documentation():
    text = 'def f():\n    """|\n    return 1\n\n\ndef g():\n    """Give 2."""\n    return 2\n'
    assert fresh(text, "python").unit.name == "f"


def test_nested_and_decorated_units_are_found():
    text = "class A:\n    @property\n    def f(self) -> int:\n        '''|'''\n        return 1\n"
    assert fresh(text, "python").unit.qualified_name == "A.f"
    text = "class A {\n    /**|\n    @Deprecated\n    public int f() { return 1; }\n}\n"
    assert fresh(text, "java").unit.qualified_name == "A.f"


def test_a_directive_stays_apart_from_the_words():
    text = "package p\n\n//|\n//go:noinline\nfunc F() int { return 1 }\n"
    assert "//\n//go:noinline\nfunc" in accepted(fresh(text, "go"))


def test_an_answer_of_another_kind_or_none_is_no_suggestion():
    found = fresh(document("go", "//|"), "go")
    assert found.suggestion(BodyAnswer("return a")) is None
    assert found.suggestion(DocstringAnswer(None, answer(found.unit).house)) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'x = 1\n"""|\ny = 2\n'),
        ("python", 'def f():\n    """|\n'),  # there is nothing yet to be documented
        ("python", 'def f():\n    """|\n\ndef g():\n    return 1\n'),
        ("python", 'def f():\n    x = 1\n    """|\n    return x\n'),
        ("python", 'def f():\n    """|\n    """Doc."""\n    return 1\n'),
        ("python", 'def f():\n    """Doc.\n    """|\n    return 1\n'),
        ("python", 'def f():\n    """Doc.\n    """|\n    return 1\n\ndef g():\n    """Doc."""\n'),
        ("python", "def f():\n    x = '''\n    def g():\n        \"\"\"|\n        return 1\n'''\n"),
        ("python", 'def f():\n    """| and\n    return 1\n'),
        ("python", 'def f():\n    """\'|\n    return 1\n'),
        ("python", 'def f():\n  """|\n    return 1\n'),
        ("python", 'def broken(:\n\ndef f():\n    """|\n    return 1\n'),
        ("python", '@overload\ndef f(a: int) -> int:\n    """|\n    ...\n'),
        ("javascript", "/** Adds. */\n/**|\nfunction f() {}\n"),
        ("javascript", "/**|\n/** Adds. */\nfunction f() {}\n"),
        ("javascript", "/** */\n/**|\nfunction f() {}\n"),
        ("javascript", "/**|\n\nfunction f() {}\n"),
        ("javascript", "/**|\nf();\n"),
        ("javascript", "x = `\n/**|\nfunction f() {}\n`\n"),
        ("javascript", "/*\n/**|\nfunction f() {}\n*/\n"),
        ("javascript", "  /**|\nfunction f() {}\n"),
        ("javascript", "function f() {}\n/**|"),
        ("go", "package p\n\n// Add adds.\n//|\nfunc Add() int { return 1 }\n"),
        ("go", "package p\n\n//|\n// Add adds.\nfunc Add() int { return 1 }\n"),
        ("go", "package p\n\n//|\n\nfunc Add() int { return 1 }\n"),
        ("go", "package p\n\nfunc Add() int {\n\t//|\n\treturn 1\n}\n"),
        ("ruby", "#|\nx = 1\n"),
        ("ruby", "x = <<~A\n  #|\n  def f\n  end\nA\n"),
        ("lua", "local x = [[\n--|\nfunction f() end\n]]\n"),
        ("rust", "/// Adds.\n///|\nfn f() {}\n"),
        ("c", "/** Adds. */\n/**|\nint f(void) { return 1; }\n"),
    ],
)
def test_other_places_are_none(language, text):
    assert fresh(text, language) is None
