"""What cannot be used is asked for again: circles, names and words that are not, twins."""

from itertools import chain, repeat

import pytest

from batdoc.models.authoring import write_docstrings
from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Prompt
from batdoc.models.trust import Written
from batdoc.source.docstring import Docstring, Style
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.lexicon import Lexicon

FULL = HouseStyle(Style.GOOGLE, True, False, 88, True)
BRIEF = HouseStyle(Style.GOOGLE, False, False, 88, True)
(ADD,) = get_language("python").units(
    b"""
def add(left, *rest, scale=1):
    if not rest:
        raise ValueError("nothing to add")
    return scale * (left + sum(rest))
"""
)


def documented(backend: ScriptedBackend, house: HouseStyle) -> Docstring | None:
    (written,) = write_docstrings([ADD], backend, house)
    return written.docstring if isinstance(written, Written) else None


def test_an_answer_that_runs_in_a_circle_is_asked_for_again() -> None:
    circle = "Add the sum of the sum of the sum of the sum."
    backend = ScriptedBackend([circle, "?", circle, "Add numbers.", *["?"] * 3])
    doc = documented(backend, BRIEF)
    assert doc is not None
    assert doc.summary == "Add numbers."
    assert documented(ScriptedBackend(repeat(circle)), BRIEF) is None


def test_an_entry_that_names_what_is_not_is_asked_for_again() -> None:
    def answer(prompt: Prompt) -> str:
        if not prompt.prefix:
            return "add numbers\n:param left: The first.\n:param scale: A `Factor`."
        return next(scales) if ":param scale:" in prompt.prefix else " A thing."

    scales = iter([" A :class:`Factor`.", " `Number`.", " A factor."])
    doc = documented(ScriptedBackend(answer), FULL)
    assert doc is not None
    assert [e.text for e in doc.params if e.name == "scale"] == ["A factor."]


def test_what_is_no_word_is_asked_for_again() -> None:
    lexicon = Lexicon.of(["add the numbers: a first, given and a factor"])

    def answer(prompt: Prompt) -> str:
        if not prompt.prefix:
            return next(summaries)
        return next(scales) if ":param scale:" in prompt.prefix else " A first."

    summaries, scales = iter(["Add them.", "Addrest up.", "Add the bumbers."]), iter([" A ractor."])
    backend = ScriptedBackend(answer, lexicon=lexicon)
    doc = documented(backend, BRIEF)
    assert doc is not None
    assert doc.summary == "Add rest up."
    summaries, scales = iter(["Add numbers."]), iter([" A ractor.", " Givenscale.", " A factoor."])
    doc = documented(backend, FULL)
    assert doc is not None
    assert [e.text for e in doc.params if e.name == "scale"] == ["Given scale."]


@pytest.mark.parametrize(
    ("more", "scale"), [("A factor.", "A factor."), ("a thing.", "a thing."), ("", "A thing.")]
)
def test_what_is_said_of_one_parameter_is_said_of_another_if_nothing_else_is(
    more: str, scale: str
) -> None:
    def answer(prompt: Prompt) -> str:
        if not prompt.prefix:
            return "add numbers\n:param left: A thing.\n:param scale: A thing."
        return {":param scale:": more, ":returns:": "A thing."}.get(
            prompt.prefix.split("\n")[1], ""
        )

    doc = documented(ScriptedBackend(answer), FULL)
    assert doc is not None
    assert {e.name: e.text for e in doc.params} == {"left": "A thing.", "scale": scale}
    assert doc.returns is not None


@pytest.mark.parametrize(("more", "told"), [(" The sum.", "The sum."), ("", "A thing.")])
@pytest.mark.parametrize("first", ["", "\n:returns: a thing."])
def test_what_is_said_of_a_parameter_is_said_of_the_result_if_nothing_else_is(
    first: str, more: str, told: str
) -> None:
    def answer(prompt: Prompt) -> str:
        if not prompt.prefix:
            return f"add numbers\n:param left: A thing.{first}"
        return next(results) if ":returns:" in prompt.prefix else ""

    results = chain([] if first else [" A thing."], repeat(more))
    doc = documented(ScriptedBackend(answer), FULL)
    assert doc is not None
    assert doc.returns is not None
    assert doc.returns.text.capitalize() == told
