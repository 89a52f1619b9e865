import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from batdoc.models.checkpoint import load_trainable
from batdoc.trainer.adapters import SHARE, adapted, averaged
from batdoc.trainer.config import Asked, default_config


def test_libraries_of_training_ask_no_hub_and_say_nothing() -> None:
    code = (
        "import batdoc.trainer.adapters, bitsandbytes\n"
        "from huggingface_hub import constants\n"
        "print(constants.HF_HUB_OFFLINE)"
    )
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert (found.stdout, found.stderr) == ("True\n", "")


@pytest.mark.parametrize("rank", [0, 2])
def test_a_share_of_what_was_learned_is_kept(tiny_checkpoint: Path, rank: int) -> None:
    start, config = load_trainable(tiny_checkpoint), default_config(0, Asked(adapter_rank=rank))
    before = {name: weight.clone() for name, weight in start.model.state_dict().items()}
    trained = adapted(start, config)
    with torch.no_grad():
        for weight in trained.parameters():
            if weight.requires_grad:
                weight += torch.randn_like(weight)
    whole = copy.deepcopy(trained)
    learned = (whole.merge_and_unload() if rank else whole).state_dict()
    found = averaged(trained, start, config).state_dict()
    assert found.keys() == before.keys()
    for name, weight in found.items():
        change = SHARE * (learned[name] - before[name])
        torch.testing.assert_close(weight, before[name] + change, atol=1e-5, rtol=1e-4)
    assert any(not torch.equal(learned[name], before[name]) for name in before)
