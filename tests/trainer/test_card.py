from dataclasses import replace

import pytest

from batdoc.trainer.card import describe, interval, judge, make_card
from batdoc.trainer.evaluate import Evaluation


def evaluation(rewards: list[float]) -> Evaluation:
    mean = sum(rewards) / len(rewards)
    return Evaluation(
        units=len(rewards),
        reward=mean,
        similarity=mean,
        similarity_alone=0.1,
        lift=mean - 0.1,
        parsed=0.8,
        human_docs=3,
        similarity_human=0.3,
        chrf=20.0,
        rouge_l=19.0,
        valid_docs=0.9,
        leaking_docs=0.0,
        doc_words=12.0,
        rewards=tuple(rewards),
        lifts=tuple(reward - 0.1 for reward in rewards),
    )


BEFORE = evaluation([0.1, 0.2, 0.3, 0.4] * 5)
HIGHER = evaluation([0.3, 0.4, 0.5, 0.6] * 5)


def test_a_clear_rise_is_better() -> None:
    verdict = judge(BEFORE, HIGHER)
    assert verdict.is_better
    assert verdict.difference == pytest.approx(0.2)
    assert verdict.low == pytest.approx(0.2)


def test_a_fall_is_not() -> None:
    assert judge(HIGHER, BEFORE).reason == "the reward fell"


def test_chance_is_not() -> None:
    mixed = evaluation([0.5, 0.0, 0.3, 0.4] * 5)
    verdict = judge(BEFORE, mixed)
    assert verdict.difference > 0
    assert not verdict.is_better
    assert "chance" in verdict.reason


def test_nothing_else_may_get_worse() -> None:
    assert "static checks" in judge(BEFORE, replace(HIGHER, valid_docs=0.8)).reason
    assert "2.0 points of chrF" in judge(BEFORE, replace(HIGHER, chrf=18.0)).reason
    assert judge(BEFORE, replace(HIGHER, chrf=19.5)).is_better
    assert judge(replace(BEFORE, chrf=None), replace(HIGHER, chrf=None)).is_better


def test_interval_of_equal_values() -> None:
    assert interval([0.25] * 9) == (0.25, 0.25)
    assert interval([]) == (0.0, 0.0)


def test_the_card_in_words() -> None:
    verdict = judge(BEFORE, replace(HIGHER, chrf=None))
    run = {"held_out_files": ["a.py"], "reward": "both"}
    card = make_card(
        run, BEFORE, {"warm-up": BEFORE}, replace(HIGHER, chrf=None), verdict, "this model"
    )
    text = describe(card)
    assert "0.250    0.450" in text
    assert "20.0     none" in text
    assert "better" in text
    assert "reward in training: both" in text
    assert "rewards" not in card["before"]
