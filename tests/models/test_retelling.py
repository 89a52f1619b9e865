"""People's sentences in the place of a model's, by how likely it finds them."""

from collections.abc import Sequence
from threading import Event

import pytest

from batdoc.models.backend import Completion, Finish, ScriptedBackend
from batdoc.models.prompts import Prompt, to_doc
from batdoc.models.retelling import with_retold
from batdoc.source.docstring import Docstring, Entry, Style
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


def summary(backend: ScriptedBackend, retold: Sequence[str], has_own: bool = True) -> str | None:
    answers = {0: (OWN, DOC)} if has_own else {}
    found = with_retold(answers, [UNIT], {0: to_doc(UNIT)}, {0: retold}, backend, None)
    return found[0][1].summary if 0 in found else None


@pytest.mark.parametrize(("likely", "taken"), [(-0.5, True), (-1.9, True), (-2.1, False)])
def test_what_is_at_most_a_nat_less_likely_is_taken(likely: float, taken: bool) -> None:
    told = summary(Scripted({"Get the size.": likely}), ["Get the size."])
    assert told == ("Get the size." if taken else "Size it.")


def test_the_likeliest_is_taken_and_entries_stay() -> None:
    backend = Scripted({"Get the size.": -0.5, "Give the size.": -0.2})
    answers = {0: (OWN, DOC)}
    retold = {0: ["Get the size.", "Give the size."]}
    found = with_retold(answers, [UNIT], {0: to_doc(UNIT)}, retold, backend, None)
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
