"""What TypeScript adds to JavaScript: types, signatures without bodies, overloads, and TSDoc."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.language import get_language
from batdoc.source.styles import detect, parse, render
from batdoc.source.units import CodeUnit

TYPESCRIPT = get_language("typescript")


def units_of(source: str) -> list[CodeUnit]:
    return TYPESCRIPT.units(source.encode())


def facts(source: str) -> dict[str, object]:
    """Give what is told of the last unit."""
    unit = units_of(source)[-1]
    signature = unit.signature
    return {
        "name": unit.qualified_name,
        "kind": unit.kind.value,
        "header": unit.header,
        "params": [(p.name, p.annotation, p.default) for p in signature.parameters],
        "type": signature.returns,
        "returns": signature.returns_value,
        "private": unit.is_private,
        "doc": unit.docstring,
    }


CASES = [
    ("function f(a: A<B>, b?: C, ...d: E[]): F {}", {"type": "F", "returns": True}),
    ("function f(a: A<B> = g()) {}", {"params": [("a", "A<B>", "g()")]}),
    (
        "function f(this: A, b?: C, ...d: E[]) {}",
        {"params": [("b", "C", None), ("d", "E[]", None)]},
    ),
    ("function f({ a }: A) {}", {"params": [("", "A", None)]}),
    ("function f(): void {}", {"returns": False}),
    ("async function f(): Promise<void> {}", {"returns": False, "type": "Promise<void>"}),
    ("const f = (): void => g()", {"returns": False, "name": "f"}),
    ("function f(a): a is B {}", {"type": "a is B", "returns": True}),
    ("function f(a): asserts a {}", {"type": "asserts a", "returns": False}),
    ("declare function f(): A", {"header": "declare function f(): A", "kind": "function"}),
    ("interface I<T> extends J {}", {"kind": "class", "header": "interface I<T> extends J {"}),
    ("interface I {\n  m?(a: A): B\n}", {"name": "I.m", "kind": "method", "type": "B"}),
    ("abstract class A {\n  abstract m(): B\n}", {"name": "A.m", "kind": "method"}),
    ("class A {\n  private m() {}\n}", {"private": True}),
    ("class A {\n  protected m() {}\n}", {"private": False}),
    ("class A {\n  constructor(private a: B, c = 1) {}\n}", {"name": "A.constructor"}),
    ("class A {\n  f = (a: B): C => 1\n}", {"name": "A.f", "kind": "method", "type": "C"}),
    ("class A {\n  @B()\n  m() {}\n}", {"header": "m() {"}),
    ("class A {\n  /** Doc. */\n  @B()\n  @C\n  m() {}\n}", {"doc": "Doc."}),
    ("export enum E {\n  A,\n}", {"kind": "class", "name": "E"}),
    ("namespace N.M {\n  export function f() {}\n}", {"name": "M.f"}),
    ("declare module 'm' {\n  function f(): A\n}", {"name": "m.f"}),
    ("/** All.\n * @packageDocumentation */\n\nexport class A {}", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(source: str, expected: dict[str, object]):
    found = facts(source)
    assert {key: found[key] for key in expected} == expected


OVERLOADS = [
    ("{0}function f(a: 1): void\n{1}function f(b: 2): void\n{2}function f(c: any) {{}}", 3),
    ("class A {{\n{0}m(a: 1): void\n{1}m(b: 2): void\n{2}m(c: any) {{}}\n}}", 3),
    ("{0}export function f(a: 1): void\n// c\n{1}export function f(b: any) {{}}", 2),
    ("interface I {{\n{0}m(a: 1): void\n{1}m(b: 2): void\n}}", 2),
]


@pytest.mark.parametrize(("source", "count"), OVERLOADS)
@pytest.mark.parametrize("documented", [None, 0, 1])
def test_one_overload_is_documented(source: str, count: int, documented: int | None):
    docs = ["/** Doc. */\n" if at == documented else "" for at in range(3)]
    group = units_of(source.format(*docs))[-count:]
    bearer = documented or 0
    assert [unit.is_overload for unit in group] == [at != bearer for at in range(count)]
    assert group[bearer].docstring == (None if documented is None else "Doc.")


def test_documentation_of_overloads_may_name_parameters_of_all():
    signature = units_of("function f(a: 1): 1\nfunction f(b: 2): 2\nfunction f(c) {}")[0].signature
    for text, expected in (("@param a - x", []), ("@param b - x", ["missing-param"])):
        problems = parse(f"Do it.\n\n{text}", Style.TSDOC).problems(signature)
        assert [problem.code for problem in problems] == expected


def test_neighbours_of_one_name_are_no_overloads():
    units = units_of("class A {\n  get x() { return 1 }\n  m(): void {}\n}\nfunction m() {}")
    assert not any(unit.is_overload for unit in units)


def test_markup_is_read_by_tsx_alone():
    source = b"const A = ({ b }: P) => <p>{b}</p>\n"
    assert get_language("tsx").units(source)[0].signature.parameters[0].annotation == "P"
    assert not TYPESCRIPT.parses(source.decode())


TEXT = """\
Parse a thing.

@remarks
Slow.

@typeParam T - Of the names.

@param names - All of
  them.
@returns Whether it works.
@throws {@link RangeError} Bad.

@example
```ts
parse(1) // @param no
```"""


def test_tsdoc_is_read_and_written():
    docstring = parse(TEXT, language="typescript")
    assert docstring.style is Style.TSDOC
    assert docstring.params == (Entry("names", None, "All of\nthem."),)
    assert docstring.raises == (Entry("RangeError", None, "Bad."),)
    assert "\n".join(render(docstring, 80)) == TEXT


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("@param a - x", Style.TSDOC),
        ("@param {string} a - x", Style.JSDOC),
        ("@param a - x\n@param {string} b - x", Style.JSDOC),
        ("@param a - x\n@returns {string} y", Style.JSDOC),
        ("@returns {@link A}", Style.TSDOC),
        ("@remarks Slow.", Style.PLAIN),
    ],
)
def test_types_tell_the_convention(text: str, style: Style):
    assert detect(f"Do it.\n\n{text}", "typescript") is style
