import pytest

from batdoc.models.unwrap import documentation_in_code, is_code, unwrap
from batdoc.source.language import get_language


@pytest.mark.parametrize(
    "answer",
    [
        "Add numbers.",
        "\n  Add numbers.\n",
        '"""Add numbers."""',
        "'''Add numbers.'''",
        'r"""Add numbers.\n"""\n',
        "```\nAdd numbers.\n```",
        "```text\nAdd numbers.",
        "Add numbers.\n```",
        "Here is the documentation:\n```python\n'''Add numbers.'''\n```\nI hope that it helps!",
        "<|im_start|>Add numbers.<|im_end|>",
        "<s>Add numbers.</s>",
        "<start_of_turn>Add numbers.<end_of_turn>",
        "<think>\nIt adds?\n</think>\n\nAdd numbers.",
        "/** Add numbers. */",
        "/**\n * Add numbers.\n */\nfunction add(a, b) {}",
        "/*!\n   Add numbers.\n*/",
        "/// Add numbers.",
        "//! Add numbers.",
        "// Add numbers.",
        "# Add numbers.",
        "-- Add numbers.",
        "--- Add numbers.",
        "--[[\nAdd numbers.\n]]",
        "=begin\nAdd numbers.\n=end",
        "<!-- Add numbers. -->",
        "```go\n// Add numbers.\n```",
    ],
)
def test_what_is_around_the_words_is_taken_off(answer: str):
    assert unwrap(answer) == "Add numbers."


@pytest.mark.parametrize(
    "words",
    [
        "* one\n* two",
        "# one\ntwo",
        "Add `x`.\n\n```js\nf()\n```\n\nMore.",
        "Add.\n\n>>> add(1)\n1",
    ],
)
def test_words_of_their_own_stay(words: str):
    assert unwrap(words) == words


def test_marks_are_taken_off_each_line_and_indentation_stays():
    assert unwrap("/// Add.\n///\n///     code") == "Add.\n\n    code"
    assert unwrap("/**\n * Add.\n *\n *     code\n */") == "Add.\n\n    code"


def test_an_unfinished_thought_is_nothing():
    assert unwrap("<think>\nIt adds") == ""


def unit_of(language: str, source: str):
    return get_language(language).units(source.encode())[-1]


ADD = unit_of("python", "def add(a, b):\n    return a + b\n")
METHOD = unit_of("javascript", "class A {\n  add(a, b) { return a + b }\n}\n")


@pytest.mark.parametrize(
    ("words", "unit", "expected"),
    [
        ("def add(a, b):\n    return a + b", ADD, True),
        ("def add(a", ADD, True),
        ("@cache\ndef add(a, b): ...", ADD, True),
        ("add numbers.", ADD, False),
        ("Define add(a, b).", ADD, False),
        ("add(a, b) { return a + b }", METHOD, True),
        ("add numbers (and more).", METHOD, False),
        ("", ADD, False),
    ],
)
def test_code_is_told_from_words(words: str, unit, expected: bool):
    assert is_code(words, unit) is expected


def test_documentation_is_found_in_code():
    code = 'def other():\n    """No."""\n\ndef add(a, b):\n    """Add numbers."""\n    return a + b'
    assert documentation_in_code(code, ADD) == "Add numbers."
    assert documentation_in_code("def add(a, b): return a + b", ADD) is None
    assert documentation_in_code("def add(a,", ADD) is None
