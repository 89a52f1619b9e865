"""From a model's words to documentation, in any language and whatever the words are."""

import pytest

from batdoc.models.backend import Completion, Finish
from batdoc.models.reading import ended, read_agreeing, read_body, read_doc, read_entry
from batdoc.source.docstring import Docstring, Entry
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit

PYTHON = """
def add(a, b=1):
    if not a:
        raise ValueError(a)
    return [x for x in a if x > b]
"""
JAVASCRIPT = """
function add(a, b = 1) {
  if (!a) throw new TypeError(a)
  return a + b
}
"""
FIELDS = "Add numbers.\n\n:param a: One.\n:returns: The sum.\n:raises ValueError: If empty."
GOOGLE = """
Add numbers.

Args:
    a: One.

Returns:
    The sum.

Raises:
    ValueError: If empty.
"""
JSDOC = """
/**
 * Add numbers.
 *
 * @param {number} a - One.
 * @returns {number} The sum.
 */
"""
DOCUMENTED = PYTHON.replace("=1):\n", '=1):\n    """' + FIELDS.replace("\n", "\n    ") + '"""\n')


def unit_of(language: str, source: str) -> CodeUnit:
    return get_language(language).units(source.encode())[0]


ADD, JS_ADD = unit_of("python", PYTHON), unit_of("javascript", JAVASCRIPT)


def read(text: str, unit: CodeUnit = ADD) -> Docstring:
    doc = read_doc(text, unit)
    assert doc is not None
    return doc


@pytest.mark.parametrize("answer", [FIELDS, GOOGLE, f"```python{DOCUMENTED}```"])
def test_the_form_of_an_answer_makes_no_difference(answer: str):
    doc = read(answer)
    assert doc.summary == "Add numbers."
    assert [(e.name, e.text) for e in doc.params] == [("a", "One.")]
    assert doc.returns is not None
    assert doc.returns.text == "The sum."
    assert [(e.name, e.text) for e in doc.raises] == [("ValueError", "If empty.")]


@pytest.mark.parametrize(
    "answer",
    [
        FIELDS,
        JSDOC,
        f"```js{JSDOC}function add(a, b) {{}}\n```",
        "// Add numbers.\n// :param a: One.\n// :returns: The sum.",
    ],
)
def test_the_language_of_the_code_makes_no_difference(answer: str):
    doc = read(answer, JS_ADD)
    assert doc.summary == "Add numbers."
    assert [(e.name, e.text) for e in doc.params] == [("a", "One.")]
    assert doc.returns is not None
    assert doc.returns.text == "The sum."


@pytest.mark.parametrize(
    "answer",
    ["function add(a, b = 1) {\n  return a\n}", "```js\nfunction add(a", "<think>Add the numbers."],
)
def test_code_and_thoughts_are_no_documentation(answer: str):
    assert read_doc(answer, JS_ADD) is None


def test_words_that_are_code_do_not_pass():
    assert read_doc("Return [x for x in a if x > b].", ADD) is None
    doc = read("Add numbers.\n:param a: One.\n:returns: return [x for x in a if x > b]")
    assert doc.returns is None


@pytest.mark.parametrize(
    "summary",
    [
        "Call `add(a, b=1)` on numbers.",
        "Give every x in a if x is large.",
        "Raise `ValueError(a)`.",
    ],
)
def test_a_name_a_call_or_a_few_words_are_no_copy(summary: str):
    assert read(summary).summary == summary


def test_examples_are_kept_apart_for_whoever_verifies_them():
    doc = read("Add numbers.\n\n>>> add([1])\n[]\n\n:returns: It.\n>>> add([2])\n[2]")
    assert doc.examples == ">>> add([1])\n[]\n\n>>> add([2])\n[2]"
    assert doc.returns is not None
    assert doc.returns.text == "It."
    assert doc.body == ""


@pytest.mark.parametrize(
    "answer",
    [
        "Join two tables. E.g.::",
        "Join two tables. For example:",
        "Join two tables::",
        "Join two tables, e.g.::",
    ],
)
def test_nothing_is_announced_that_does_not_follow(answer: str):
    assert read(answer).summary == "Join two tables."


def test_quotes_that_would_end_a_docstring_are_left_out():
    doc = read('Add numbers.\n:param a: The """first""" one.')
    assert doc.params[0].text == "The first one."


def test_tokens_of_templates_never_pass():
    doc = read("Add<|end|> numbers.\n:param a: One</s>.<end_of_turn>\n:returns: It[/INST].")
    assert doc.summary == "Add numbers."
    assert doc.params[0].text == "One."
    assert doc.returns is not None
    assert doc.returns.text == "It."


def test_a_method_that_cannot_stand_alone_gets_a_body():
    source = "class A {\n  add(a, b) {\n  }\n}\n"
    stub = get_language("javascript").units(source.encode())[1]
    assert read_body("  return a + b\n}\n", stub) == "return a + b"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Add numbers. The sum is", "Add numbers."),
        ("Add numbers\n:param a: One\n:param b: The", "Add numbers\n:param a: One"),
        ("The length of the", ""),
    ],
)
def test_what_the_tokens_ran_out_in_is_left_out(text: str, kept: str) -> None:
    assert ended(Completion(text, (), (), Finish.LENGTH)) == kept
    assert ended(Completion(text, (), (), Finish.STOP)) == text


def test_what_the_code_has_not_is_no_documentation() -> None:
    text = (
        "Add numbers. Or more.\n\n:param a: See :ref:`ufuncs <kwargs>`.\n"
        ":param b: The least, defaults to 2. A :class:`Bound`.\n:returns: A list, see `total`."
    )
    doc = read(text)
    assert [entry.text for entry in doc.params] == ["The least."]
    assert doc.returns is None
    assert read_doc("Add a :class:`Number` up.", ADD) is None
    kept = read_agreeing(text, ADD)
    assert kept is not None
    assert [entry.name for entry in kept.params] == ["a", "b"]


def test_an_entry_of_its_own_is_read_alike() -> None:
    told = read_entry(Entry("b", None, "The bound (default: 2)."), ADD, None)
    assert told is not None
    assert told.text == "The bound."
    assert read_entry(Entry("b", None, "A `Bound`."), ADD, None) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("If it is so, it is. If it is so, it is.", "If it is so, it is."),
        ("A hash. A hash. A hash.", None),
        ("A hash hash.", None),
        ("The one that that is.", "The one that that is."),
    ],
)
def test_what_is_said_twice(text: str, kept: str | None) -> None:
    told = read_entry(Entry("a", None, text), ADD, None)
    assert (told.text if told else None) == kept
