"""REINFORCE++ and its relatives as free functions on tensors; no model and no trainer.

Letters: B answers, T tokens of the longest answer. A mask (B, T) is 1.0 where a token was sampled
and counts, else 0.0. Log-probabilities are natural, of the sampled token.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def kl_k1(policy: Tensor, reference: Tensor) -> Tensor:
    """Estimate the KL divergence per token, unbiased; single values may be negative.

    Args:
        policy: (B, T) log-probabilities under the model that sampled.
        reference: (B, T) the same under the model that training started from.
    """
    return policy - reference


def kl_k3(policy: Tensor, reference: Tensor) -> Tensor:
    """Estimate the KL divergence per token, never negative: what people are shown.

    Args:
        policy: (B, T) log-probabilities under the model that sampled.
        reference: (B, T) the same under the model that training started from.
    """
    difference = reference - policy
    return torch.exp(difference) - difference - 1


def less_group_mean(rewards: Tensor, groups: Sequence[int], scored: Tensor) -> Tensor:
    """Subtract from each reward the mean of its group: the "baseline" variant of REINFORCE++.

    Args:
        rewards: (B,) one an answer.
        groups: B numbers; answers to the same question have the same.
        scored: (B,) True where an answer has a reward; the others neither count nor change.
    """
    return _by_group(rewards, groups, scored, lambda members: members - members.mean())


def leave_one_out(rewards: Tensor, groups: Sequence[int], scored: Tensor) -> Tensor:
    """Subtract from each reward the mean of the others of its group: RLOO.

    Args:
        rewards: (B,) one an answer.
        groups: B numbers; answers to the same question have the same.
        scored: (B,) True where an answer has a reward; the others neither count nor change.

    Returns:
        (B,), 0.0 for an answer that is alone.
    """

    def above_others(members: Tensor) -> Tensor:
        return (members - members.mean()) * len(members) / max(len(members) - 1, 1)

    return _by_group(rewards, groups, scored, above_others)


def over_group_deviation(values: Tensor, groups: Sequence[int], scored: Tensor) -> Tensor:
    """Divide each value by the standard deviation of its group: GRPO, behind `less_group_mean`.

    Args:
        values: (B,) one an answer.
        groups: B numbers; answers to the same question have the same.
        scored: (B,) True where an answer has a value; the others neither count nor change.

    Returns:
        (B,), near 0.0 where the values of a group are.
    """

    def scaled(members: Tensor) -> Tensor:
        return members / (members.std() + 1e-4) if len(members) > 1 else members

    return _by_group(values, groups, scored, scaled)


def _by_group(
    values: Tensor, groups: Sequence[int], scored: Tensor, change: Callable[[Tensor], Tensor]
) -> Tensor:
    labels = torch.tensor(groups, device=values.device)
    result = values.clone()
    for group in sorted(set(groups)):
        members = (labels == group) & scored
        if members.any():
            result[members] = change(values[members])
    return result


def mean_logprob(logprobs: Tensor, mask: Tensor) -> Tensor:
    """Give the mean log-probability of each answer's tokens: nats per token.

    Args:
        logprobs: (B, T).
        mask: (B, T).

    Returns:
        (B,), 0.0 or less; 0.0 for an answer without counted tokens.
    """
    return (logprobs * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)


def likelihood_reward(worth: Tensor, told: Tensor, untold: Tensor) -> Tensor:
    """Give what documentation earns for making the original code likelier.

    Documentation that makes the code less likely earns nothing, like documentation that is worth
    nothing by itself; otherwise it would pay to write none.

    Args:
        worth: (B,) of documentation by itself, in [0, 1].
        told: (B,) `mean_logprob` of the original code under signature and documentation.
        untold: (B,) the same under the signature alone.

    Returns:
        (B,), 0.0 or more: nats per token, weighed by worth.
    """
    return worth * (told - untold).clamp(min=0.0)


def token_rewards(rewards: Tensor, kl: Tensor, mask: Tensor, kl_weight: float) -> Tensor:
    """Spread rewards over tokens: each pays for its KL, the last one earns the answer's reward.

    Args:
        rewards: (B,) one an answer.
        kl: (B, T) per token.
        mask: (B, T); an answer without counted tokens gets nothing.
        kl_weight: What one nat costs.

    Returns:
        (B, T), 0.0 where the mask is.
    """
    positions = torch.arange(mask.shape[1], device=mask.device)
    last = (mask * positions).argmax(dim=1)
    spread = -kl_weight * kl * mask
    rows = torch.arange(mask.shape[0], device=mask.device)
    spread[rows, last] += rewards * mask[rows, last]
    return spread


def returns_to_go(rewards: Tensor) -> Tensor:
    """Sum the rewards (B, T) from each token to the end, undiscounted."""
    return rewards.flip(1).cumsum(1).flip(1)


def whiten(
    values: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = lambda sums: sums
) -> Tensor:
    """Shift and scale to mean 0 and variance 1 over all counted tokens of the whole batch.

    Args:
        values: (B, T).
        mask: (B, T).
        total: Adds a vector up over all processes.

    Returns:
        (B, T), 0.0 where the mask is, and everywhere if all values are equal.
    """
    sums = total(torch.stack([(values * mask).sum(), mask.sum()]))
    mean = sums[0] / sums[1].clamp(min=1.0)
    centred = (values - mean) * mask
    variance = total((centred**2).sum().unsqueeze(0))[0] / sums[1].clamp(min=1.0)
    return centred * torch.rsqrt(variance + 1e-8) if variance > 1e-10 else torch.zeros_like(values)


def clipped_loss(
    policy: Tensor, sampled: Tensor, advantages: Tensor, mask: Tensor, clip: float
) -> Tensor:
    """Give PPO's clipped objective, negated, summed over counted tokens.

    Args:
        policy: (B, T) log-probabilities under the model that is trained; gradients flow here.
        sampled: (B, T) the same under the model that sampled.
        advantages: (B, T).
        mask: (B, T).
        clip: How far the ratio of probabilities may leave 1.0 before the gradient ends.
    """
    ratio = torch.exp(policy - sampled)
    clipped = ratio.clamp(1 - clip, 1 + clip)
    return -(torch.minimum(ratio * advantages, clipped * advantages) * mask).sum()
