from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
import torch
import trl
from safetensors.torch import load_file

from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import END, Direction
from batdoc.source.language import get_language
from batdoc.trainer.checkpoints import last_complete
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.grpo import PRIVATE_NAMES, RoundTripTrainer, train_round_trip
from batdoc.trainer.rollout import Sampled

UNITS = get_language("python").units(
    b"def add(first, second):\n    return first + second\n\n\n"
    b"def tell(name):\n    text = 'I am ' + name\n    print(text)\n"
)
REPLIES = {
    Direction.TO_DOC: ("Add two things.", "Say who it is.\n:param name: Whose it is."),
    Direction.TO_CODE: ("    return first + second", "    text = 'I am ' + name\n    print(text)"),
}


class ScriptedTrainer(RoundTripTrainer):
    """Says one of a few things, by torch's generator, as a model would."""

    def answer(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        end = self._prompts.control_id(END)
        replies = [[*self._prompts.encode_plain(text), end] for text in REPLIES[direction]]
        chosen = torch.randint(len(replies), (len(questions),)).tolist()
        return [_sampled(replies[choice]) for choice in chosen]


def _sampled(ids: list[int]) -> Sampled:
    return Sampled(tuple(ids), (-1.0,) * len(ids))


def config(steps: int, adapter_rank: int = 0) -> TrainingConfig:
    return TrainingConfig(
        steps=steps,
        seed=7,
        units_per_step=2,
        docs_per_unit=4,
        rebuilds_per_doc=1,
        most_doc_tokens=8,
        most_code_tokens=8,
        longest_code=700,
        learning_rate=1e-3,
        imitation=0.5,
        kl_weight=0.01,
        clip=0.2,
        rows_per_pass=6,
        adapter_rank=adapter_rank,
        save_after=0.0,
    )


def trainer(checkpoint: Path, folder: Path, settings: TrainingConfig, kind: type, steps: list):
    def on_step(step: int, metrics: dict[str, float]) -> None:
        steps.append((step, metrics))

    return kind(load_trainable(checkpoint), UNITS, settings, folder, on_step, Event())


def weights(folder: Path, step: int) -> dict[str, torch.Tensor]:
    return load_file(folder / f"checkpoint-{step}" / "model.safetensors")


def test_both_stages_are_trained(tiny_checkpoint: Path, tmp_path: Path) -> None:
    made = trainer(tiny_checkpoint, tmp_path, config(1), ScriptedTrainer, [])
    rows = [{"prompt": str(unit)} for unit in [0] * 12 + [1] * 12]
    batch = made._generate_and_score_completions(rows)
    counted = (batch["completion_mask"] * batch["tool_mask"]).bool()
    assert counted.any(dim=1).all()
    assert batch["advantages"].shape == counted.shape
    assert not batch["advantages"][~counted].any()
    docs, codes, originals = (batch["advantages"][kind::3] for kind in range(3))
    assert docs.any()
    assert codes.any()
    assert set(originals.unique().tolist()) <= {0.0, 0.5}
    earned = torch.cat([docs[counted[0::3]], codes[counted[1::3]]])
    assert float(earned.mean()) == pytest.approx(0.0, abs=1e-5)
    likely = torch.arange(24.0)
    rewards = made._rewards(likely)
    slot = made._slots[0]
    assert float(rewards[0]) == pytest.approx(slot.reward + slot.worth * 2.0)
    assert float(rewards[1]) == pytest.approx(made._slots[1].reward)
    loss = made._compute_loss(made.model, batch)
    loss.backward()
    assert made.model.get_input_embeddings().weight.grad.any()


def test_the_names_that_trl_keeps_private_are_there() -> None:
    assert trl.__version__.startswith("1.16.")
    assert all(hasattr(trl.GRPOTrainer, name) for name in PRIVATE_NAMES)


def test_a_resumed_run_ends_with_the_same_weights(tiny_checkpoint: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    seen: list[tuple[int, dict[str, float]]] = []
    train_round_trip(trainer(tiny_checkpoint, whole, config(2), ScriptedTrainer, seen), None)
    assert [step for step, _ in seen] == [1, 2]
    assert seen[0][1]["reward"] > 0
    train_round_trip(trainer(tiny_checkpoint, parts, config(1), ScriptedTrainer, []), None)
    second = trainer(tiny_checkpoint, parts, config(2), ScriptedTrainer, [])
    train_round_trip(second, last_complete(parts))
    one, other = weights(whole, 2), weights(parts, 2)
    assert all(torch.equal(one[name], other[name]) for name in one)
    before = load_file(tiny_checkpoint / "model.safetensors")
    assert any(not torch.equal(one[name], before[name]) for name in one)


def test_an_adapter_leaves_the_base_alone(tiny_checkpoint: Path, tmp_path: Path) -> None:
    made = trainer(tiny_checkpoint, tmp_path, config(1, adapter_rank=4), ScriptedTrainer, [])
    batch = made._generate_and_score_completions([{"prompt": "0"}] * 12)
    before = made._reference_log_probabilities(batch)
    train_round_trip(made, None)
    assert torch.equal(made._reference_log_probabilities(batch), before)
    adapter = load_file(tmp_path / "checkpoint-1" / "adapter_model.safetensors")
    assert any(value.any() for name, value in adapter.items() if "lora_B" in name)
    assert not (tmp_path / "checkpoint-1" / "model.safetensors").exists()


def test_a_model_that_samples_for_itself(tiny_checkpoint: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, dict[str, float]]] = []
    train_round_trip(trainer(tiny_checkpoint, tmp_path, config(1), RoundTripTrainer, seen), None)
    (step, metrics), *_ = seen
    assert step == 1
    assert metrics["tokens"] > 0
    assert metrics["kl"] == pytest.approx(0.0, abs=1e-3)
    assert not list(tmp_path.rglob("*.bin"))
