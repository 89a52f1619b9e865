import pytest

from batdoc.trainer.card import describe, describe_numbers, judge, make_card
from batdoc.trainer.evaluation import FIGURES, Evaluation

OTHERS = {
    "similarity_alone": 0.1,
    "code_lift": 0.05,
    "parsed": 1.0,
    "similarity_human": None,
    "human_logprob": -3.0,
    "chrf": 20.0,
    "rouge_l": 19.0,
    "valid_docs": 1.0,
    "leaking_docs": 0.0,
    "doc_words": 12.0,
}


def evaluation(rewards: list[float], **others: float | None) -> Evaluation:
    functions = [
        {"reward": r, "similarity": r, "lift": r - 0.1, **OTHERS, **others} for r in rewards
    ]
    return Evaluation.of(functions)


BEFORE = evaluation([0.1, 0.2, 0.3, 0.4] * 5)
HIGH = [0.3, 0.4, 0.5, 0.6] * 5
HIGHER = evaluation(HIGH)


def test_a_clear_rise_is_better() -> None:
    assert judge(BEFORE, HIGHER).is_better


def test_a_fall_is_not() -> None:
    assert judge(HIGHER, BEFORE).reason == "the reward fell"


def test_chance_is_not() -> None:
    mixed = evaluation([0.5, 0.0, 0.3, 0.4] * 5)
    verdict = judge(BEFORE, mixed)
    assert not verdict.is_better
    assert "chance" in verdict.reason


def test_nothing_else_may_get_worse() -> None:
    assert "static checks" in judge(BEFORE, evaluation(HIGH, valid_docs=0.9)).reason
    assert "2.0 points of chrF" in judge(BEFORE, evaluation(HIGH, chrf=18.0)).reason
    assert judge(BEFORE, evaluation(HIGH, chrf=19.5)).is_better
    nobody = {"chrf": None, "rouge_l": None, "human_logprob": None}
    assert judge(evaluation(HIGH[::-1], **nobody), evaluation([1.0] * 20, **nobody)).is_better


@pytest.mark.parametrize(
    ("chrf", "human_logprob", "is_better"),
    [
        ([14.0, 23.0], -2.5, True),  # chance may give the loss, and hardly the rise
        ([14.0, 23.0], -3.0, False),
        ([14.0, 23.0], -3.5, False),
        ([18.0, 19.0], -2.5, False),  # chance would hardly give such a loss
    ],
)
def test_a_loss_that_chance_may_give_can_be_outweighed(
    chrf: list[float], human_logprob: float, is_better: bool
) -> None:
    functions = [
        {"reward": high, "similarity": high, "lift": 0.0, **OTHERS}
        | {"chrf": each, "human_logprob": human_logprob}
        for high, each in zip(HIGH, chrf * 10, strict=True)
    ]
    assert judge(BEFORE, Evaluation.of(functions)).is_better == is_better


def test_the_card_in_words() -> None:
    run = {"held_out_files": ["a.py"], "reward": "both"}
    after = evaluation(HIGH, leaking_docs=0.25)
    card = make_card(run, BEFORE, {"warm-up": BEFORE}, after, judge(BEFORE, after), "this model")
    text = describe(card)
    rows = {line[:33].strip(): line[33:].split(maxsplit=3) for line in text.splitlines()}
    assert rows[""] == ["before", "warm-up", "after", "change, 95%"]
    assert rows["round-trip reward"] == ["0.250", "0.250", "0.450", "+0.200 to +0.200"]
    assert rows["lift by the docstring"][2:] == ["+0.350", "+0.200 to +0.200"]
    assert rows["docstrings that carry code"] == ["0%", "0%", "25%", "+25% to +25%"]
    assert rows["from human docstrings"] == ["none", "none", "none"]
    assert max(map(len, text.splitlines())) <= 80
    assert "reward in training: both" in text
    assert card["change"].keys() == set(FIGURES)
    assert card["change"]["similarity_human"] is None


def test_one_model_has_one_column() -> None:
    first, *_, last = describe_numbers({"": card_numbers()}, {}).splitlines()
    assert first.split() == ["round-trip", "reward", "0.500"]
    assert last == "on 4 functions, 4 with a human docstring"


def test_what_an_older_card_has_not_is_no_row() -> None:
    numbers = card_numbers()
    del numbers["code_lift"]
    assert "code likelier" not in describe_numbers({"": numbers}, {})
    both = describe_numbers({"before": numbers, "after": card_numbers()}, {})
    assert "code likelier by, nats a token" in both


def card_numbers() -> dict[str, float]:
    return {**dict.fromkeys(FIGURES, 0.5), "units": 4, "human_docs": 4}
