"""What C++'s files tell: units, signatures, owners, access; where documentation stands."""

import pytest

from batdoc.source.language import get_language
from batdoc.source.styles import parse

CPP = get_language("cpp")
CASES = [
    (
        'int f(const std::string& a = "x", T&&... b);',
        {"params": ["a", "*b"], "defaults": ['"x"', None]},
    ),
    ("auto f(int a) -> std::vector<int>;", {"type": "std::vector<int>", "returns": True}),
    ("auto f() { return 1; }", {"type": None, "returns": True}),
    ("auto f() { [] { return 1; }(); }", {"type": None, "returns": False}),
    ("void f() { throw a::B(1); }", {"raises": ["a::B"], "returns": False}),
    ("void f() { throw; }", {"raises": []}),
    ("void f() { a->b(); c::d(); e.f<int>(); }", {"calls": ["a->b", "c::d", "f<int>"]}),
    ("G f() { co_yield 1; }", {"yields": True, "returns": False}),
    ("template <class T>\nT f(T a);", {"header": "template <class T> T f(T a);"}),
    ("[[nodiscard]] int f();", {"name": "f", "header": "[[nodiscard]] int f();"}),
    ('extern "C" int f();', {"name": "f", "header": 'extern "C" int f();'}),
    ("int A::f() const { return 1; }", {"name": "A.f", "kind": "method"}),
    ("template <class T>\nint a::A<T>::f() { return 1; }", {"name": "a.A.f", "kind": "method"}),
    ("A::A() : b(1) {}", {"name": "A.A", "returns": False}),
    ("A::operator bool() const { return b; }", {"name": "A.operator bool"}),
    (
        "bool A::operator==(const A& b) const { return 1; }",
        {"name": "A.operator==", "params": ["b"]},
    ),
    ("class A {\n public:\n  A(int a);\n};", {"name": "A.A", "params": ["a"], "private": False}),
    ("class A {\n  int f();\n};", {"name": "A.f", "private": True}),
    ("struct A {\n  int f();\n};", {"name": "A.f", "private": False, "kind": "method"}),
    ("struct A {\n private:\n  int f();\n};", {"private": True}),
    ("class A {\n protected:\n  int f();\n};", {"private": False}),
    ("struct A {\n  static int f();\n};", {"private": False}),
    ("struct A {\n  template <class T>\n  int f(T a);\n};", {"name": "A.f", "overload": False}),
    ("struct A {\n  A(const A&) = delete;\n};", {"private": True}),
    ("struct A {\n  virtual int f() const = 0;\n};", {"name": "A.f", "private": False}),
    ("struct A {\n  int f() override;\n};", {"private": True}),
    ("struct A {\n  ~A();\n};", {"name": "A.~A", "private": True}),
    ("struct A {\n  struct B { int c; };\n};", {"name": "A.B", "kind": "class"}),
    ("class A {\n  struct B {\n    int f();\n  };\n};", {"name": "A.B.f", "private": True}),
    (
        "class API A final : public B {\n};",
        {"name": "A", "header": "class API A final : public B {"},
    ),
    ("struct A {\n  Q_OBJECT\n\n  API_CALL int f();\n};", {"name": "A.f", "overload": False}),
    ("namespace a::b {\nint f();\n}", {"name": "a.b.f", "kind": "function"}),
    ("namespace {\nint f();\n}", {"name": "f", "private": True}),
    ("namespace a::detail {\nint f();\n}", {"private": True}),
    ("static int f();", {"private": True}),
    ("enum class A : int { B };", {"name": "A", "kind": "class"}),
    ("template <>\nstruct A<int> {};", {"name": "A", "header": "template <> struct A<int> {"}),
    ("void f() {\n  struct A { int g() { return 1; } };\n}", {"nested": True}),
    ("/// Doc.\ntemplate <class T>\nint f();", {"doc": "Doc."}),
    ("struct A {\n  int a;  ///< no\n  int f();\n};", {"doc": None}),
    ("struct A {\n  //! Doc.\n  int f();\n};", {"doc": "Doc."}),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_facts(facts_of, source: str, expected: dict[str, object]):
    found = facts_of("cpp", f"#include <a>\n\n{source}\n")
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "source",
    [
        "class A;",
        "int a(1);",
        "struct A {\n  friend void f();\n};",
        "TEST(A, B) {\n  c();\n}",
        "using A = int;",
        "void f() {\n  Foo g();\n}",
    ],
)
def test_these_are_no_units_of_their_own(source: str):
    assert {unit.name for unit in CPP.units(source.encode())} <= {"A", "f"}


def test_friends_belong_elsewhere():
    assert [u.name for u in CPP.units(b"struct A {\n  friend void f();\n};")] == ["A"]


def test_template_parameters_are_none_of_the_function():
    unit = CPP.units(b"template <class T>\nT f(T a);")[0]
    text = "Do it.\n\n@tparam T the type\n@param a x\n@return y"
    assert parse(text, language="cpp").problems(unit.signature) == ()


@pytest.mark.parametrize("name", ["std::range_error", "range_error"])
def test_exceptions_are_known_by_their_last_name(name: str):
    unit = CPP.units(b"void f() { throw std::range_error(); }")[0]
    assert parse(f"Do it.\n\n@throws {name} x", language="cpp").problems(unit.signature) == ()


def test_members_are_valid_on_their_own():
    assert CPP.parses("A() = default;")
    assert CPP.parses("int f() const override;")
    assert not CPP.parses("int f( {")
