import math

import pytest
import torch

from batdoc.models.prompts import Direction
from batdoc.trainer.rollout import Sampled, Slot
from batdoc.trainer.row_rewards import best_originals, one_original_each, row_rewards

NOTHING = Sampled((1,), (math.nan,))


def doc(reward: float, worth: float, group: int) -> Slot:
    return Slot(Direction.TO_DOC, (1,), NOTHING, reward, worth, group, False, (), True)


def code(reward: float, group: int, is_original: bool) -> Slot:
    return Slot(Direction.TO_CODE, (1,), NOTHING, reward, 0.0, group, is_original, (1,), True)


# Two documentations of one function, each with a rebuild and the original.
SLOTS = [
    *(doc(0.2, 0.5, 0), code(0.4, 1, False), code(0.0, 1, True)),
    *(doc(0.6, 1.0, 0), code(0.6, 1, False), code(0.0, 1, True)),
]
TOLD = torch.tensor([9.0, 9.0, -2.0, 9.0, 9.0, -4.0])
UNTOLD = {1: -3.0}  # so the first documentation helps by 1.0, the other one hurts by as much


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("roundtrip", [0.2, 0.4, 0.0, 0.6, 0.6, 0.0]),
        ("both", [0.2 + 0.5 * 1.0, 0.4, 0.0, 0.6, 0.6, 0.0]),
    ],
)
def test_documentation_earns_for_what_stands_behind_it(kind: str, expected: list[float]) -> None:
    earned = row_rewards(SLOTS, kind, 3, TOLD, UNTOLD)
    assert earned.rows.tolist() == pytest.approx(expected)
    assert earned.lifts == (1.0, -1.0)
    (both,) = earned.of_docs(3, 2)
    assert both == pytest.approx([expected[0], expected[3]])


def test_without_rebuilds_the_original_stands_right_behind() -> None:
    slots = [doc(0.0, 0.5, 0), code(0.0, 1, True), doc(0.0, 1.0, 2), code(0.0, 3, True)]
    told = torch.tensor([0.0, -2.0, 0.0, -1.0])
    earned = row_rewards(slots, "likelihood", 2, told, {1: -3.0, 3: -1.5})
    assert earned.rows.tolist() == [0.5, 0.0, 0.5, 0.0]
    assert earned.of_docs(2, 1) == [[0.5], [0.5]]


def test_documentation_worth_nothing_has_no_original_and_earns_nothing() -> None:
    slots = [doc(0.0, 0.0, 0), code(0.0, 1, False), code(0.0, 1, False)]
    earned = row_rewards(slots, "both", 3, torch.tensor([5.0, 5.0, 5.0]), {})
    assert earned.rows.tolist() == [0.0, 0.0, 0.0]
    assert earned.lifts == ()


def test_only_what_explains_best_is_imitated() -> None:
    chosen = best_originals(SLOTS, TOLD, 3)
    assert chosen.tolist() == [False, False, True, False, False, False]
    worthless = [doc(0.2, 0.0, 0), *SLOTS[1:]]
    assert best_originals(worthless, TOLD, 3).tolist() == [False] * 5 + [True]
    assert not best_originals(SLOTS[:2], TOLD[:2], 2).any()


def test_a_function_is_asked_about_once() -> None:
    assert one_original_each(SLOTS) == {1: SLOTS[2]}
