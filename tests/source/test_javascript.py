"""What JavaScript's files tell: units, signatures, where documentation stands, and JSDoc."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.edits import apply_edits
from batdoc.source.errors import ParseError, ProofError
from batdoc.source.language import get_language
from batdoc.source.proof import prove
from batdoc.source.styles import parse, render
from batdoc.source.units import CodeUnit

JAVASCRIPT = get_language("javascript")


def units_of(source: str) -> list[CodeUnit]:
    return JAVASCRIPT.units(source.encode())


def facts(source: str) -> dict[str, object]:
    """Give what is told of the last unit."""
    unit = units_of(source)[-1]
    signature = unit.signature
    return {
        "name": unit.qualified_name,
        "kind": unit.kind.value,
        "header": unit.header,
        "footer": unit.footer,
        "params": [p.display for p in signature.parameters],
        "defaults": [p.default for p in signature.parameters],
        "returns": signature.returns_value,
        "yields": signature.yields,
        "async": signature.is_async,
        "raises": list(signature.raises),
        "calls": list(unit.calls),
        "private": unit.is_private,
        "nested": unit.is_nested,
        "overload": unit.is_overload,
        "stub": unit.is_stub,
        "doc": unit.docstring,
    }


CASES = [
    ("function f(a, b = 1, ...c) {}", {"params": ["a", "b", "*c"], "defaults": [None, "1", None]}),
    ("function f({ a, b }, [c] = []) {}", {"params": ["", ""], "defaults": [None, "[]"]}),
    ("function f() { return }", {"returns": False, "header": "function f() {", "footer": "}"}),
    ("function f() { return undefined }", {"returns": False}),
    ("function f() { g(function () { return 1 }) }", {"returns": False, "calls": ["g"]}),
    ("function f() { return g(() => h()) }", {"returns": True, "calls": ["g", "h"]}),
    ("async function* f() { yield 1 }", {"async": True, "yields": True, "returns": False}),
    ("const f = x => x", {"name": "f", "kind": "function", "params": ["x"], "returns": True}),
    ("const f = async (a) => { a() }", {"async": True, "returns": False}),
    ("let f = function g() {}, h = 1", {"name": "f", "kind": "function"}),
    ("export default function () {}", {"name": "default", "kind": "function"}),
    ("export default () => 1", {"name": "default", "header": "export default () => 1"}),
    ("module.exports = function () {}", {"name": "exports"}),
    ("a.f =\na.g = function () {}", {"name": "g", "header": "a.f = a.g = function () {"}),
    ("let a = 1, f = () => {}", {"name": "f", "overload": True}),
    ("exports.f = () => {}", {"name": "f", "kind": "function"}),
    ("A.prototype.m = function () {}", {"name": "A.m", "kind": "method"}),
    ("const o = {\n  m() {},\n}", {"name": "m", "kind": "method"}),
    ("const o = {\n  'a-b': () => {},\n}", {"name": "a-b", "kind": "function"}),
    ("export class A extends B {}", {"kind": "class", "header": "export class A extends B {"}),
    ("const A = class {\n  m() {}\n}", {"name": "A.m", "kind": "method"}),
    ("class A {\n  get x() { return 1 }\n}", {"kind": "property", "overload": False}),
    ("class A {\n  set x(y) {}\n}", {"kind": "property", "overload": True}),
    ("class A {\n  static async m() {}\n}", {"async": True, "kind": "method"}),
    ("class A {\n  #m() {}\n}", {"name": "A.#m", "private": True}),
    ("class A {\n  _m() {}\n}", {"private": True}),
    ("class A {\n  f = () => 1\n}", {"name": "A.f", "kind": "method", "returns": True}),
    ("class A {\n  [Symbol.iterator]() {}\n}", {"name": "A.iterator"}),
    ("class A { m() {} }", {"overload": True}),
    ("@dec\nclass A {}", {"header": "class A {"}),
    ("function f() {\n  function g() {}\n}", {"name": "f.<locals>.g", "nested": True}),
    ("function f() { throw new E.F('x') }", {"raises": ["E.F"]}),
    ("function f() { throw e; throw new (g())() }", {"raises": []}),
    ("const A = () => <p>{b()}</p>", {"name": "A", "calls": ["b"]}),
    ("/** Doc. */\nfunction f() {}", {"doc": "Doc."}),
    ("/**\n * A\n *   b\n *\n * c\n */\nexport const f = () => 1", {"doc": "A\n  b\n\nc"}),
    ("/** Doc. */\n\nfunction f() {}", {"doc": "Doc."}),
    ("/** Doc. */\n// eslint-disable-next-line x\nfunction f() {}", {"doc": "Doc."}),
    ("/** eslint, and how it is run. */\nfunction f() {}", {"doc": "eslint, and how it is run."}),
    ("/** Doc. */\n@dec\nclass A {}", {"doc": "Doc."}),
    ("/* no */\nfunction f() {}", {"doc": None}),
    ("/*** no */\nfunction f() {}", {"doc": None}),
    ("/**/\nfunction f() {}", {"doc": None}),
    ("x() /** no */\nfunction f() {}", {"doc": None}),
    ("/** @typedef {object} T */\nfunction f() {}", {"doc": None}),
    ("/**\n * All.\n *\n * @file\n */\n\nfunction f() {}", {"doc": None}),
    ("/** Reads a @file name. */\nfunction f() {}", {"doc": "Reads a @file name."}),
    ("/** @ts-ignore */\nfunction f() {}", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(source: str, expected: dict[str, object]):
    found = facts(source)
    assert {key: found[key] for key in expected} == expected


def test_of_two_in_one_statement_the_first_is_documented():
    assert [unit.name for unit in units_of("const f = () => 1, g = () => 2")] == ["f"]


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ParseError, match="line 2: not readable as javascript"):
        units_of("let a;\nfunction (")


def document(source: str, words: str) -> str:
    """Give the last unit documentation, proved."""
    data = source.encode()
    edit = JAVASCRIPT.place(data, JAVASCRIPT.units(data)[-1], words.split("\n"))
    after = apply_edits(data, [edit])
    prove(data, after, [edit], JAVASCRIPT)
    return after.decode()


@pytest.mark.parametrize(
    "pragma",
    [
        *("@jsx h", "@jsxImportSource x", "@flow", "@ts-ignore", "@ts-nocheck", "@__PURE__"),
        *("#__NO_SIDE_EFFECTS__", "//# sourceMappingURL=x", "@jest-environment jsdom", "@file"),
        *("/// @ts-ignore", "@module x", "@typedef {object} T"),
    ],
)
def test_no_word_becomes_a_pragma(pragma: str):
    assert pragma not in document("function f() {}", pragma)
    assert pragma not in document("function f() {}", f"Do it.\n{pragma}\n")


def test_words_that_are_no_pragma_stay():
    words = "Send an @file to flow@x.org, jsx or ts-ignore; see @jsx-email/all.\n\n@internal"
    assert units_of(document("function f() {}", words))[0].docstring == words


def test_a_line_that_is_shared_is_left_alone():
    unit = units_of("class A { m() {} }")[-1]
    with pytest.raises(ProofError, match="m has no line of its own"):
        JAVASCRIPT.place(b"class A { m() {} }", unit, ["Do it."])


TEXT = """\
Parse a thing.

