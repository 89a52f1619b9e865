"""The arithmetic of sampling, with numbers worked out by hand."""

import math

import numpy as np
import pytest

from batdoc.models.backend import Limits
from batdoc.models.backends.sampling import choose, log_softmax, log_totals, nucleus


def logprobs_of(*probabilities: float):
    return np.log(np.array(probabilities, np.float32))


def test_log_softmax_of_equal_logits_is_the_logarithm_of_their_share():
    assert log_softmax(np.full(4, 7, np.float32)) == pytest.approx([-math.log(4)] * 4)


def test_log_softmax_holds_for_huge_logits():
    result = log_softmax(np.array([1e4, 0], np.float32))
    assert result == pytest.approx([0, -1e4])


def test_greedy_takes_the_likeliest_and_leaves_the_generator_alone():
    random = np.random.default_rng(3)
    assert choose(logprobs_of(0.2, 0.5, 0.3), Limits.greedy(1), random) == 1
    assert random.random() == np.random.default_rng(3).random()


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.4, [2]), (0.5, [2]), (0.6, [2, 0]), (0.85, [2, 0, 3]), (1.0, [2, 0, 3, 1])],
)
def test_the_nucleus_is_the_fewest_tokens_that_reach_top_p(top_p, kept):
    assert list(nucleus(np.array([0.3, 0.05, 0.5, 0.15], np.float32), top_p)) == kept


def test_the_nucleus_of_a_large_vocabulary_is_that_of_a_full_sort():
    probabilities = np.random.default_rng(0).dirichlet(np.full(5000, 0.05)).astype(np.float32)
    order = np.argsort(-probabilities, kind="stable")
    count = int(np.searchsorted(np.cumsum(probabilities[order], dtype=np.float64), 0.9)) + 1
    assert list(nucleus(probabilities, 0.9)) == list(order[:count])


def test_draws_follow_the_probabilities_at_the_temperature():
    # At temperature 0.5 the odds 1:3 become 1:9.
    limits = Limits(max_tokens=1, temperature=0.5, top_p=1.0, seed=0)
    random = np.random.default_rng(0)
    draws = [choose(logprobs_of(0.25, 0.75), limits, random) for _ in range(4000)]
    assert np.mean(draws) == pytest.approx(0.9, abs=0.015)


def test_draws_stay_within_the_nucleus():
    limits = Limits(max_tokens=1, temperature=1.0, top_p=0.7, seed=0)
    random = np.random.default_rng(0)
    draws = {choose(logprobs_of(0.5, 0.3, 0.15, 0.05), limits, random) for _ in range(500)}
    assert draws == {0, 1}


def test_min_p_drops_what_is_far_less_likely_than_the_likeliest():
    limits = Limits(max_tokens=1, temperature=1.0, top_p=1.0, seed=0, min_p=0.4)
    random = np.random.default_rng(0)
    draws = {choose(logprobs_of(0.5, 0.3, 0.15, 0.05), limits, random) for _ in range(500)}
    assert draws == {0, 1}  # 0.15 is below 0.4 * 0.5


def test_log_totals_are_those_of_each_row():
    rows = np.array([[0, 0, 0, 0], [1e4, 0, 0, 0], [-3, -3, -1e4, -1e4]], np.float32)
    expected = [math.log(4), 1e4, math.log(2) - 3]
    assert log_totals(rows) == pytest.approx(expected, abs=1e-6)
