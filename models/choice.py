"""Which of a model's answers is taken, where there are several."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Event

from batdoc.models.asking import asked_until_told
from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.entries import filled
from batdoc.models.prompts import Prompt
from batdoc.models.reading import ended, read_doc
from batdoc.models.rebuilding import likenesses
from batdoc.source.docstring import Docstring, Style
from batdoc.source.lexicon import Lexicon
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit

MOST_DOC = 96  # tokens; within what the starter was trained on
_OTHERS = Limits(MOST_DOC, temperature=0.8, top_p=0.95, seed=0, min_p=0.1)

Read = tuple[Completion, Docstring]  # an answer, and how it was read


def best_answers(
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    stop: Sequence[str],
    backend: Backend,
    best_of: int,
    verifies: bool,
    cancel: Event | None,
) -> dict[int, Read]:
    """Ask, and ask again where no answer could be used: it ran in a circle, or named what is not.

    Args:
        units: What is to be documented.
        asked: By the index of its unit, the question.
        stop: Strings that end an answer; with none, entries are wanted.
        backend: The model.
        best_of: How many answers to choose from: the greedy one, and others that are sampled.
        verifies: The choice goes by the likeness of the code that is rebuilt from each, completed
            with the entries that it lacks.
        cancel: Stops within one token.

    Returns:
        By the unit's index the answer and how it was read; none where nothing could be used.
    """
    answers: dict[int, Read] = {}
    asking = asked_until_told(asked, answers, Limits.greedy(MOST_DOC), stop, backend, cancel)
    candidates = list(_usable(next(asking, ()), units, asked, backend.lexicon))
    if best_of > 1:
        several = [index for index in asked for _ in range(best_of - 1)]
        more = backend.generate([asked[index] for index in several], _OTHERS, stop, cancel)
        candidates += _usable(zip(several, more, strict=True), units, asked, backend.lexicon)
        if verifies and not stop:
            candidates = _complete(candidates, units, asked, backend, cancel)
    answers |= _best(candidates, units, backend, verifies and best_of > 1, cancel)
    for sampled in asking:
        found = _usable(sampled, units, asked, backend.lexicon)
        answers |= _best(found, units, backend, False, cancel)
    return answers


def _complete(
    candidates: Sequence[tuple[int, Read]],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    backend: Backend,
    cancel: Event | None,
) -> list[tuple[int, Read]]:
    """Ask for the entries that answers lack: it is whole documentation that is rebuilt from."""
    questions = {at: asked[index] for at, (index, _) in enumerate(candidates)}
    documented = [units[index] for index, _ in candidates]
    told = [doc for _, (_, doc) in candidates]
    docs = filled(documented, questions, told, backend, cancel=cancel)
    return [
        (index, (answer, doc or bare))
        for (index, (answer, bare)), doc in zip(candidates, docs, strict=True)
    ]


def _best(
    candidates: Iterable[tuple[int, Read]],
    units: Sequence[CodeUnit],
    backend: Backend,
    verifies: bool,
    cancel: Event | None,
) -> dict[int, Read]:
    """Choose by what was rebuilt, where that decides, then by the checks, then by likelihood."""
    found = list(candidates)
    rebuilt: Sequence[float | None] = [None] * len(found)
    if verifies:
        told = [(units[index], canonical(doc)) for index, (_, doc) in found]
        rebuilt = likenesses(told, backend, cancel)

    def worth(at: int) -> tuple[float, int, float]:
        index, (answer, _) = found[at]
        problems = parse(ended(answer).strip(), Style.REST).problems(units[index].signature)
        return rebuilt[at] or 0.0, -len(problems), answer.mean_logprob

    best: dict[int, Read] = {}
    for at in sorted(range(len(found)), key=worth, reverse=True):
        best.setdefault(*found[at])
    return best


def _usable(
    answers: Iterable[tuple[int, Completion]],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    lexicon: Lexicon | None,
) -> Iterator[tuple[int, Read]]:
    for index, answer in answers:
        doc = read_doc(ended(answer), units[index], lexicon, asked[index].precedents)
        if doc is not None:
            yield index, (answer, doc)
