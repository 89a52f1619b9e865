from pathlib import Path

import pytest
import torch

from batdoc.models.checkpoint import Trainable, load_trainable
from batdoc.trainer.sampling import sample

PROMPTS = [[10, 20, 30, 40, 50], [60], [70, 80]]


@pytest.fixture(scope="module")
def start(tiny_checkpoint: Path) -> Trainable:
    return load_trainable(tiny_checkpoint)


def test_answers_keep_the_order_and_the_limit(start: Trainable) -> None:
    answers = sample(start.model, PROMPTS, 5, frozenset())
    assert [len(answer.ids) for answer in answers] == [5, 5, 5]
    assert sample(start.model, [], 5, frozenset()) == []


def test_the_same_seed_gives_the_same_answers(start: Trainable) -> None:
    torch.manual_seed(3)
    once = sample(start.model, PROMPTS, 6, frozenset())
    torch.manual_seed(3)
    assert sample(start.model, PROMPTS, 6, frozenset()) == once


def test_an_end_token_ends_an_answer_and_is_part_of_it(start: Trainable) -> None:
    ends = frozenset(range(0, 700, 3))
    answers = sample(start.model, PROMPTS * 8, 40, ends)
    for answer in answers:
        assert answer.ids[-1] in ends or len(answer.ids) == 40
        assert not ends.intersection(answer.ids[:-1])
        assert answer.is_whole == (answer.ids[-1] in ends)


def test_padding_and_rows_that_end_change_nothing(start: Trainable) -> None:
    """With a distribution so sharp that sampling is greedy, a batch says what each alone would."""
    head = start.model.lm_head
    sharpen = head.register_forward_hook(lambda _, __, logits: logits * 1e4)
    try:
        alone = [sample(start.model, [prompt], 8, frozenset())[0].ids for prompt in PROMPTS]
        ends = frozenset([alone[1][2]])
        expected = [cut(answer, ends) for answer in alone]
        answers = sample(start.model, PROMPTS, 8, ends)
        assert [answer.ids for answer in answers] == expected
    finally:
        sharpen.remove()


def cut(answer: tuple[int, ...], ends: frozenset[int]) -> tuple[int, ...]:
    stops = [i for i, token in enumerate(answer) if token in ends]
    return answer[: stops[0] + 1] if stops else answer


def test_log_probabilities_are_the_models_own(start: Trainable) -> None:
    prompt = PROMPTS[0]
    (answer,) = sample(start.model, [prompt], 6, frozenset())
    with torch.no_grad():
        logits = start.model(torch.tensor([[*prompt, *answer.ids]])).logits[0]
    expected = [
        float(logits[len(prompt) - 1 + i].log_softmax(-1)[token])
        for i, token in enumerate(answer.ids)
    ]
    assert answer.logprobs == pytest.approx(expected, abs=1e-4)
