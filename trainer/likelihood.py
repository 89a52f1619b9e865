"""How likely a model finds given answers: the dense reward, without sampling."""

from collections.abc import Sequence
from typing import Any

import torch

from batdoc.trainer import objective
from batdoc.trainer.batches import questions_and_answers


@torch.no_grad()
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
        batch = questions_and_answers(
            [questions[i] for i in some], [answers[i] for i in some], model.device
        )
        means |= zip(some, _means(model, batch), strict=True)
    return [means[i] for i in range(len(questions))]


def _means(model: Any, batch: dict[str, Any]) -> list[float]:
    told, is_told = batch["completion_ids"], batch["completion_mask"]
    is_text = torch.cat([batch["prompt_mask"], is_told], dim=1)
    output = model(
        input_ids=torch.cat([batch["prompt_ids"], told], dim=1),
        attention_mask=is_text,
        position_ids=(is_text.cumsum(1) - 1).clamp(min=0),
        use_cache=False,
        logits_to_keep=told.shape[1] + 1,
    )
    logprobs = output.logits[:, :-1].float().log_softmax(-1).gather(2, told[..., None])[..., 0]
    means: list[float] = objective.mean_logprob(logprobs, is_told.float()).tolist()
    return means
