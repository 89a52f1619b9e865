"""Sums over what a step sampled, for the metrics."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from batdoc.trainer.rollout import Rollout
from batdoc.trainer.spared import is_flat

Metrics = dict[str, float]
_SUMS = (
    *(
        "docs",
        "agrees",
        "answers",
        "truncated",
        "scored",
        "similarity",
        "functions",
        "flat",
        "rewards",
        "reward",
    ),
    *("reward_squared", "lifts", "lift", "tokens", "kl", "surprise"),
)


class Tally:
    """Counts rollouts and tokens until somebody takes the means."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = defaultdict(float)

    def add_rollouts(self, rollouts: Sequence[Rollout]) -> None:
        """Count what became of documentations."""
        for rollout in rollouts:
            self._sums["docs"] += 1
            self._sums["agrees"] += rollout.agrees
            answers = [slot.answer for slot in rollout.slots if not slot.is_original]
            self._sums["answers"] += len(answers)
            self._sums["truncated"] += sum(not answer.is_whole for answer in answers)
            if rollout.rebuilt:
                self._sums["scored"] += 1
                self._sums["similarity"] += rollout.reward.parts["similarity"]

    def add_rewards(self, functions: Sequence[Sequence[float]]) -> None:
        """Count what documentations earned; those of one function come together."""
        for rewards in functions:
            self._sums["functions"] += 1
            self._sums["flat"] += is_flat(rewards)
            for reward in rewards:
                self._sums["rewards"] += 1
                self._sums["reward"] += reward
                self._sums["reward_squared"] += reward**2

    def add_lifts(self, lifts: Sequence[float]) -> None:
        """Count how much likelier documentations made the original code, in nats a token."""
        self._sums["lifts"] += len(lifts)
        self._sums["lift"] += sum(lifts)

    def add_tokens(self, count: float, kl: float, surprise: float) -> None:
        """Count sampled tokens, and their divergence and surprise in nats, summed.

        The mean surprise of what a model sampled at temperature 1 estimates its entropy.
        """
        self._sums["tokens"] += count
        self._sums["kl"] += kl
        self._sums["surprise"] += surprise

    def take(self, total: Callable[[Tensor], Tensor] = lambda sums: sums) -> Metrics:
        """Give the means since the last call, and begin anew.

        Args:
            total: Adds a vector up over all processes.
        """
        own, self._sums = self._sums, defaultdict(float)
        added = total(torch.tensor([own[name] for name in _SUMS], dtype=torch.float64))
        sums: dict[str, float] = dict(zip(_SUMS, added.tolist(), strict=True))

        def mean(of: str, count: str) -> float:
            return sums[of] / max(sums[count], 1.0)

        reward = mean("reward", "rewards")
        return {
            "reward": reward,
            "reward_std": max(0.0, mean("reward_squared", "rewards") - reward**2) ** 0.5,
            "flat": mean("flat", "functions"),
            "similarity": mean("similarity", "scored"),
            "lift": mean("lift", "lifts"),
            "valid_docs": mean("agrees", "docs"),
            "truncated": mean("truncated", "answers"),
            "kl": mean("kl", "tokens"),
            "entropy": mean("surprise", "tokens"),
            "tokens": sums["tokens"],
        }
