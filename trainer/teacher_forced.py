"""What a served model finds likely: nothing is sampled, so that chance moves it little."""

from collections.abc import Sequence
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Scorer, mean_of
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt
from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import Beside
from batdoc.trainer.rollout import original_body


def code_lifts(
    told: Sequence[tuple[CodeUnit, str]], backend: Backend, cancel: Event | None
) -> list[float | None]:
    """Measure what documentation tells of code: what `likelihood` rewards.

    Args:
        told: Functions, each with documentation in canonical form; empty documentation lifts
            nothing.
        backend: The model.
        cancel: Stops within one token.

    Returns:
        The mean log-probability of the tokens of the body behind declaration and documentation,
        less that behind the declaration alone, in nats a token; None where the engine cannot tell,
        or the body does not fit the model.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    asked = [
        (prompts.to_code(unit, text), original_body(unit))
        for unit, doc in told
        for text in (doc, "")
    ]
    means = _means(asked, backend, cancel)
    pairs = zip(means[::2], means[1::2], strict=True)
    return [None if heard is None or alone is None else heard - alone for heard, alone in pairs]


def human_logprobs(
    wrote: Sequence[tuple[CodeUnit, str]],
    backend: Backend,
    beside: Beside,
    cancel: Event | None,
) -> list[float | None]:
    """Measure how likely a model finds what people wrote.

    Args:
        wrote: Functions, each with the first sentence of its documentation; '' where it has none.
        backend: The model.
        beside: Gives the precedents of each.
        cancel: Stops within one token.

    Returns:
        The mean log-probability of the sentence's tokens behind the code, in nats a token, at most
        0.0; None where there is no sentence, it does not fit the model, or the engine cannot tell.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    asked = [(prompts.to_doc(unit, beside(unit).lines), sentence) for unit, sentence in wrote]
    return _means(asked, backend, cancel)


def _means(
    asked: Sequence[tuple[Prompt, str]], backend: Backend, cancel: Event | None
) -> list[float | None]:
    """Give the mean log-probability of each answer; None where there is none, or no room for it."""
    if not isinstance(backend, Scorer):
        return [None] * len(asked)
    questions = [_fitting(question, answer, backend) for question, answer in asked]
    known = [
        (question, answer)
        for question, (_, answer) in zip(questions, asked, strict=True)
        if question is not None
    ]
    scores = iter(backend.score([q for q, _ in known], [answer for _, answer in known], cancel))
    return [None if question is None else mean_of(next(scores)) for question in questions]


def _fitting(question: Prompt, answer: str, backend: Backend) -> Prompt | None:
    if not answer:
        return None
    room = backend.count_tokens(question.starting(answer)) - backend.count_tokens(question)
    return fitting(question, backend, room)
