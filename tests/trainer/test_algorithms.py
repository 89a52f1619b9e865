import math

import pytest
import torch

from batdoc.trainer.algorithms import ADVANTAGES, Earned
from batdoc.trainer.config import ALGORITHMS

# Two questions with two answers each, of one and two tokens; the last answer does not count.
MASK = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
KL = torch.tensor([[1.0, 9.0], [2.0, 3.0], [0.0, 9.0], [9.0, 9.0]])


def advantages(name: str, kl_weight: float) -> list[float]:
    """Give those of the four tokens that count; the others have to be 0."""
    rewards = torch.tensor([1.0, 3.0, 5.0, 7.0])
    earned = Earned(rewards, [0, 0, 1, 1], KL, MASK, kl_weight, lambda sums: sums)
    result = ADVANTAGES[name](earned)
    assert not result[MASK == 0].any()
    return result[MASK == 1].tolist()


def whitened(*values: float) -> list[float]:
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [pytest.approx((value - mean) / deviation, abs=1e-4) for value in values]


def test_all_names_have_an_algorithm() -> None:
    assert set(ADVANTAGES) == set(ALGORITHMS)


def test_reinforce() -> None:
    # 1 - .1; 3 - .2 - .3 and 3 - .3 from the second token on; 5.
    assert advantages("reinforce++", 0.1) == whitened(0.9, 2.5, 2.7, 5.0)


def test_reinforce_with_a_baseline() -> None:
    # The mean of the first group is 2; the third answer is alone in its group: 0.
    assert advantages("reinforce++-baseline", 0.1) == whitened(-1.1, 0.5, 0.7, 0.0)


def test_grpo_does_not_pay_for_divergence() -> None:
    # -1 and 1 have a deviation of sqrt(2); the third answer is alone.
    expected = [-1 / math.sqrt(2), 1 / math.sqrt(2), 1 / math.sqrt(2), 0.0]
    assert advantages("grpo", 0.1) == pytest.approx(expected, abs=1e-4)


def test_rloo() -> None:
    # 1 - .1 = .9 and 3 - .5 = 2.5, each less the other.
    assert advantages("rloo", 0.1) == whitened(-1.6, 1.6, 1.6, 0.0)
