"""Metrics against numbers worked out by hand."""

from collections.abc import Callable, Sequence

import pytest

from batdoc.trainer.metrics import bleu4, chrf, rouge_l


@pytest.mark.parametrize("metric", [bleu4, chrf, rouge_l])
def test_equal_texts_score_100_and_strangers_little(
    metric: Callable[[Sequence[str], Sequence[str]], float],
) -> None:
    text = "Return the sum of two numbers."
    assert metric([text], [text]) == pytest.approx(100)
    assert metric(["Xylophone jumps quickly up"], [text]) < 15
    assert metric([], []) == 0


def test_bleu4_by_hand() -> None:
    # Unigrams 4/4; with one added, bigrams 3/4, trigrams 2/3, 4-grams 1/2; brevity exp(1 - 5/4).
    precisions = (4 / 4) * (3 / 4) * (2 / 3) * (1 / 2)
    expected = 100 * 2.718281828 ** (1 - 5 / 4) * precisions**0.25
    assert bleu4(["a b c d"], ["a b c x d"]) == pytest.approx(expected, abs=0.01)


def test_rouge_l_by_hand() -> None:
    # Longest common subsequence "the cat sat": recall 3/4, precision 3/5.
    expected = 100 * 2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5)
    assert rouge_l(["the big cat sat down"], ["the cat sat up"]) == pytest.approx(expected)


def test_a_mean_over_pairs() -> None:
    assert rouge_l(["a b", "c d"], ["a b", "x y"]) == pytest.approx(50)