@deprecated Use another.

@param {Array<{a: string}>} names - All of
  them.
@param {object} options - The options.
@param {number} [options.size=3] - How big.
@param {boolean} options.loud - Shout.
@yields {string} Each.
@returns {boolean} Whether it works.
@throws {RangeError} Bad.

@example
parse(1)

@example <caption>Two</caption>
parse(2)"""


def test_jsdoc_is_read_and_written():
    docstring = parse(TEXT, language="javascript")
    assert docstring.style is Style.JSDOC
    assert docstring.params[0] == Entry("names", "Array<{a: string}>", "All of\nthem.")
    assert docstring.params[1].text.count("@param") == 2
    assert docstring.returns == Entry("", "boolean", "Whether it works.")
    assert docstring.raises == (Entry("RangeError", None, "Bad."),)
    assert "\n".join(render(docstring, 80)) == TEXT


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("@param name text", Entry("name", None, "text")),
        ("@arg {T} name", Entry("name", "T", "")),
        ("@param {T} [name] - text", Entry("name", "T", "text")),
        ("@param {T} [name=[1, 2]] text", Entry("name", "T", "text (default: [1, 2])")),
        ("@param {...T} $name - text", Entry("$name", "...T", "text")),
        ("   @param name - text", Entry("name", None, "text")),
    ],
)
def test_parameters(line: str, entry: Entry):
    assert parse(f"Do it.\n\n{line}", Style.JSDOC).params == (entry,)


def test_tags_in_fenced_code_are_code():
    text = "Do it.\n\n```js\n/**\n@param a\n```"
    assert parse(text, Style.JSDOC).params == ()


DOCUMENTED = [
    ("function f(a) {}", "@param {T} a - x\n@param {T} a.b - y", []),
    ("function f({ a }) {}", "@param {T} options - x\n@param {T} options.a - y", ["keyword-param"]),
    ("function f(...a) {}", "@param {...T} a - x", []),
    ("function f(a, b) {}", "@param b - x", ["missing-param"]),
    ("function f() { return arguments[0] }", "@param {T} a - x", ["keyword-param"]),
    ("const f = (a) => arguments", "@param {T} b - x", ["unknown-param", "missing-param"]),
    ("function f() {}", "@returns {void}", []),
    ("async function f() {}", "@returns {Promise<void>} When done.", []),
    ("function f() {}", "@returns {string} x", ["unknown-returns"]),
    ("function f() { throw new A.B() }", "@throws {B} x", []),
]


@pytest.mark.parametrize(("code", "text", "expected"), DOCUMENTED)
def test_problems(code: str, text: str, expected: list[str]):
    problems = parse(f"Do it.\n\n{text}", Style.JSDOC).problems(units_of(code)[0].signature)
    assert [problem.code for problem in problems] == expected
