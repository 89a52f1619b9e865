"""What Rust's files tell: units, signatures, where documentation stands, and rustdoc."""

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.errors import ParseError, ProofError
from batdoc.source.language import get_language
from batdoc.source.styles import parse, render

RUST = get_language("rust")
CASES = [
    (
        "pub fn f<'a>(mut a: &'a str, ref b: u8) {}",
        {"params": ["a", "b"], "types": ["&'a str", "u8"]},
    ),
    ("pub fn f((a, b): (u8, u8), _: u8) {}", {"params": ["", "_"]}),
    ("pub fn f() -> Result<u8, E> { g()?; Ok(1) }", {"type": "Result<u8, E>", "returns": True}),
    ("pub fn f() -> () {}", {"returns": False}),
    ("pub fn f() -> ! { panic!() }", {"returns": False, "raises": []}),
    ("pub async unsafe fn f() {}", {"async": True, "header": "pub async unsafe fn f() {"}),
    ("pub fn f() { a::b::<u8>(); c.d(); e()() }", {"calls": ["a::b", "c.d", "e"]}),
    ("fn f() {}", {"private": True, "kind": "function", "stub": True}),
    ("pub(crate) fn f() {}", {"private": True}),
    ("impl<T> m::A<T> {\n    pub fn f(&mut self, x: T) {}\n}", {"name": "A.f", "kind": "method"}),
    ("impl A {\n    pub fn f(self: Box<Self>) {}\n}", {"params": [], "private": False}),
    ("impl Drop for A {\n    fn drop(&mut self) {}\n}", {"name": "A.drop", "private": True}),
    ("mod m {\n    impl A {\n        pub fn f() {}\n    }\n}", {"name": "m.A.f", "private": True}),
    ("pub trait T {\n    fn f(&self);\n}", {"name": "T.f", "private": False, "kind": "method"}),
    ("trait T {\n    fn f(&self);\n}", {"private": True}),
    ("pub struct A(u8);", {"kind": "class", "footer": ");"}),
    ("pub enum A { B(u8) }", {"kind": "class", "header": "pub enum A {"}),
    ("pub union A { b: u8 }", {"kind": "class"}),
    ("pub type A = u8;", {"kind": "class", "header": "pub type A = u8;"}),
    ("pub mod a {\n    pub fn f() {}\n}", {"name": "a.f"}),
    ("pub mod a {\n    //! Doc.\n}", {"overload": True}),
    ('#[doc = "Doc."]\npub fn f() {}', {"overload": True}),
    ("#[doc(hidden)]\npub fn f() {}", {"private": True}),
    ("#[cfg(test)]\nmod tests {\n    pub fn f() {}\n}", {"private": True}),
    ('extern "C" {\n    pub fn f(a: u8, ...);\n}', {"params": ["a", "*"], "private": False}),
    ("fn f() {\n    fn g() {}\n}", {"name": "f.<locals>.g", "nested": True}),
    ("#[a]\n// c\n#[b]\npub fn f() {}", {"header": "pub fn f() {", "doc": None}),
    ("/// Doc.\npub fn f() {}", {"doc": "Doc."}),
    ("/// Doc.\n\n#[a]\npub fn f() {}", {"doc": "Doc."}),
    ("#[a]\n/// Doc.\n#[b]\npub fn f() {}", {"doc": "Doc."}),
    ("/// A\n///   b\n///\n/// c\npub fn f() {}", {"doc": "A\n  b\n\nc"}),
    ("/** A\n * b\n */\npub fn f() {}", {"doc": "A\nb"}),
    ("//// no\npub fn f() {}", {"doc": None}),
    ("// no\npub fn f() {}", {"doc": None}),
    ("/*** no */\npub fn f() {}", {"doc": None}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(facts_of, source: str, expected: dict[str, object]):
    found = facts_of("rust", f"//! Crate.\n\n{source}\n")
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("source", ["macro_rules! m { () => { fn f() {} } }", "m! { fn f() {} }"])
def test_macros_are_left_alone(source: str):
    assert RUST.units(source.encode()) == []


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ParseError, match="line 1: not readable as rust"):
        RUST.units(b"fn f( {}\n")


def test_what_an_attribute_documents_is_left_alone():
    source = b'#[doc = "Doc."]\npub fn f() {}\n'
    with pytest.raises(ProofError):
        RUST.place(source, RUST.units(source)[0], ["Do it."])


def test_block_comments_nest(document):
    after = document("rust", "/** Old. */\npub fn f() {}\n", "a */ b /* c /*/ d")
    assert after == "/** a *\\/ b /\\* c /\\*\\/ d */\npub fn f() {}\n"


TEXT = """\
Parse a thing.

It is `# not` a heading.

# Errors

When it cannot.

# Arguments

* `names` - All of
  them.
* `options` - How.

# Returns

Whether it works.

# Examples

```
# hidden();
parse(1);
```

```
parse(2);
```"""


def test_rustdoc_is_read():
    docstring = parse(TEXT, language="rust")
    assert docstring.style is Style.RUSTDOC
    assert docstring.params == (
        Entry("names", None, "All of\nthem."),
        Entry("options", None, "How."),
    )
    assert docstring.returns == Entry("", None, "Whether it works.")
    assert docstring.raises == ()
    assert docstring.body == "It is `# not` a heading.\n\n# Errors\n\nWhen it cannot."
    assert docstring.examples.count("parse(") == 2


def test_rustdoc_is_written_as_it_was_read():
    assert "\n".join(render(parse(TEXT, language="rust"), 80)) == TEXT


@pytest.mark.parametrize(
    ("item", "entry"),
    [
        ("- `a`: text", Entry("a", None, "text")),
        ("* **`a`** \u2014 text", Entry("a", None, "text")),
        ("+ `a`", Entry("a", None, "")),
        ("* `a` text\n  more", Entry("a", None, "text\nmore")),
    ],
)
def test_arguments(item: str, entry: Entry):
    assert parse(f"Do it.\n\n# Parameters\n\n{item}", language="rust").params == (entry,)


def test_a_list_that_cannot_be_read_stays():
    text = "Do it.\n\n# Arguments\n\n* `a` - one\n\nAnd prose."
    docstring = parse(text, language="rust")
    assert docstring.params == ()
    assert docstring.body == "# Arguments\n\n* `a` - one\n\nAnd prose."


def test_values_that_are_yielded_are_results():
    entry = Entry("", None, "Each.")
    docstring = Docstring("Do it.", "", (), None, entry, (), "", Style.RUSTDOC)
    assert render(docstring, 80) == ["Do it.", "", "# Returns", "", "Each."]


@pytest.mark.parametrize(
    ("source", "text", "codes"),
    [
        ("fn f(a: u8) {}", "# Arguments\n\n* `a` - x", []),
        ("fn f(a: u8, b: u8) {}", "# Arguments\n\n* `b` - x", ["missing-param"]),
        ("fn f(&self, _: u8) {}", "# Arguments\n\n* `c` - x", ["unknown-param"]),
        ("fn f() {}", "# Returns\n\nA number.", ["unknown-returns"]),
        ("fn f() -> u8 { 1 }", "# Returns\n\nA number.", []),
        ("fn f() -> Result<(), E> {}", "# Errors\n\nWhen.\n\n# Panics\n\nNever.", []),
    ],
)
def test_problems(source: str, text: str, codes: list[str]):
    unit = RUST.units(source.encode())[0]
    problems = parse(f"Do it.\n\n{text}", language="rust").problems(unit.signature)
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("text", ["# Arguments", "# Arguments\n\n# Arguments", "Do.\n\n# Returns"])
def test_empty_sections_are_read(text: str):
    docstring = parse(text, Style.RUSTDOC)
    assert docstring.params == ()
    assert docstring.body.count("# Arguments") == text.count("# Arguments")
