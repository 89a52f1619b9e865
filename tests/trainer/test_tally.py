import pytest

from batdoc.source.language import get_language
from batdoc.trainer.rewards import Reward
from batdoc.trainer.rollout import Rollout
from batdoc.trainer.tally import Tally

(UNIT,) = get_language("python").units(b"def f():\n    return 1\n")


def rollout(reward: float, similarity: float | None) -> Rollout:
    is_rebuilt = similarity is not None
    parts = {"similarity": similarity} if similarity is not None else {}
    rebuilt = ("code",) if is_rebuilt else ()
    return Rollout(UNIT, "Doc.", is_rebuilt, rebuilt, Reward(reward, parts), ())


def test_means() -> None:
    tally = Tally()
    tally.add_rollouts([rollout(0.5, 0.5), rollout(0.3, 0.6), rollout(0.1, 0.1), rollout(0, None)])
    tally.add_rewards([[0.5, 0.3], [0.2, 0.2]])
    tally.add_lifts([0.3, -0.1])
    tally.add_tokens(10, 2.0, 30.0)
    tally.add_tokens(30, 2.0, 50.0)
    metrics = tally.take()
    assert metrics["reward"] == pytest.approx(0.3)
    # Squares: (0.25 + 0.09 + 0.04 + 0.04) / 4 - 0.3 ** 2
    assert metrics["reward_std"] == pytest.approx((0.105 - 0.09) ** 0.5)
    assert metrics["flat"] == 0.5
    assert metrics["lift"] == pytest.approx(0.1)
    assert metrics["similarity"] == pytest.approx(0.4)
    assert metrics["valid_docs"] == 0.75
    assert metrics["kl"] == pytest.approx(0.1)
    assert metrics["entropy"] == pytest.approx(2.0)
    assert metrics["tokens"] == 40


def test_taking_begins_anew() -> None:
    tally = Tally()
    tally.add_rollouts([rollout(0.5, 0.5)])
    tally.add_rewards([[0.5]])
    tally.take()
    assert set(tally.take().values()) == {0.0}
