"""What Ruby's files tell: units, signatures, privacy, and comments of either convention."""

import pytest

from batdoc.source.docstring import Entry, Style
from batdoc.source.edits import apply_edits
from batdoc.source.language import get_language
from batdoc.source.proof import prove
from batdoc.source.signature import ParameterKind
from batdoc.source.styles import detect, parse, render
from batdoc.source.units import CodeUnit, UnitKind

RUBY = get_language("ruby")


def units_of(source: str) -> list[CodeUnit]:
    return RUBY.units(source.encode())


def facts(source: str) -> dict[str, object]:
    """Give what is told of the last unit."""
    unit = units_of(source)[-1]
    signature = unit.signature
    return {
        "name": unit.qualified_name,
        "kind": unit.kind.value,
        "header": unit.header,
        "params": [p.name for p in signature.parameters],
        "returns": signature.returns_value,
        "raises": list(signature.raises),
        "calls": list(unit.calls),
        "private": unit.is_private,
        "stub": unit.is_stub,
        "doc": unit.docstring,
    }


CASES = [
    ("def top(a) = a", {"name": "top", "kind": "function", "header": "def top(a) = a"}),
    ("class A\n  def m; end\nend", {"name": "A.m", "kind": "method", "header": "def m"}),
    ("module A::B\n  def self.m() end\nend", {"name": "A.B.m", "header": "def self.m()"}),
    ("class A\n  class << self\n    def m; end\n  end\nend", {"name": "A.m", "kind": "method"}),
    ("class A\n  module B\n    def m; end\n  end\nend", {"name": "A.B.m"}),
    ("class A < B; end", {"name": "A", "kind": "class", "header": "class A < B", "stub": True}),
    ("def m(a, b = 1, *c, d:, e: 2, **f, &g) end", {"params": list("abcdefg")}),
    ("def m((a, b), *, **nil, &) end", {"params": [""]}),
    ("def m(...) end", {"params": [""]}),
    ("def m? = x", {"returns": True}),
    ("def m\n  x\nend", {"returns": True}),
    ("def m\n  x = 1\nend", {"returns": False}),
    ("def m\n  return 1 if y\n  @x = 1\nend", {"returns": True}),
    ("def m\n  each { |x| return }\n  while y do z end\nend", {"returns": False}),
    ("def m\n  raise NotImplementedError, 'no'\nend", {"returns": False, "stub": True}),
    ("def m=(x)\n  y\nend", {"returns": False, "name": "m="}),
    ("def ==(x)\n  y\nend", {"returns": True, "name": "=="}),
    ("class A\n  def initialize(x)\n    y\n  end\nend", {"returns": False}),
    ("def m\n  raise A::B, 'x' if y\n  fail C.new(1)\nend", {"raises": ["A::B", "C"]}),
    ("def m\n  raise 'x'\n  raise error\n  raise\nend", {"raises": ["RuntimeError"]}),
    ("def m\n  a.b(1)\n  c d\n  x.y.z!(&e)\nend", {"calls": ["a.b", "c", "x.y", "x.y.z!"]}),
    ("class A\n  private\n  def m; end\nend", {"private": True}),
    ("class A\n  protected\n  def m; end\nend", {"private": True}),
    ("class A\n  private\n  public\n  def m; end\nend", {"private": False}),
    ("class A\n  private\n  def self.m; end\nend", {"private": False}),
    (
        "class A\n  private\n  attr_reader :x\n  public\n  private def m; end\nend",
        {"private": True},
    ),
    ("class A\n  private memoize def m; end\nend", {"private": True, "header": "def m"}),
    ("class A\n  def m; end\n  private :m\nend", {"private": True}),
    ("class A\n  def self.m; end\n  private_class_method :m\nend", {"private": True}),
    ("class A # :nodoc:\n  def m; end\nend", {"private": True}),
    ("def m(a) # :nodoc:\nend", {"private": True}),
    ("def m(a); end # :nodoc:", {"private": True}),
    ("def m(a)\nend # :nodoc:", {"private": False}),
    ("# Doc.\n#\n#   code\ndef m; end", {"doc": "Doc.\n\n  code"}),
    ("##\n# Doc.\ndef m; end", {"doc": "Doc."}),
    ("=begin\nDoc.\n  x\n=end\ndef m; end", {"doc": "Doc.\n  x"}),
    ("# Doc.\n\ndef m; end", {"doc": None}),
    ("x = 1 # no\ndef m; end", {"doc": None}),
    ("# frozen_string_literal: true\ndef m; end", {"doc": None}),
    ("#!/usr/bin/ruby\ndef m; end", {"doc": None}),
    ("# coding: utf-8\n# Doc.\ndef m; end", {"doc": "Doc."}),
    ("# encoding: the one to read in\ndef m; end", {"doc": "encoding: the one to read in"}),
    ("# Doc.\n# rubocop:disable Metrics\nprivate def m; end", {"doc": "Doc."}),
    ("# Doc.\nmemoize def m\nend", {"doc": "Doc."}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(source: str, expected: dict[str, object]):
    found = facts(source)
    assert {key: found[key] for key in expected} == expected


def test_parameters_say_how_they_are_reached():
    parameters = units_of("def m(a, b = 1, *c, d:, e: 2, **f, &g) end")[0].signature.parameters
    assert [p.kind for p in parameters] == [
        *[ParameterKind.POSITIONAL] * 2,
        ParameterKind.VARIADIC,
        *[ParameterKind.KEYWORD_ONLY] * 2,
        ParameterKind.KEYWORD_VARIADIC,
        ParameterKind.KEYWORD_ONLY,
    ]
    assert [p.default for p in parameters] == [None, "1", None, None, "2", None, None]


def test_a_method_in_a_block_of_a_class_is_one():
    unit = units_of("class A\n  included do\n    def m; end\n  end\nend")[-1]
    assert (unit.qualified_name, unit.kind, unit.is_nested) == ("A.m", UnitKind.METHOD, False)


def document(source: str, words: str) -> str:
    """Give the last unit documentation, proved."""
    data = source.encode()
    edit = RUBY.place(data, RUBY.units(data)[-1], words.split("\n"))
    after = apply_edits(data, [edit])
    prove(data, after, [edit], RUBY)
    return after.decode()


@pytest.mark.parametrize(
    "hostile",
    [
        *("frozen_string_literal: true", "-*- coding: big5 -*-", "vim: set fileencoding=big5"),
        *("The encoding: big5", "typed: ignore", "warn_indent: true", "rubocop:disable all"),
        *("shareable_constant_value: literal", "standard:disable all", ":stopdoc:", ":nodoc: x"),
    ],
)
def test_no_word_becomes_a_setting(hostile: str):
    after = document("def m; end", f"Do it.\n{hostile}")
    assert f"# {hostile}" not in after.split("\n")


def test_words_that_set_nothing_stay():
    words = "Read text.\n\n@param encoding [Encoding] such as UTF-8: any\nrubocop: a tool's name, x"
    assert parse(units_of(document("def m; end", words))[0].docstring or "", language="ruby")
    assert "# @param encoding [Encoding] such as UTF-8: any\n" in document("def m; end", words)


def test_a_block_comment_stays_one():
    after = document("=begin\nOld.\n=end\nclass A\nend\n", "New.\n=end\n  x")
    assert after == "=begin\nNew.\n=en\\d\n  x\n=end\nclass A\nend\n"


YARD_TEXT = """\
Parse a thing.

@note Be careful.

@yield [x] each

@param [Array<String>, nil] names all of
  them
@param [Hash] opts the options
@option opts [Integer] :size (3) how big
@option opts :loud
@return [Boolean] whether it works
@raise [A::B] bad

@example
  parse(1)

  parse(2)

@example Two
  parse(3)"""


def test_yard_is_read_and_written():
    docstring = parse(YARD_TEXT, language="ruby")
    assert docstring.style is Style.YARD
    assert docstring.params[0] == Entry("names", "Array<String>, nil", "all of\nthem")
    assert docstring.params[1].text.count("@option opts") == 2
    assert docstring.returns == Entry("", "Boolean", "whether it works")
    assert docstring.examples == "parse(1)\n\nparse(2)\n\n@example Two\n  parse(3)"
    assert "\n".join(render(docstring, 80)) == YARD_TEXT


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("@param name [Type] text", Entry("name", "Type", "text")),
        ("@param [A<B>, C] name text", Entry("name", "A<B>, C", "text")),
        ("@param name text [x]", Entry("name", None, "text [x]")),
        ("@param [Hash{a => [b]}] name", Entry("name", "Hash{a => [b]}", "")),
        ("@param *name text", Entry("name", None, "text")),
    ],
)
def test_yard_parameters(line: str, entry: Entry):
    assert parse(f"Do it.\n\n{line}", Style.YARD).params == (entry,)


