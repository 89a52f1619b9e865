"""A person's sentence about a like function, where the model finds it about as likely as its own.

A small model says what a function does in worse words than people say it of one that is called
nearly the same (`source.house.retelling`), and tells the sentences that fit from others by how
likely it finds them. Measured in docs/LOG.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Event

from batdoc.models.backend import Backend, Completion, Finish, Scorer
from batdoc.models.choice import Read
from batdoc.models.prompts import Prompt
from batdoc.models.reading import read_doc
from batdoc.source.docstring import Docstring
from batdoc.source.units import CodeUnit

_LESS_LIKELY = 1.0  # nats a token that a person's sentence may be less likely than the model's own
_LEAST = -2.5  # nats a token, where the model has none


def with_retold(
    answers: Mapping[int, Read],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    retold: Mapping[int, Sequence[str]],
    backend: Backend,
    cancel: Event | None,
) -> dict[int, Read]:
    """Put what people say of like functions in the place of what a model finds hardly likelier.

    Args:
        answers: By the index of its unit, the model's answer and how it was read.
        units: What is documented.
        asked: By the index of its unit, the question.
        retold: By the index of its unit, sentences about like functions, said of it.
        backend: The model; nothing changes where it cannot tell how likely a text is.
        cancel: Stops within one token.

    Returns:
        The answers, their summaries replaced where a sentence is at most a nat a token less likely.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    if not isinstance(backend, Scorer):
        return dict(answers)
    tried = [
        (index, sentence, doc)
        for index, question in asked.items()
        for sentence, doc in _readable(retold.get(index, ()), units[index], question, backend)
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
