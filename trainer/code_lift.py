"""How much likelier documentation makes the original code: what `likelihood` rewards, as served."""

from collections.abc import Sequence
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Scorer, mean_of
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt
from batdoc.source.units import CodeUnit
from batdoc.trainer.rollout import original_body


def code_lifts(
    told: Sequence[tuple[CodeUnit, str]], backend: Backend, cancel: Event | None
) -> list[float | None]:
    """Measure what documentation tells of code, without sampling.

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
    if not isinstance(backend, Scorer):
        return [None] * len(told)
    pairs = [_questions(unit, doc, backend) for unit, doc in told]
    asked = [
        (question, original_body(unit))
        for pair, (unit, _) in zip(pairs, told, strict=True)
        for question in pair
    ]
    scores = iter(backend.score([q for q, _ in asked], [body for _, body in asked], cancel))
    means = [tuple(mean_of(next(scores)) for _ in pair) for pair in pairs]
    return [heard[0] - heard[1] if heard else None for heard in means]


def _questions(unit: CodeUnit, doc: str, backend: Backend) -> tuple[Prompt, ...]:
    """Ask for the code with documentation and without; for nothing where it has no room."""
    alone, body = prompts.to_code(unit, ""), original_body(unit)
    room = backend.count_tokens(alone.starting(body)) - backend.count_tokens(alone)
    both = [fitting(question, backend, room) for question in (prompts.to_code(unit, doc), alone)]
    return tuple(question for question in both if question) if all(both) else ()
