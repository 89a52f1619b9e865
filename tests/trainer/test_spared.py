"""Which functions sit out, and for how long."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from batdoc.trainer.spared import Spared, is_flat


def spared(count: int = 6) -> Spared:
    return Spared(count, seed=0, total=lambda sums: sums)


@pytest.mark.parametrize(
    ("rewards", "expected"), [([0.2, 0.2], True), ([0.2, 0.3], False), ([0.0], True)]
)
def test_flat(rewards: list[float], expected: bool) -> None:
    assert is_flat(rewards) is expected


def test_a_flat_function_sits_out_one_turn() -> None:
    order = spared()
    assert order.choose([0, 1], "0") == [0, 1]
    order.note([0, 1], [[0.5, 0.5], [0.1, 0.2]])
    other, one = order.choose([0, 1], "1")
    assert other not in (0, 1)
    assert one == 1
    order.note([other, one], [[0.1, 0.2], [0.1, 0.2]])
    assert order.choose([0, 1], "2") == [0, 1]


def test_with_nothing_else_to_learn_from_all_are_asked() -> None:
    order = spared(2)
    order.note([0, 1], [[0.0, 0.0], [0.0, 0.0]])
    assert order.choose([0, 1], "1") == [0, 1]


def test_a_run_that_goes_on_chooses_as_the_one_that_was_stopped(tmp_path: Path) -> None:
    first, second = spared(20), spared(20)
    first.note([3, 4], [[0.0, 0.0], [0.0, 0.0]])
    first.save(tmp_path)
    second.load(tmp_path)
    assert second.choose([3, 4, 5], "7") == first.choose([3, 4, 5], "7")
    assert not {3, 4}.intersection(first.choose([3, 4, 5], "8"))
