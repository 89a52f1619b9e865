"""What comes with adapters, in a process of its own."""

import os
import subprocess
import sys


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
