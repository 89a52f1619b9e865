"""People's words about like functions, where the model finds them about as likely as its own.

A small model says what a function does, and what a parameter is, in worse words than people say it
of one that is called nearly the same (`source.house.retelling`), and tells what fits from what does
not by how likely it finds it. Measured in docs/LOG.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event

from batdoc.models.backend import Backend, Completion, Finish, Scorer, mean_of
from batdoc.models.choice import Read
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt
from batdoc.models.reading import read_doc, read_entry
from batdoc.source.docstring import Docstring, Entry
from batdoc.source.house.precedents import Known
from batdoc.source.styles import lead
from batdoc.source.units import CodeUnit

_LESS_LIKELY = 0.5  # nats a token that a person's sentence may be less likely than the model's own
_LEAST = -2.5  # nats a token, where the model has none
_ROOM = 96  # tokens of a text


def with_retold_summaries(
    answers: Mapping[int, Read],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    known: Mapping[int, Known],
    backend: Backend,
    cancel: Event | None,
) -> dict[int, Read]:
    """Put what people say of like functions in the place of what a model finds hardly likelier.

    Args:
        answers: By the index of its unit, the model's answer and how it was read.
        units: What is documented.
        asked: By the index of its unit, the question.
        known: By the index of its unit, what is known of like functions.
        backend: The model; nothing changes where it cannot tell how likely a text is.
        cancel: Stops within one token.

    Returns:
        The answers, their summaries replaced where a sentence is at most half a nat a token less
        likely.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    if not isinstance(backend, Scorer):
        return dict(answers)
    tried = [
        (index, sentence, doc)
        for index, question in asked.items()
        for sentence, doc in _readable(known[index].retold, units[index], question, backend)
    ]
    scores = backend.score([asked[i] for i, _, _ in tried], [s for _, s, _ in tried], cancel)
    chosen, likely = dict(answers), {index: _least(answers.get(index)) for index in asked}
    for (index, sentence, doc), logprobs in zip(tried, scores, strict=True):
        answer = Completion(sentence, (), logprobs, Finish.STOP, (0,) * len(logprobs))
        if answer.mean_logprob > likely[index]:
            likely[index] = answer.mean_logprob
            told = answers[index][1] if index in answers else doc
            chosen[index] = answer, replace(told, summary=doc.summary)
    return chosen


def with_retold_entries(
    docs: Sequence[Docstring | None],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    known: Mapping[int, Known],
    backend: Backend,
    cancel: Event | None,
) -> list[Docstring | None]:
    """Put what people say of like parameters and results in the place of what is hardly likelier.

    The arguments are those of `with_retold_summaries`, and so is the measure.

    Args:
        docs: One a unit, with the model's entries; None stays None.
        units: What is documented.
        asked: By the index of its unit, the question.
        known: By the index of its unit, what is known of like functions.
        backend: The model.
        cancel: Stops within one token.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    whole = list(docs)
    if not isinstance(backend, Scorer):
        return whole
    tried = [
        each
        for index, question in asked.items()
        for each in _rivals(index, docs[index], units[index], question, known[index], backend)
    ]
    texts = [text for each in tried for text in (each.own, each.other)]
    questions = [each.question for each in tried for _ in range(2)]
    scores = backend.score(questions, [f" {text}" for text in texts], cancel)
    for each, own, other in zip(tried, scores[::2], scores[1::2], strict=True):
        doc = whole[each.index]
        least = mean_of(own) - _LESS_LIKELY if each.own else _LEAST
        if doc is not None and mean_of(other) > least:
            told = doc.with_entry(each.field, Entry(each.name, None, each.other))
            whole[each.index] = told.bound(units[each.index].signature)
    return whole


@dataclass(frozen=True, slots=True)
class _Rival:
    """What a person says of a like parameter or result, beside what the model says of it."""

    index: int
    question: Prompt
    field: str
    name: str
    own: str
    other: str


def _rivals(
    index: int,
    doc: Docstring | None,
    unit: CodeUnit,
    question: Prompt,
    known: Known,
    backend: Backend,
) -> Iterator[_Rival]:
    """Give the entries for which people have other words than the model, and words that hold."""
    if doc is None:
        return
    for (field, name), text in known.entries.items():
        said, told = _said(doc, field, name), Entry(name, None, text)
        read = read_entry(told, unit, backend.lexicon, question.precedents)
        is_whole = read is not None and len(read.text.split()) == len(text.split())
        has_place = said or field == "params"  # of a property, say, nobody tells what it returns
        if read is None or not is_whole or not has_place or said == text:
            continue
        begun = question.starting(f"{doc.summary}\n{lead(field, name)}")
        if fitted := fitting(begun, backend, _ROOM):
            yield _Rival(index, fitted, field, name, said, read.text)


def _said(doc: Docstring, field: str, name: str) -> str:
    """Give what documentation says of a parameter, or of a result; '' where it says nothing."""
    found = getattr(doc, field) or ()
    entries = found if isinstance(found, tuple) else (found,)
    bare = name.lstrip("*")
    return next((entry.text for entry in entries if entry.name.lstrip("*") == bare), "")


def _readable(
    sentences: Sequence[str], unit: CodeUnit, question: Prompt, backend: Backend
) -> Iterator[tuple[str, Docstring]]:
    """Give the sentences that name only what the unit has, whole."""
    for sentence in sentences:
        doc = read_doc(sentence, unit, backend.lexicon, question.precedents)
        if doc is not None and len(doc.summary.split()) == len(sentence.split()):
            yield sentence, doc


def _least(read: Read | None) -> float:
    """Tell how likely a sentence has to be."""
    own = read[0].first_line_logprob if read else None
    return own - _LESS_LIKELY if own is not None else _LEAST
