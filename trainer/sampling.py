"""Samples answers from the model that is being trained: plain, at temperature 1, many at once.

Nothing is cut off the distribution, so that the log-probabilities that training computes are
those of the very policy that sampled.
"""

from collections.abc import Sequence
from typing import Any

import torch

from batdoc.models.backends.hf import pad_left
from batdoc.trainer.rollout import Sampled

_PROMPTS_A_BATCH = 64


def sample(
    model: Any, prompts: Sequence[Sequence[int]], most_tokens: int, ends: frozenset[int]
) -> list[Sampled]:
    """Let a model answer prompts; draws from torch's global generator.

    Args:
        model: A transformers causal language model; in training mode again afterwards, if it was.
        prompts: Token ids, none empty.
        most_tokens: At most this many in an answer.
        ends: Tokens that end an answer.

    Returns:
        One answer a prompt, in order.
    """
    was_training = model.training
    model.eval()  # a model that is trained and recomputes activations keeps no cache
    answers: dict[int, Sampled] = {}
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]), reverse=True)
    for start in range(0, len(order), _PROMPTS_A_BATCH):
        batch = order[start : start + _PROMPTS_A_BATCH]
        grown = _answer_batch(model, [prompts[i] for i in batch], most_tokens, ends)
        for index, answer in zip(batch, grown, strict=True):
            answers[index] = answer
    model.train(was_training)
    return [answers[index] for index in range(len(prompts))]


@torch.no_grad()
def _answer_batch(
    model: Any, prompts: Sequence[Sequence[int]], most_tokens: int, ends: frozenset[int]
) -> list[Sampled]:
    answers: list[list[tuple[int, float]]] = [[] for _ in prompts]
    rows = torch.arange(len(prompts), device=model.device)
    tokens, is_text = pad_left(prompts, model.device)
    cache = None
    for _ in range(most_tokens):
        positions = (is_text.cumsum(-1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
        output = model(
            input_ids=tokens,
            attention_mask=is_text,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache = output.past_key_values
        logprobs = output.logits[:, -1].float().log_softmax(-1)
        drawn = torch.multinomial(logprobs.exp(), 1)
        ids, values = drawn[:, 0].tolist(), logprobs.gather(1, drawn)[:, 0].tolist()
        for row, token, value in zip(rows.tolist(), ids, values, strict=True):
            answers[row].append((token, value))
        going = torch.tensor([token not in ends for token in ids], device=model.device)
        if not going.any():
            break
        if not going.all():  # rows that have ended cost time
            kept = going.nonzero()[:, 0]
            rows, drawn, is_text = rows[kept], drawn[kept], is_text[kept]
            cache.batch_select_indices(kept)
        tokens = drawn
        is_text = torch.cat([is_text, torch.ones_like(tokens)], dim=1)
    return [_sampled(answer, ends) for answer in answers]


def _sampled(answer: Sequence[tuple[int, float]], ends: frozenset[int]) -> Sampled:
    ids, logprobs = zip(*answer, strict=True)
    return Sampled(ids, logprobs, is_whole=ids[-1] in ends)
