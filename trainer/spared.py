"""Functions that sit out their next turn: whatever was said of them last earned the same.

Rewards are compared within a function, so those teach nothing; models change, so they are asked
again later.
"""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from batdoc.trainer.checkpoints import write_json

_FILE = "spared.json"
_EQUAL = 1e-6  # rewards that differ by less teach nothing


def is_flat(rewards: Sequence[float]) -> bool:
    """Tell whether rewards of one function are all the same."""
    return max(rewards) - min(rewards) <= _EQUAL


class Spared:
    """Chooses others in the place of functions that would teach nothing; alike in all processes.

    Args:
        count: How many functions there are.
        seed: Of the choice.
        total: Adds a vector up over all processes.
    """

    def __init__(self, count: int, seed: int, total: Callable[[Tensor], Tensor]) -> None:
        self._count = count
        self._seed = seed
        self._total = total
        self._flat: set[int] = set()
        self._sat_out: set[int] = set()

    def choose(self, wanted: Sequence[int], turn: str) -> list[int]:
        """Give the numbers of the functions to ask about.

        Args:
            wanted: Whose turn it is.
            turn: Of this process; the same turn chooses the same again.
        """
        self._sat_out = self._flat.intersection(wanted)
        others = [n for n in range(self._count) if n not in self._flat and n not in wanted]
        random.Random(f"{self._seed}/{turn}").shuffle(others)
        return [others.pop() if n in self._sat_out and others else n for n in wanted]

    def note(self, asked: Sequence[int], rewards: Sequence[Sequence[float]]) -> None:
        """Note what functions earned, those of all processes."""
        changes = torch.zeros(2, self._count)
        changes[0, list(self._sat_out)] = 1.0
        changes[1, [n for n, own in zip(asked, rewards, strict=True) if is_flat(own)]] = 1.0
        sat_out, flat = self._total(changes).bool()
        self._flat -= set(sat_out.nonzero()[:, 0].tolist())
        self._flat |= set(flat.nonzero()[:, 0].tolist())

    def save(self, checkpoint: Path) -> None:
        """Write what is known into a checkpoint."""
        write_json(checkpoint / _FILE, sorted(self._flat))

    def load(self, checkpoint: Path) -> None:
        """Go on from a checkpoint."""
        self._flat = set(json.loads((checkpoint / _FILE).read_text("utf-8")))
