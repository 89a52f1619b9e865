"""Algorithms by name: what each makes of rewards, from one an answer to one advantage a token.

All share the clipped loss, a mean over all tokens of a step. Letters as in trainer.objective.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from batdoc.trainer.config import Algorithm
from batdoc.trainer.objective import (
    leave_one_out,
    less_group_mean,
    over_group_deviation,
    returns_to_go,
    token_rewards,
    whiten,
)


@dataclass(frozen=True, slots=True)
class Earned:
    """What a step's answers earned.

    Attributes:
        rewards: (B,) one an answer.
        groups: B numbers; answers to the same question have the same.
        kl: (B, T) per token, as `kl_k1` estimates it.
        mask: (B, T).
        kl_weight: Reward that one nat of it costs.
        total: Adds a vector up over all processes.
    """

    rewards: Tensor
    groups: Sequence[int]
    kl: Tensor
    mask: Tensor
    kl_weight: float
    total: Callable[[Tensor], Tensor]

    @property
    def scored(self) -> Tensor:
        """(B,) True for answers that count."""
        return self.mask.any(dim=1)


def _reinforce(earned: Earned) -> Tensor:
    """Whiten the rewards from each token on, its share of the divergence among them."""
    return _whitened(earned, earned.rewards)


def _reinforce_baseline(earned: Earned) -> Tensor:
    """Do the same with what an answer earned above the mean of its group."""
    return _whitened(earned, less_group_mean(earned.rewards, earned.groups, earned.scored))


def _whitened(earned: Earned, rewards: Tensor) -> Tensor:
    each = token_rewards(rewards, earned.kl, earned.mask, earned.kl_weight)
    return whiten(returns_to_go(each), earned.mask, earned.total)


def _grpo(earned: Earned) -> Tensor:
    """Give an answer's tokens its distance from its group's mean, in standard deviations."""
    above = less_group_mean(earned.rewards, earned.groups, earned.scored)
    return over_group_deviation(above, earned.groups, earned.scored)[:, None] * earned.mask


def _rloo(earned: Earned) -> Tensor:
    """Give them what it earned above the others of its group, its divergence paid for.

    Whitened, so that it weighs as much beside what is imitated as with the other algorithms.
    """
    paid = earned.rewards - earned.kl_weight * (earned.kl * earned.mask).sum(dim=1)
    above = leave_one_out(paid, earned.groups, earned.scored)
    return whiten(above[:, None] * earned.mask, earned.mask, earned.total)


ADVANTAGES: Mapping[Algorithm, Callable[[Earned], Tensor]] = {
    "reinforce++": _reinforce,
    "reinforce++-baseline": _reinforce_baseline,
    "grpo": _grpo,
    "rloo": _rloo,
}
# GRPO's divergence is a term of the loss; the others pay for it in the reward.
KL_IN_LOSS: frozenset[Algorithm] = frozenset({"grpo"})
