"""A batch as TRL makes it: which tokens count, and how to cut it into passes.

Prompts are padded on the left, answers on the right. Letters as in trainer.objective.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from batdoc.models.backends.hf import pad_left


def counted(batch: dict[str, Any]) -> Tensor:
    """Give the mask (B, T) of tokens that were sampled and count."""
    mask: Tensor = (batch["completion_mask"] * batch["tool_mask"]).float()
    return mask


def by_length(batch: dict[str, Any], rows: int) -> Iterator[tuple[Tensor, dict[str, Any]]]:
    """Split a batch into parts of like length, each without columns that only pad it.

    Args:
        batch: Tensors (B,) or (B, T) as TRL makes them, prompts padded on the left, answers on
            the right; scalars go into every part.
        rows: In a part.

    Yields:
        The rows' indices (rows,), and the part; the longest rows come first.
    """
    lengths = batch["prompt_mask"].sum(1) + batch["completion_mask"].sum(1)
    for indices in lengths.argsort(descending=True, stable=True).split(rows):
        prompt = int(batch["prompt_mask"][indices].sum(1).max())
        answer = int(batch["completion_mask"][indices].sum(1).max())
        part = {}
        for name, value in batch.items():
            rows_of = value[indices] if value.ndim else value
            is_wide = value.ndim > 1
            columns = slice(-prompt, None) if name.startswith("prompt_") else slice(answer)
            part[name] = rows_of[:, columns] if is_wide else rows_of
        yield indices, part


def questions_and_answers(
    questions: Sequence[Sequence[int]], answers: Sequence[Sequence[int]], device: Any
) -> dict[str, Any]:
    """Put token ids into a batch as TRL would make it."""
    prompt_ids, prompt_mask = pad_left(questions, device)
    # Padding on the left of what is turned around is padding on the right.
    ids, mask = pad_left([answer[::-1] for answer in answers], device)
    return {
        "prompt_ids": prompt_ids,
        "prompt_mask": prompt_mask,
        "completion_ids": ids.flip(1),
        "completion_mask": mask.flip(1),
    }


def padded(rows: Sequence[Sequence[float]], like: Tensor) -> Tensor:
    """Give rows of numbers as a tensor (B, T), 0.0 behind the end of each."""
    width = like.shape[1]
    filled = [[*row, *([0.0] * (width - len(row)))] for row in rows]
    return torch.tensor(filled, dtype=torch.float32, device=like.device)