def test_exceptions_that_share_a_text_get_it_each():
    raises = parse("@raise [A, B::C] bad", Style.YARD).raises
    assert raises == (Entry("A", None, "bad"), Entry("B::C", None, "bad"))


def test_what_an_overload_says_is_not_said_of_the_method():
    text = "Do it.\n\n@overload m(a)\n  @param a [A] this\n  @return [B]"
    docstring = parse(text, Style.YARD)
    assert (docstring.params, docstring.returns) == ((), None)
    assert "\n".join(render(docstring, 80)) == text


RDOC_TEXT = """\
Parse a thing.

==== Options

* +:size+ - how big

==== Parameters

* +names+ - all of
  them
* +opts+ - the options

==== Returns

Whether it works.

==== Raises

* +A::B+ - bad

==== Examples

  parse(1)"""


def test_rdoc_is_read_and_written():
    docstring = parse(RDOC_TEXT, language="ruby")
    assert docstring.style is Style.RDOC
    assert [entry.name for entry in docstring.params] == ["names", "opts"]
    assert docstring.raises == (Entry("A::B", None, "bad"),)
    assert "\n".join(render(docstring, 80)) == RDOC_TEXT


@pytest.mark.parametrize(
    "item", ["* +a+ - b", "[+a+] b", "a:: b", "* <tt>:a</tt> - b", "- a: b", "[a]\n  b"]
)
def test_rdoc_lists(item: str):
    assert parse(f"Do it.\n\n=== Arguments\n{item}", Style.RDOC).params == (Entry("a", None, "b"),)


def test_a_heading_over_prose_keeps_its_words():
    text = "Do it.\n\n==== Parameters\n\nNone of note."
    assert "\n".join(render(parse(text, Style.RDOC), 80)) == text


def test_prose_is_of_no_convention():
    assert detect("Do it.\n\n  code", "ruby") is Style.PLAIN


DOCUMENTED = [
    ("def m(a, &b); end", "@param a x", []),
    ("def m(a, b:); end", "@param a x", ["missing-param"]),
    ("def m(a); end", "@param b x", ["missing-param", "unknown-param"]),
    ("def initialize; end", "@return [A] a new one", []),
    ("def m\n  @x = 1\nend", "@return [Integer] x", []),
    ("def m\n  raise A::B\nend", "@raise [B] x", []),
    ("def m\n  raise A\nend", "@raise [B] x", ["missing-raises"]),
    ("def m(opts = {}); end", "@param opts x\n@option opts :y z", []),
]


@pytest.mark.parametrize(("code", "text", "expected"), DOCUMENTED)
def test_problems(code: str, text: str, expected: list[str]):
    signature = units_of(code)[0].signature
    problems = parse(f"Do it.\n\n{text}", language="ruby").problems(signature)
    assert sorted(problem.code for problem in problems) == expected
