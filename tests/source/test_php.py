"""What PHP's files tell: units, signatures, privacy, and PHPDoc."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.drift import drift
from batdoc.source.language import get_language
from batdoc.source.styles import detect, parse, render

LANGUAGE = get_language("php")


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
        "<?php\nfunction f() { return 1; }",
        {"name": "f", "kind": "function", "header": "function f() {", "returns": True},
    ),
    (
        "<?php\nclass A\n{\n public static function f() {}\n}",
        {"name": "A.f", "kind": "method", "stub": True},
    ),
    (
        "<?php\nfunction f(int|string &$a, $b = [], ...$c) {}",
        {"params": [("a", "int|string"), ("b", None), ("c", None)]},
    ),
    (
        "<?php\nclass A\n{\n function __construct(private readonly ?B $x) {}\n}",
        {"params": [("x", "?B")]},
    ),
    ("<?php\nfunction f(): void { return; }", {"returns": False}),
    ("<?php\ninterface A\n{\n function f(): ?array;\n}", {"returns": True}),
    ("<?php\nfunction f() { return function () { return 1; }; }", {"returns": True}),
    ("<?php\nfunction f() { g(function () { return 1; }); }", {"returns": False}),
    ("<?php\nfunction f() { yield 1; }", {"yields": True, "returns": False}),
    ("<?php\nfunction f() { throw new \\A\\B('x'); throw $e; }", {"raises": ["B"]}),
    (
        "<?php\nfunction f() { g(); $a->b(); A::c(); $a->b()->d(); }",
        {"calls": ["g", "a.b", "A.c", "d"]},
    ),
    ("<?php\nclass A\n{\n private function f() {}\n}", {"private": True}),
    ("<?php\nclass A\n{\n protected function f() {}\n}", {"private": False}),
    ("<?php\nclass A\n{\n #[\\Override]\n function f() {}\n}", {"elsewhere": True}),
    ("<?php function f() {}", {"elsewhere": True}),
    ("<?php\n#[A]\ninterface B {}", {"kind": "class", "header": "interface B {"}),
    ("<?php\nenum A: int { case B = 1; }", {"kind": "class", "name": "A"}),
    ("<?php\n/** Doc. */\n\n#[A]\ntrait B {}", {"doc": "Doc."}),
    ("<?php\n// No.\n# No.\nfunction f() {}", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
def test_facts(source: str, expected: dict[str, object]):
    told = facts(source)
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Do @foo it.", "Do @ foo it."),
        ("@ORM\\Entity(x=1)", "@ ORM\\Entity(x=1)"),
        ("{@test}", "{@ test}"),
        ("joe@test", "joe@ test"),
        ("joe@example.org", "joe@example.org"),
        ("@param int $x It.", "@param int $x It."),
        ("@param\\Foo", "@ param\\Foo"),
        ("{@inheritdoc}", "{@inheritdoc}"),
        ("phpcs:ignoreFile", "phpcs :ignoreFile"),
    ],
)
def test_words_are_no_annotations(line: str, expected: str):
    assert LANGUAGE.guard(line) == expected
    assert LANGUAGE.guard(expected) == expected


def test_an_entry_left_behind_shows_that_one_is_missed():
    source = b"<?php\n/** Do.\n * @param $a It. */\nfunction f(int $b, int $c, int $d) {}\n"
    found = {(p.code, p.subject) for p in drift(LANGUAGE.units(source)[0], {})}
    assert ("missing-param", "b") in found


@pytest.mark.parametrize(
    ("parameters", "missed"),
    [
        ("int $a, $b, $c", ["c"]),
        ("int $b, int $c, int $d", []),
        ("int $b, int $c", []),
    ],
)
def test_parameters_with_types_need_no_entries_where_few_have_one(
    parameters: str, missed: list[str]
):
    source = f"<?php\n/** Do.\n * @param $b It. */\nfunction f({parameters}) {{}}\n"
    unit = LANGUAGE.units(source.encode())[0]
    assert [problem.subject for problem in drift(unit, {})] == missed


DOCUMENTATION = """\
Finds a thing.

@template T
@param array<int, string>|null $names of it,
    in full
@param ?Foo ...$more
@param $bare The last.
@return Thing|null the thing
@throws \\IOException Not there.
"""


def test_documentation_is_read_and_written():
    docstring = parse(DOCUMENTATION, language="php")
    assert docstring.style is Style.PHPDOC
    assert docstring.summary == "Finds a thing."
    assert docstring.params == (
        Entry("names", "array<int, string>|null", "of it,\nin full"),
        Entry("more", "?Foo", ""),
        Entry("bare", None, "The last."),
    )
    assert docstring.returns == Entry("", "Thing|null", "the thing")
    assert docstring.raises == (Entry("IOException", None, "Not there."),)
    again = parse("\n".join(render(docstring, 80)), language="php")
    assert (again.summary, again.params, again.returns, again.raises) == (
        docstring.summary,
        docstring.params,
        docstring.returns,
        docstring.raises,
    )


def test_a_plain_sentence_has_no_convention():
    assert detect("Only words.", "php") is Style.PLAIN


def test_code_parses_alone_as_a_member_and_not_at_all():
    assert LANGUAGE.parses("function f() {}")
    assert LANGUAGE.parses("public function f() { return 1; }")
    assert not LANGUAGE.parses("function f() {")
