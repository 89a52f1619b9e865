"""What each row of a batch earns: from slots and log-probabilities to rewards, without a model.

A documentation's rows stand together: its own first, then its rebuilds, then the original. Letters
as in trainer.objective.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from batdoc.trainer.config import RewardKind
from batdoc.trainer.objective import likelihood_reward
from batdoc.trainer.rollout import Slot


@dataclass(frozen=True, slots=True)
class RowRewards:
    """What a batch earned.

    Attributes:
        rows: (B,) what is trained on.
        lifts: How much likelier each documentation made its original code, in nats a token.
    """

    rows: Tensor
    lifts: tuple[float, ...]

    def of_docs(self, rows_per_doc: int, docs_per_unit: int) -> list[list[float]]:
        """Give what documentations earned; those of one function come together."""
        docs: list[list[float]] = self.rows[::rows_per_doc].view(-1, docs_per_unit).tolist()
        return docs


def one_original_each(slots: Sequence[Slot]) -> dict[int, Slot]:
    """Give for each group one slot that holds the original code; all of them hold the same."""
    return {slot.group: slot for slot in slots if slot.is_original}


def best_originals(slots: Sequence[Slot], told: Tensor, rows_per_doc: int) -> Tensor:
    """Choose for each function the original code under the documentation that tells most of it.

    Code that is imitated under documentation that says something else teaches a model to pay no
    heed to documentation.

    Args:
        slots: One a row.
        told: (B,) mean log-probability of the originals under their documentation.
        rows_per_doc: Rows that belong to one documentation, its own first.

    Returns:
        (B,) True for one original of each function that has documentation worth anything.
    """
    best: dict[int, int] = {}
    for row, slot in enumerate(slots):
        is_worthy = slot.is_original and slots[row - row % rows_per_doc].worth > 0
        if is_worthy and (slot.group not in best or told[row] > told[best[slot.group]]):
            best[slot.group] = row
    chosen = set(best.values())
    return torch.tensor([row in chosen for row in range(len(slots))])


def row_rewards(
    slots: Sequence[Slot],
    kind: RewardKind,
    rows_per_doc: int,
    told: Tensor,
    untold: dict[int, float],
) -> RowRewards:
    """Add up what rows earn.

    Args:
        slots: One a row.
        kind: Which rewards count.
        rows_per_doc: Rows that belong to one documentation.
        told: (B,) mean log-probability of the originals under their documentation, for other
            rows anything.
        untold: The same under the signature alone, for each group that has an original.
    """
    is_original = told.new_tensor([slot.is_original for slot in slots]).bool()
    alone = told.new_tensor([untold.get(slot.group, 0.0) for slot in slots])
    told = torch.where(is_original, told, 0.0)
    alone = torch.where(is_original, alone, 0.0)
    rows = told.new_tensor([slot.reward for slot in slots])
    if kind != "roundtrip":
        worth = told.new_tensor([slot.worth for slot in slots])
        to_doc = 1 - rows_per_doc  # from an original to the documentation that it stands behind
        rows = rows + likelihood_reward(worth, told.roll(to_doc), alone.roll(to_doc))
    return RowRewards(rows, tuple((told - alone)[is_original].tolist()))
