import pytest

from batdoc.trainer.curves import curves, running_means
from batdoc.trainer.progress import StepRecord


def record(step: int, reward: float, similarity: float = 0.0) -> StepRecord:
    return StepRecord(step, reward, 0.1, 0.5, similarity, 0.0, 1.0, 0.0, 1.0, 100, 2.0)


def test_running_means() -> None:
    assert running_means([1.0, 3.0, 5.0]) == [1.0, 2.0, 3.0]
    # The eleventh is the mean of the last ten: 1 to 10.
    assert running_means([float(n) for n in range(11)])[-1] == pytest.approx(5.5)


def test_points_fill_the_picture() -> None:
    reward = curves([record(1, 0.0), record(2, 0.5), record(3, 1.0)])[0]
    assert reward.title == "Reward"
    assert reward.points == "0.0,120.0 150.0,60.0 300.0,0.0"
    assert reward.smooth == "0.0,120.0 150.0,90.0 300.0,60.0"
    assert (reward.low, reward.high, reward.last) == (0.0, 1.0, 0.5)


def test_one_step_is_a_level_line() -> None:
    assert curves([record(1, 0.5)])[0].points == "0.0,0.0 300.0,0.0"


def test_values_below_zero_are_shown() -> None:
    reward = curves([record(1, -1.0), record(2, 1.0)])[0]
    assert (reward.low, reward.points) == (-1.0, "0.0,120.0 300.0,0.0")
    assert reward.zero == 60.0


def test_figures_that_are_nothing_are_left_out() -> None:
    titles = [curve.title for curve in curves([record(1, 0.5)])]
    assert "Likeness of rebuilt code" not in titles
    assert "Functions that teach nothing" in titles
    assert curves([]) == []
