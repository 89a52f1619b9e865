"""People's sentences in the place of a model's, by how likely it finds them."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

import pytest

from batdoc.models.backend import Completion, Finish, ScriptedBackend
from batdoc.models.prompts import Prompt, to_doc
from batdoc.models.retelling import with_retold_entries, with_retold_summaries
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.precedents import Known
from batdoc.source.language import get_language
from batdoc.source.lexicon import Lexicon

(UNIT,) = get_language("python").units(b"def get_size(self):\n    return self.size\n")
PARAMS = (Entry("self", None, "One."),)
DOC = Docstring("Size it.", "", PARAMS, None, None, (), "", Style.REST)
OWN = Completion("Size it.", (1, 2), (-1.0, -1.0), Finish.STOP, (0, 5))


class Scripted(ScriptedBackend):
    """Finds texts as likely as it is told."""

    def __init__(self, likely: dict[str, float], lexicon: Lexicon | None = None) -> None:
        super().__init__([], lexicon=lexicon)
        self.likely = likely
        self.scored: list[str] = []

    def score(
        self, prompts: Sequence[Prompt], texts: Sequence[str], cancel: Event | None = None
    ) -> list[tuple[float, ...]]:
        self.scored += texts
        return [(self.likely[text],) * 3 for text in texts]


def known(retold: Sequence[str]) -> dict[int, Known]:
    return {0: Known((), tuple(retold), {})}


def summary(backend: ScriptedBackend, retold: Sequence[str], has_own: bool = True) -> str | None:
    answers = {0: (OWN, DOC)} if has_own else {}
    found = with_retold_summaries(answers, [UNIT], {0: to_doc(UNIT)}, known(retold), backend, None)
    return found[0][1].summary if 0 in found else None


@pytest.mark.parametrize(("likely", "taken"), [(-0.5, True), (-1.4, True), (-1.6, False)])
def test_what_is_at_most_half_a_nat_less_likely_is_taken(likely: float, taken: bool) -> None:
    told = summary(Scripted({"Get the size.": likely}), ["Get the size."])
    assert told == ("Get the size." if taken else "Size it.")


def test_the_likeliest_is_taken_and_entries_stay() -> None:
    backend = Scripted({"Get the size.": -0.5, "Give the size.": -0.2})
    answers = {0: (OWN, DOC)}
    retold = known(["Get the size.", "Give the size."])
    found = with_retold_summaries(answers, [UNIT], {0: to_doc(UNIT)}, retold, backend, None)
    answer, doc = found[0]
    assert (doc.summary, doc.params) == ("Give the size.", PARAMS)
    assert answer.first_line_logprob == pytest.approx(-0.2)


@pytest.mark.parametrize(("likely", "told"), [(-2.4, "Get the size."), (-2.6, None)])
def test_where_the_model_has_nothing_it_has_to_be_likely(likely: float, told: str | None) -> None:
    assert summary(Scripted({"Get the size.": likely}), ["Get the size."], has_own=False) == told


def test_what_names_something_else_is_not_even_scored() -> None:
    backend = Scripted({})
    assert summary(backend, ["Get the size of `other_thing`."]) == "Size it."
    lexicon = Lexicon(["get", "the", "size"])
    assert summary(Scripted({}, lexicon), ["Get the fnord."]) == "Size it."
    assert backend.scored == []


def test_a_backend_that_cannot_tell_changes_nothing() -> None:
    assert summary(ScriptedBackend([]), ["Get the size."]) == "Size it."


(ADD,) = get_language("python").units(b"def add(left, *rest):\n    return left + sum(rest)\n")
ADDED = Docstring("Add up.", "", (Entry("left", None, "It."),), None, None, (), "", Style.REST)


@pytest.mark.parametrize(
    ("likely", "left", "rest"),
    [
        (
            {" The first one.": -1.0, " It.": -1.5, " All others.": -1.0},
            "The first one.",
            "All others.",
        ),
        ({" The first one.": -3.0, " It.": -1.5, " All others.": -3.0}, "It.", None),
    ],
)
def test_entries_are_taken_over_where_they_are_likely(
    likely: dict[str, float], left: str, rest: str | None
) -> None:
    backend = Scripted(likely | {" ": 0.0})
    people = {("params", "left"): "The first one.", ("params", "*rest"): "All others."}
    said = {0: Known((), (), people)}
    (doc,) = with_retold_entries([ADDED], [ADD], {0: to_doc(ADD)}, said, backend, None)
    assert doc is not None
    told = {entry.name: entry.text for entry in doc.params}
    assert told == {"left": left, **({"*rest": rest} if rest else {})}


def test_an_entry_that_names_something_else_is_not_taken_over() -> None:
    backend = Scripted({})
    said = {0: Known((), (), {("params", "left"): "As `other_thing` has it."})}
    assert with_retold_entries([ADDED], [ADD], {0: to_doc(ADD)}, said, backend, None) == [ADDED]
    assert with_retold_entries([None], [ADD], {0: to_doc(ADD)}, said, backend, None) == [None]


@pytest.mark.parametrize(("likely", "told"), [(-1.9, "The sum of all."), (-2.1, "It.")])
def test_results_are_taken_over_where_they_are_likely(likely: float, told: str) -> None:
    doc = replace(ADDED, returns=Entry("", None, "It."))
    backend = Scripted({" The sum of all.": likely, " It.": -1.5})
    said = {0: Known((), (), {("returns", ""): "The sum of all."})}
    (found,) = with_retold_entries([doc], [ADD], {0: to_doc(ADD)}, said, backend, None)
    assert found is not None
    assert (found.returns, found.params) == (Entry("", None, told), ADDED.params)


def test_where_no_result_is_told_none_is_taken_over() -> None:
    said = {0: Known((), (), {("returns", ""): "The sum of all."})}
    asked = {0: to_doc(ADD)}
    assert with_retold_entries([ADDED], [ADD], asked, said, Scripted({}), None) == [ADDED]
