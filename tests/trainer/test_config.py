import pytest

from batdoc.source.errors import ConfigError
from batdoc.trainer.config import Asked, default_config

LARGE = 500_000_000


def test_what_was_asked_for_stands_and_the_rest_is_default() -> None:
    config = default_config(LARGE, Asked(steps=3, adapter_rank=0, reward="roundtrip"))
    assert (config.steps, config.adapter_rank, config.rebuilds_per_doc) == (3, 0, 1)
    assert config == Asked().change(config)
    assert default_config(LARGE, Asked()).adapter_rank > 0


@pytest.mark.parametrize(("asked", "rows"), [(1, 1), (6, 4), (63, 32), (500, 64)])
def test_rows_divide_a_step(asked: int, rows: int) -> None:
    assert default_config(0, Asked(rows_per_pass=asked)).rows_per_step == 64
    assert default_config(0, Asked(rows_per_pass=asked)).rows_per_pass == rows


@pytest.mark.parametrize(("processes", "units"), [(1, 8), (2, 4), (3, 3), (64, 1)])
def test_processes_share_a_step(processes: int, units: int) -> None:
    part = default_config(0, Asked()).shared_by(processes)
    assert part.units_per_step == units
    assert part.rows_per_step % part.rows_per_pass == 0


def test_something_has_to_be_trained() -> None:
    with pytest.raises(ConfigError, match="nothing is trained"):
        default_config(0, Asked(warmup_epochs=0, rounds=0))


@pytest.mark.parametrize("asked", [{"rounds": 2}, {"warmup_epochs": 1}, {"rounds": 0, "steps": 1}])
def test_a_server_has_the_first_model_alone(asked: dict[str, int]) -> None:
    url = "http://127.0.0.1:1/v1"
    assert default_config(0, Asked(rollouts=url)).rollouts == url
    with pytest.raises(ConfigError, match="first model alone"):
        default_config(0, Asked(rollouts=url, **asked))
