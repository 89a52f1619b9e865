"""Sums over what a step sampled, for the metrics."""

from collections import defaultdict
from collections.abc import Sequence

from batdoc.trainer.rollout import Rollout

Metrics = dict[str, float]


class Tally:
    """Counts rollouts and tokens until somebody takes the means."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = defaultdict(float)

    def add_rollouts(self, rollouts: Sequence[Rollout]) -> None:
        """Count what became of documentations."""
        for rollout in rollouts:
            reward = rollout.reward.total or 0.0
            self._sums["docs"] += 1
            self._sums["reward"] += reward
            self._sums["reward_squared"] += reward**2
            self._sums["agrees"] += rollout.agrees
            if rollout.rebuilt:
                self._sums["scored"] += 1
                self._sums["similarity"] += rollout.reward.parts["similarity"]

    def add_tokens(self, count: float, kl: float) -> None:
        """Count sampled tokens and their divergence in nats, summed."""
        self._sums["tokens"] += count
        self._sums["kl"] += kl

    def take(self) -> Metrics:
        """Give the means since the last call, and begin anew."""
        sums, self._sums = self._sums, defaultdict(float)
        docs, tokens = max(sums["docs"], 1.0), max(sums["tokens"], 1.0)
        mean = sums["reward"] / docs
        return {
            "reward": mean,
            "reward_std": max(0.0, sums["reward_squared"] / docs - mean**2) ** 0.5,
            "similarity": sums["similarity"] / max(sums["scored"], 1.0),
            "valid_docs": sums["agrees"] / docs,
            "kl": sums["kl"] / tokens,
            "tokens": sums["tokens"],
        }
