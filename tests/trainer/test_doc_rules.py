import pytest

from batdoc.source.docstring import Docstring, Style
from batdoc.source.language import get_language
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.doc_rules import (
    has_fence,
    lacks_summary,
    missing_parts,
    most_characters,
    quoted_line,
    shared_grams,
    untold_exceptions,
    untold_parameters,
    untold_result,
)

SPLIT = """
def split(text, *marks):
    if not text:
        raise errors.Empty(text)
    if not marks:
        raise NotImplementedError
    return text.split(marks[0])
"""


def unit(code: str) -> CodeUnit:
    return get_language("python").units(code.encode())[-1]


def doc(text: str) -> Docstring:
    return parse(text, Style.REST)


def test_a_summary_is_needed() -> None:
    assert lacks_summary(doc(":param text: What is split."))
    assert not lacks_summary(doc("Split a text."))


def test_each_parameter_needs_words() -> None:
    told = doc("Split.\n:param text: What is split.\n:param marks:")
    assert untold_parameters(told, unit(SPLIT)) == ("marks",)
    assert untold_parameters(doc("Split.\n:param *marks: Where."), unit(SPLIT)) == ("text",)


def test_the_result_that_the_body_has_is_needed() -> None:
    assert untold_result(doc("Split.\n:yields: Parts."), unit(SPLIT)) == "returns"
    assert untold_result(doc("Split.\n:returns: Parts."), unit(SPLIT)) is None
    assert untold_result(doc("Count."), unit("def f():\n    yield 1\n")) == "yields"
    assert untold_result(doc("Greet."), unit("def f():\n    print()\n")) is None
    size = "class A:\n    @property\n    def size(self):\n        return 1\n"
    assert untold_result(doc("How large it is."), unit(size)) is None


def test_exceptions_raised_by_name_are_needed_but_for_the_abstract_one() -> None:
    assert untold_exceptions(doc("Split."), unit(SPLIT)) == ("Empty",)
    assert untold_exceptions(doc("Split.\n:raises Empty: No text."), unit(SPLIT)) == ()


def test_all_that_is_missing_is_named() -> None:
    parts = ("summary", "parameter text", "parameter marks", "returns", "raises Empty")
    assert missing_parts(doc(""), unit(SPLIT)) == parts


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_a_fence_is_found(fence: str) -> None:
    assert has_fence(f"As in {fence} x {fence}.")
    assert not has_fence("As in `x`.")


def test_the_line_that_is_quoted_is_named() -> None:
    body = "    total = 1\n    return [price for price in prices]\n"
    quoted = "return [price for price in prices]"
    assert quoted_line(f"Do {quoted}.", body) == quoted
    assert quoted_line("Set total = 1.", body) is None
    assert quoted_line(f">>> {quoted}", body) is None


def test_shared_runs_of_four_tokens() -> None:
    # a b c d e f: 3 runs of four, of which "a b c d" is shared.
    assert shared_grams("a b c d", "a b c d e f") == pytest.approx(1 / 3)
    assert shared_grams("a b c d", "") == 0.0


def test_length_follows_the_code() -> None:
    assert most_characters("x" * 100) == 400
    assert most_characters("x" * 300) == 600
