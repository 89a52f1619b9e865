"""How likely a model finds given answers: the dense reward, without sampling."""

from collections.abc import Sequence
from typing import Any

from batdoc.models.backend import mean_of
from batdoc.models.backends.hf import last_logprobs


def mean_logprobs(
    model: Any, questions: Sequence[Sequence[int]], answers: Sequence[Sequence[int]], rows: int
) -> list[float]:
    """Give the mean log-probability of each answer's tokens, in nats.

    Args:
        model: A transformers causal language model.
        questions: Token ids, none empty.
        answers: One a question, none empty.
        rows: In one forward pass.
    """
    order = sorted(range(len(questions)), key=lambda i: len(questions[i]) + len(answers[i]))
    means: dict[int, float] = {}
    for first in range(0, len(order), rows):
        some = order[first : first + rows]
        texts = [[*questions[i], *answers[i]] for i in some]
        found = last_logprobs(model, texts, [len(answers[i]) for i in some])
        means |= zip(some, map(mean_of, found), strict=True)
    return [means[i] for i in range(len(questions))]
