import pytest
import torch

from batdoc.source.errors import ConfigError
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.loop import within_memory

CONFIG = default_config(0, Asked())


def test_what_does_not_fit_says_what_to_change() -> None:
    message = "16 rows of the longest functions do not fit in memory; pass --recompute, --rows 8 or"
    with pytest.raises(ConfigError, match=message), within_memory(CONFIG):
        torch.empty(2**60, dtype=torch.uint8)


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="size of tensor"), within_memory(CONFIG):
        torch.ones(2) + torch.ones(3)
