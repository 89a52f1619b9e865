import pytest

from batdoc.source.defaults import default_problems, without_untrue_defaults
from batdoc.source.docstring import Entry
from batdoc.source.language import get_language
from batdoc.source.styles import parse

GOOGLE = "Do it.\n\nArgs:\n    a{}: {}"


def wrong(default: str, text: str, type_: str = "") -> bool:
    return found(f"def f(a={default}): pass", GOOGLE.format(f" ({type_})" if type_ else "", text))


def found(code: str, doc: str, language: str = "python") -> bool:
    (unit, *_) = get_language(language).units(code.encode())
    return bool(list(default_problems(parse(doc, language=language), unit.signature)))


@pytest.mark.parametrize(
    "text",
    [
        "One. Defaults to 5.",
        "One. defaults to ``5``",
        "One (default: 5).",
        "One (default 5)",
        "One; default=5",
        "One. The default is 5.",
        "One. The default value is `5`.",
        "One. Its default is :obj:`5`.",
        "5 by default.",
        "One,\n        default 5",
        "Default: 5\n        More words.",
        "One. Defaults to None.",
        "One. Defaults to '5s'.",
        "One. Defaults to False.",
    ],
)
def test_another_literal_is_wrong(text):
    assert wrong("3", text)


def test_the_same_literal_is_right():
    assert not wrong("5", "One. Defaults to 5.")
    assert not wrong("5", "5 by default.")


@pytest.mark.parametrize(
    ("default", "said"),
    [
        ("'sum'", '"mean"'),
        ("True", "False"),
        ("True", "false"),
        ("True", "None"),
        ("1e-3", "0.01"),
        ("0x10", "15"),
        ("-1", "1"),
        ("1_000", "100"),
    ],
)
def test_literals_of_every_kind_are_compared(default, said):
    assert wrong(default, f"One. Defaults to {said}.")


@pytest.mark.parametrize(
    ("default", "said"),
    [
        ("1e-3", "0.001"),
        ("1_000", "1000"),
        ("True", "1"),
        ("1", "1.0"),
        ("'utf-8'", '"UTF8"'),
        ("'5'", "5"),
        ("0x10", "16"),
        ("'E'", "'end'"),
        ("None", "5"),
        ("LIMIT", "5"),
        ("2 ** 4", "5"),
        ("3", "LIMIT"),
        ("3", "[5]"),
        ("3", "5%"),
        ("180", "3 minutes"),
        ("3", "5 (five)"),
        ("3", "5, or 3 where it is short"),
        ("3", "5 for lists"),
        ("3", "5\n        seconds"),
    ],
)
def test_what_may_be_equal_is_not_wrong(default, said):
    assert not wrong(default, f"One. Defaults to {said}.")


@pytest.mark.parametrize(
    "text",
    [
        "One. If it is missing its size defaults to 5.",
        "One. Defaults to 5. For lists the default is 3.",
        "One. Defaults to 5. See the default of g.",
        "One. The default of g is 5.",
    ],
)
def test_words_on_another_default_are_not_wrong(text):
    assert not wrong("3", text)


def test_a_type_may_name_the_default():
    assert wrong("3", "One.", "int, optional, default 5")
    assert wrong("3", "One.", "int, default=5, optional")
    assert not wrong("3", "One.", "int, default 3")
    assert not wrong("3", "One. Defaults to 3.", "int, default 5")


DOCUMENTED = [
    (
        "python",
        "def f(a=3): pass",
        "Do it.\n\nParameters\n----------\na : int, default 5\n    One.",
    ),
    ("python", "def f(a=3): pass", "Do it.\n\n:param a: One, default: 5"),
    ("python", "def f(a=3): pass", "Do it.\n\n@param a: One (default: 5)."),
    ("javascript", "function f(a = 3) {}", "Do it.\n@param {number} a One. Defaults to 5."),
    ("typescript", "function f(a = 3) {}", "Do it.\n\n@param a - One. Defaults to 5."),
    ("cpp", "int f(int a = 3) { return a; }", "Do it.\n\n@param a One. Defaults to 5."),
    ("php", "<?php\nfunction f($a = 3) {}", "Do it.\n\n@param int $a One. Defaults to 5."),
    ("ruby", "def f(a = 3)\nend", "Do it.\n@param a [Integer] One. Defaults to 5."),
    (
        "csharp",
        "class C { void F(int a = 3) {} }",
        'Do it.\n<param name="a">Defaults to 5.</param>',
    ),
]


@pytest.mark.parametrize(("language", "code", "doc"), DOCUMENTED)
def test_every_style_and_language_is_read(language, code, doc):
    units = get_language(language).units(code.encode())
    unit = next(unit for unit in units if unit.name in ("f", "F"))
    problems = [*default_problems(parse(doc, language=language), unit.signature)]
    assert [(p.code, p.subject) for p in problems] == [("wrong-default", "a")]
    right = parse(doc.replace("5", "3"), language=language)
    assert list(default_problems(right, unit.signature)) == []


def test_a_text_for_several_parameters_denies_none():
    doc = "Do it.\n\nParameters\n----------\na, b : int, default 5\n    Both."
    assert not found("def f(a=5, b=3): pass", doc)


def test_the_message_does_not_repeat_the_code():
    doc = GOOGLE.format("", "Defaults to 'secret'.")
    (unit,) = get_language("python").units(b"def f(a='hidden'): pass")
    (problem,) = default_problems(parse(doc, language="python"), unit.signature)
    assert "secret" not in problem.message
    assert "hidden" not in problem.message


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a", "One. Defaults to 5.", "One. Defaults to 5."),
        ("a", "One. Defaults to 6.", "One."),
        ("a", "One (default: 6).", "One."),
        ("a", "One, defaults to ``True``. Two.", "One. Two."),
        ("b", "One. Defaults to None.", "One. Defaults to None."),
        ("b", "One. Defaults to 0.", "One."),
        ("c", "One. Defaults to 0.", "One."),
        ("**more", "Others, defaults to None.", "Others."),
        ("", "Defaults to None.", ""),
        ("a", "One of the defaults.", "One of the defaults."),
    ],
)
def test_a_model_may_only_tell_the_default_that_is_there(name: str, text: str, kept: str) -> None:
    (unit,) = get_language("python").units(b"def f(a=5, b=None, c=D, **more): pass")
    assert without_untrue_defaults(Entry(name, None, text), unit.signature) == kept
