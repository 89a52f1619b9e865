import math

import pytest
import torch

from batdoc.trainer.objective import (
    clipped_loss,
    kl_k1,
    kl_k3,
    leave_one_out,
    less_group_mean,
    likelihood_reward,
    mean_logprob,
    over_group_deviation,
    returns_to_go,
    token_rewards,
    whiten,
)


def test_kl_estimates() -> None:
    policy, reference = torch.tensor([[-1.0, -2.0]]), torch.tensor([[-1.0, -3.0]])
    assert kl_k1(policy, reference).tolist() == [[0.0, 1.0]]
    # exp(-1) - (-1) - 1
    assert kl_k3(policy, reference)[0].tolist() == pytest.approx([0.0, math.exp(-1)])


def test_group_mean() -> None:
    rewards = torch.tensor([1.0, 3.0, 5.0, 0.0])
    scored = torch.tensor([True, True, True, False])
    # Groups 0: mean 2; 1: only 5 counts, its mean is 5; the last one has no reward.
    assert less_group_mean(rewards, [0, 0, 1, 1], scored).tolist() == [-1.0, 1.0, 0.0, 0.0]


def test_leave_one_out() -> None:
    rewards = torch.tensor([1.0, 3.0, 8.0, 5.0, 9.0])
    scored = torch.tensor([True, True, True, True, False])
    # 1 - (3 + 8) / 2, 3 - (1 + 8) / 2, 8 - (1 + 3) / 2; the fourth is alone, the last one unscored.
    result = leave_one_out(rewards, [0, 0, 0, 1, 1], scored)
    assert result.tolist() == [-4.5, -1.5, 6.0, 0.0, 9.0]


def test_group_deviation() -> None:
    values = torch.tensor([-1.0, 1.0, 0.0, 0.0, 2.0])
    scored = torch.tensor([True, True, True, True, False])
    # The deviation of -1 and 1 is sqrt(2); equal values stay 0; the last one is unscored.
    result = over_group_deviation(values, [0, 0, 1, 1, 1], scored).tolist()
    assert result == pytest.approx([-1 / math.sqrt(2), 1 / math.sqrt(2), 0.0, 0.0, 2.0], abs=1e-4)


def test_mean_log_probability() -> None:
    logprobs = torch.tensor([[-1.0, -3.0, -9.0], [-1.0, -1.0, -1.0]])
    mask = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    # (-1 - 3) / 2; the second row counts no token.
    assert mean_logprob(logprobs, mask).tolist() == [-2.0, 0.0]


def test_documentation_earns_what_it_makes_the_code_likelier() -> None:
    worth = torch.tensor([1.0, 0.5, 1.0, 0.0])
    told = torch.tensor([-2.0, -2.0, -4.0, -1.0])
    untold = torch.tensor([-3.0, -3.0, -3.0, -3.0])
    # One nat a token likelier, at full and at half worth; less likely; and worth nothing.
    assert likelihood_reward(worth, told, untold).tolist() == [1.0, 0.5, 0.0, 0.0]


def test_the_last_counted_token_earns_the_reward() -> None:
    rewards = torch.tensor([0.5, 0.8])
    kl = torch.tensor([[1.0, 2.0, 9.0], [1.0, 1.0, 1.0]])
    mask = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    # First row: -0.1, -0.2 + 0.5; the second one does not count.
    expected = [[-0.1, 0.3, 0.0], [0.0, 0.0, 0.0]]
    result = token_rewards(rewards, kl, mask, 0.1)
    assert result[0].tolist() == pytest.approx(expected[0])
    assert result[1].tolist() == expected[1]


def test_returns_to_go() -> None:
    assert returns_to_go(torch.tensor([[1.0, 2.0, 4.0]])).tolist() == [[7.0, 6.0, 4.0]]


def test_whiten() -> None:
    values = torch.tensor([[1.0, 3.0], [5.0, 100.0]])
    mask = torch.tensor([[1.0, 1.0], [1.0, 0.0]])
    # Mean 3, variance (4 + 0 + 4) / 3.
    deviation = math.sqrt(8 / 3)
    result = whiten(values, mask)
    assert result.flatten().tolist() == pytest.approx([-2 / deviation, 0.0, 2 / deviation, 0.0])


def test_whiten_over_two_processes() -> None:
    own, others = torch.tensor([[1.0, 3.0]]), torch.tensor([[5.0, 7.0]])
    mask = torch.ones_like(own)
    whole = whiten(torch.cat([own, others]), torch.ones(2, 2))
    mean = torch.tensor(4.0)
    there = [torch.stack([others.sum(), mask.sum()]), ((others - mean) ** 2).sum().unsqueeze(0)]
    part = whiten(own, mask, lambda sums: sums + there.pop(0))
    assert part[0].tolist() == pytest.approx(whole[0].tolist())


def test_whiten_equal_values() -> None:
    assert whiten(torch.full((1, 3), 0.7), torch.ones(1, 3)).tolist() == [[0.0, 0.0, 0.0]]


def test_clipped_loss() -> None:
    sampled = torch.zeros(1, 3)
    policy = torch.log(torch.tensor([[1.5, 0.5, 1.1]]))
    advantages = torch.tensor([[1.0, -1.0, 2.0]])
    # min(1.5, 1.2) + min(-0.5, -0.8) + min(2.2, 2.2) = 2.6, negated
    loss = clipped_loss(policy, sampled, advantages, torch.ones(1, 3), 0.2)
    assert float(loss) == pytest.approx(-2.6)


def test_clipped_tokens_have_no_gradient() -> None:
    policy = torch.log(torch.tensor([[1.5, 1.1, 1.1]])).requires_grad_()
    mask = torch.tensor([[1.0, 1.0, 0.0]])
    clipped_loss(policy, torch.zeros(1, 3), torch.ones(1, 3), mask, 0.2).backward()
    # The first is beyond the clip, the last one does not count; d(-ratio)/d(log p) = -ratio.
    assert policy.grad is not None
    assert policy.grad[0].tolist() == pytest.approx([0.0, -1.1, 0.0])
