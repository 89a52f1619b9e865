"""The arithmetic of a step on a batch as TRL makes it: advantages before, the loss behind.

Letters as in trainer.objective. Rows are a step's slots: answers that were sampled, which earn
something, and originals, of which the best are imitated.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from batdoc.trainer import objective
from batdoc.trainer.algorithms import ADVANTAGES, KL_IN_LOSS, Earned
from batdoc.trainer.batches import counted, padded
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.rollout import Slot
from batdoc.trainer.row_rewards import best_originals, row_rewards
from batdoc.trainer.tally import Tally


def add_advantages(
    batch: dict[str, Any],
    slots: Sequence[Slot],
    reference: Tensor,
    untold: dict[int, float],
    config: TrainingConfig,
    tally: Tally,
    total: Callable[[Tensor], Tensor],
) -> list[list[float]]:
    """Put into a batch what `loss_of` needs, and count what was earned.

    Args:
        batch: As TRL made it; its advantages are replaced.
        slots: What its rows are.
        reference: (B, T) log-probabilities of its tokens under the first model.
        untold: Mean log-probability of the originals under the signature alone, by group.
        config: Of the run.
        tally: Counts.
        total: Adds a vector up over all processes.

    Returns:
        What documentations earned; those of one function come together.
    """
    original = torch.tensor([[slot.is_original] for slot in slots], device=reference.device)
    imitated, mask = counted(batch) * original, counted(batch) * ~original
    sampled = padded([slot.answer.logprobs for slot in slots], mask)
    policy = torch.where(mask.bool(), sampled, reference)
    told = objective.mean_logprob(reference, imitated)
    best = best_originals(slots, told, config.rows_per_doc).to(reference.device)
    rows = row_rewards(slots, config.reward, config.rows_per_doc, told, untold)
    earned = Earned(
        rewards=rows.rows,
        groups=[slot.group for slot in slots],
        kl=objective.kl_k1(policy, reference),
        mask=mask,
        kl_weight=config.kl_weight,
        total=total,
    )
    advantages = ADVANTAGES[config.algorithm](earned)
    batch["advantages"] = advantages + config.imitation * imitated * best[:, None]
    batch["old_per_token_logps"] = sampled
    batch["ref_per_token_logps"] = reference
    functions = rows.of_docs(config.rows_per_doc, config.docs_per_unit)
    tally.add_rewards(functions)
    tally.add_lifts(rows.lifts)
    divergence = float((objective.kl_k3(policy, reference) * mask).sum())
    surprise = float(-(sampled.nan_to_num() * mask).sum())
    tally.add_tokens(float(mask.sum()), divergence, surprise)
    return functions


def loss_of(policy: Tensor, batch: dict[str, Any], config: TrainingConfig) -> Tensor:
    """Give PPO's clipped loss, summed over the tokens of a pass.

    Args:
        policy: (B, T) log-probabilities under the model that is trained; gradients flow here.
        batch: What `add_advantages` left.
        config: Of the run.
    """
    sampled, mask = batch["old_per_token_logps"], counted(batch)
    imitated = sampled.isnan()
    before = torch.where(imitated, policy.detach(), sampled)
    loss = objective.clipped_loss(policy, before, batch["advantages"], mask, config.clip)
    if config.algorithm in KL_IN_LOSS:
        divergence = objective.kl_k3(policy, batch["ref_per_token_logps"])
        loss = loss + config.kl_weight * (divergence * mask * ~imitated).sum()
    return loss
