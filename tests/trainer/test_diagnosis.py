from dataclasses import dataclass

import pytest

from batdoc.trainer.diagnosis import RECENT, diagnose


@dataclass(frozen=True)
class Figures:
    reward: float
    reward_std: float
    flat: float
    valid_docs: float
    truncated: float = 0.1


HEALTHY = Figures(0.3, 0.1, 0.2, 0.8)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (Figures(0.0, 0.0, 1.0, 0.0), "writes no usable docstring"),
        (Figures(0.0, 0.0, 1.0, 0.5), "no rebuilt code is like the original"),
        (Figures(0.2, 0.1, 1.0, 0.5), "all docstrings of a function earn the same"),
        (Figures(0.2, 0.1, 0.95, 0.5), "95% of the functions teach nothing"),
        (Figures(0.0, 0.0, 1.0, 0.0, 0.98), "98% of the answers are cut off"),
    ],
)
def test_each_trouble_is_said_with_what_to_do(figures: Figures, said: str) -> None:
    text = diagnose([HEALTHY, *[figures] * RECENT])
    assert said in text
    assert "; try " in text


def test_nothing_is_said_too_early_or_of_a_healthy_run() -> None:
    silent = Figures(0.0, 0.0, 1.0, 0.0)
    assert diagnose([silent] * (RECENT - 1)) == ""
    assert diagnose([silent] * RECENT + [HEALTHY] * 3) == ""
    assert diagnose([HEALTHY] * RECENT) == ""
    assert diagnose([]) == ""
