"""Two real processes on one run, as torchrun starts them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from accelerate.commands.config.config_args import load_config_from_file
from safetensors.torch import load_file

from batdoc.source.errors import ConfigError
from batdoc.trainer import processes
from batdoc.trainer.checkpoints import last_complete, step_of

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
CONFIGURATIONS = Path(__file__).parents[2] / "docs" / "accelerate"
STEPS, UPDATES = 3, 2
LAST = STEPS * UPDATES


@contextmanager
def two(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a command in two processes; all of them are gone afterwards."""
    process = subprocess.Popen(
        [*TORCHRUN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        yield process
    finally:
        process.terminate()  # torchrun ends those that it started; killed, it would leave them
        process.communicate()


def finish(*arguments: object) -> str:
    with two(*arguments) as process:
        output, errors = process.communicate(timeout=250)
        assert process.returncode == 0, errors
    return output


def test_one_process_is_the_first() -> None:
    assert (processes.count(), processes.is_first(), processes.highest(0.5)) == (1, True, 0.5)
    with processes.joined(), processes.first_alone():
        assert not torch.distributed.is_initialized()


@pytest.mark.parametrize(
    ("name", "value"), [("ACCELERATE_USE_FSDP", "true"), ("ACCELERATE_DEEPSPEED_ZERO_STAGE", "3")]
)
def test_divided_weights_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="take DeepSpeed with ZeRO-2"), processes.joined():
        raise AssertionError


@pytest.mark.parametrize("file", sorted(CONFIGURATIONS.glob("*.yaml")), ids=lambda file: file.name)
def test_accelerate_reads_the_configurations(file: Path) -> None:
    read = load_config_from_file(str(file))
    assert read.num_processes > 1
    assert read.deepspeed_config.get("zero_stage") in (None, 2)
    assert not read.fsdp_config
    assert f"accelerate launch --config_file docs/accelerate/{file.name} " in file.read_text()


@pytest.mark.timeout(300)
def test_two_processes_train_one_model(tiny_checkpoint: Path, tmp_path: Path) -> None:
    script, whole, killed = (
        Path(__file__).with_name("two_processes.py"),
        *map(tmp_path.joinpath, "ab"),
    )
    finish(script, tiny_checkpoint, whole, STEPS)
    first, second = (json.loads((whole / f"{rank}.json").read_text()) for rank in range(2))
    assert first["world"] == second["world"] == 2
    assert first["weights"] == second["weights"]
    assert first["units"] != second["units"]
    assert first["metrics"] == second["metrics"]
    assert first["whitened"] == pytest.approx([0.0, 1.0], abs=1e-4)
    with two(script, tiny_checkpoint, killed, STEPS) as process:
        while not (killed / "checkpoint-2" / "complete.json").exists():
            assert process.poll() is None, "the run ended before it was killed"
            time.sleep(0.005)
        for rank in range(2):
            os.kill(json.loads((killed / f"{rank}.pid").read_text()), 9)
    reached = last_complete(killed)
    assert reached is not None
    assert 2 <= step_of(reached) < LAST
    finish(script, tiny_checkpoint, killed, STEPS)
    one, other = (
        load_file(f / f"checkpoint-{LAST}" / "model.safetensors") for f in (whole, killed)
    )
    assert all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.timeout(300)
def test_the_whole_command(repo: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = {"output": run, "model": tiny_checkpoint, "warmup": 1, "rounds": 1, "steps": 1}
    output = finish("-m", "batdoc", "train", repo, *(f"--{k}={v}" for k, v in options.items()))
    assert output.count(f"run: {run}") == 1
    assert json.loads((run / "card.json").read_text())["between"].keys() == {"warm-up", "rounds"}
    assert len((run / "metrics.jsonl").read_text().splitlines()) == 1
    assert (run / "steps" / "checkpoint-1" / "rng_state_1.pth").is_file()
