import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import END, Direction
from batdoc.source.errors import InputError
from batdoc.source.language import get_language
from batdoc.trainer.checkpoints import last_complete, step_of
from batdoc.trainer.config import ALGORITHMS, TrainingConfig
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.grpo import RoundTripTrainer, train_round_trip
from batdoc.trainer.rollout import Sampled, Slot

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


class RecordingTrainer(ScriptedTrainer):
    """Remembers what it was asked for."""

    def __init__(self, *arguments: Any) -> None:
        self.asked: list[Direction] = []
        super().__init__(*arguments)

    def answer(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        self.asked.append(direction)
        return super().answer(questions, direction)


def _sampled(ids: list[int]) -> Sampled:
    return Sampled(tuple(ids), (-1.0,) * len(ids))


def config(
    steps: int, adapter_rank: int = 0, reward: str = "both", updates: int = 1
) -> TrainingConfig:
    return TrainingConfig(
        steps=steps,
        warmup_epochs=0,
        warmup_rate=1e-3,
        rounds=0,
        docs_per_round=2,
        round_epochs=1,
        round_rate=1e-3,
        seed=7,
        reward=reward,
        units_per_step=2,
        docs_per_unit=4,
        rebuilds_per_doc=0 if reward == "likelihood" else 1,
        most_doc_tokens=8,
        most_code_tokens=8,
        longest_code=700,
        learning_rate=1e-3,
        imitation=0.5,
        kl_weight=0.01,
        clip=0.2,
        rows_per_pass=4,
        adapter_rank=adapter_rank,
        save_after=0.0,
        updates_per_step=updates,
    )


def trainer(checkpoint: Path, folder: Path, settings: TrainingConfig, kind: type, steps: list):
    def on_step(step: int, metrics: dict[str, float]) -> None:
        steps.append((step, metrics))

    return kind(
        load_trainable(checkpoint), UNITS, nothing_beside, settings, folder, on_step, Event()
    )


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
    loss = made._compute_loss(made.model, batch)
    loss.backward()
    assert made.model.get_input_embeddings().weight.grad.any()


def test_originals_are_scored_under_the_signature_alone(
    tiny_checkpoint: Path, tmp_path: Path
) -> None:
    made = trainer(tiny_checkpoint, tmp_path, config(1), ScriptedTrainer, [])
    slots = made.collect([0, 1])
    untold = made._untold_log_probabilities()
    assert untold.keys() == {slot.group for slot in slots if slot.is_original}
    slot = next(slot for slot in slots if slot.is_original)
    ids = torch.tensor([[*slot.untold_ids, *slot.answer.ids]])
    with torch.no_grad():
        logits = load_trainable(tiny_checkpoint).model(input_ids=ids).logits[0].float()
    answer = torch.tensor(slot.answer.ids)
    scores = logits.log_softmax(-1)[len(slot.untold_ids) - 1 : -1]
    expected = float(scores.gather(1, answer[:, None]).mean())
    assert untold[slot.group] == pytest.approx(expected, abs=5e-3)


def test_the_likelihood_needs_no_rebuilds(tiny_checkpoint: Path, tmp_path: Path) -> None:
    settings = config(1, reward="likelihood")
    made = trainer(tiny_checkpoint, tmp_path, settings, RecordingTrainer, [])
    train_round_trip(made, None)
    assert made.asked == [Direction.TO_DOC]
    before = load_file(tiny_checkpoint / "model.safetensors")
    assert any(not torch.equal(value, before[name]) for name, value in weights(tmp_path, 1).items())


KILLED_RUN = """
import runpy, sys
from pathlib import Path

here, checkpoint, folder, steps, rank, updates = sys.argv[1:]
names = runpy.run_path(here)
settings = names["config"](int(steps), int(rank), updates=int(updates))
made = names["trainer"](Path(checkpoint), Path(folder), settings, names["ScriptedTrainer"], [])
names["train_round_trip"](made, None)
"""


def kill_in_the_middle(checkpoint: Path, folder: Path, *settings: int) -> int:
    """Run in another process, kill it in a step after the first saved ones; give the last one."""
    arguments = [__file__, checkpoint, folder, *settings]
    process = subprocess.Popen([sys.executable, "-c", KILLED_RUN, *map(str, arguments)])
    try:
        while not (folder / "checkpoint-2" / "complete.json").exists():
            assert process.poll() is None, "the run ended before it was killed"
            time.sleep(0.005)
    finally:
        process.kill()
        process.wait()
    last = last_complete(folder)
    assert last is not None
    return step_of(last)


@pytest.mark.parametrize(("rank", "updates"), [(0, 1), (4, 2)])
def test_a_killed_run_ends_with_the_same_weights(
    tiny_checkpoint: Path, tmp_path: Path, rank: int, updates: int
) -> None:
    settings = config(5, rank, updates=updates)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    seen: list[tuple[int, dict[str, float]]] = []
    train_round_trip(trainer(tiny_checkpoint, whole, settings, ScriptedTrainer, seen), None)
    assert seen[0][1]["reward"] > 0
    assert kill_in_the_middle(tiny_checkpoint, killed, 5, rank, updates) < 5 * updates
    again = trainer(tiny_checkpoint, killed, settings, ScriptedTrainer, [])
    train_round_trip(again, last_complete(killed))
    file = "adapter_model.safetensors" if rank else "model.safetensors"
    one, other, early = (
        load_file(run / f"checkpoint-{step * updates}" / file)
        for run, step in ((whole, 5), (killed, 5), (whole, 4))
    )
    assert one.keys() == other.keys()
    assert all(torch.equal(value, other[name]) for name, value in one.items())
    assert any(not torch.equal(value, early[name]) for name, value in one.items())


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_full_disk_leaves_the_checkpoint_before(tiny_checkpoint: Path, tmp_path: Path) -> None:
    import resource

    train_round_trip(trainer(tiny_checkpoint, tmp_path, config(1), ScriptedTrainer, []), None)
    again = trainer(tiny_checkpoint, tmp_path, config(2), ScriptedTrainer, [])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(InputError, match=r"checkpoint-2 could not be saved; make room"):
            train_round_trip(again, last_complete(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert last_complete(tmp_path) == tmp_path / "checkpoint-1"


@pytest.mark.parametrize("rank", [0, 4])
def test_recomputing_changes_no_weights(tiny_checkpoint: Path, tmp_path: Path, rank: int) -> None:
    kept, again = config(1, rank), replace(config(1, rank), recompute=True)
    found = []
    for settings, folder in ((kept, tmp_path / "kept"), (again, tmp_path / "again")):
        made = trainer(tiny_checkpoint, folder, settings, RoundTripTrainer, [])
        train_round_trip(made, None)
        found.append({n: p for n, p in made.model.named_parameters() if p.requires_grad})
    assert all(torch.equal(value, found[1][name]) for name, value in found[0].items())


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
    made = trainer(tiny_checkpoint, tmp_path, config(1), RoundTripTrainer, seen)
    made._ends = frozenset(range(0, 700, 9))
    train_round_trip(made, None)
    (step, metrics), *_ = seen
    assert step == 1
    assert metrics["tokens"] > 0
    assert 0 < metrics["truncated"] < 1
    assert metrics["kl"] == pytest.approx(0.0, abs=1e-3)
    assert not list(tmp_path.rglob("*.bin"))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_learns_something_else(
    tiny_checkpoint: Path, tmp_path: Path, algorithm: str
) -> None:
    settings = replace(config(1), algorithm=algorithm, kl_weight=0.0, imitation=0.0)
    made = trainer(tiny_checkpoint, tmp_path, settings, ScriptedTrainer, [])
    batch = made._generate_and_score_completions([{"prompt": str(i // 12)} for i in range(24)])
    made._compute_loss(made.model, batch).backward()
    gradient = made.model.get_input_embeddings().weight.grad.clone()
    assert gradient.any()
    made.model.zero_grad()
    made.config = replace(settings, kl_weight=1.0)
    batch["ref_per_token_logps"] = batch["ref_per_token_logps"] - 0.5
    made._compute_loss(made.model, batch).backward()
    pays_in_loss = not torch.equal(made.model.get_input_embeddings().weight.grad, gradient)
    assert pays_in_loss == (algorithm == "grpo")


class CountingTrainer(ScriptedTrainer):
    """Remembers the units of each step, and the ratios that the clip acts on in each pass."""

    def collect(self, indices: Sequence[int]) -> list[Slot]:
        self.collected = [*getattr(self, "collected", []), list(indices)]
        return super().collect(indices)

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:
        with torch.no_grad():
            sampled = inputs["old_per_token_logps"]
            change = self._log_probabilities(model, inputs) - sampled
        self.ratios = [*getattr(self, "ratios", []), change[~sampled.isnan()].exp()]
        return super()._compute_loss(model, inputs)


def test_a_step_learns_twice_from_what_it_sampled(tiny_checkpoint: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, dict[str, float]]] = []
    settings = config(2, updates=2)
    made = trainer(tiny_checkpoint, tmp_path, settings, CountingTrainer, seen)
    train_round_trip(made, None)
    assert [step for step, _ in seen] == [1, 2]
    assert all(metrics["tokens"] > 0 for _, metrics in seen)
    assert len(made.collected) == 2
    assert made.state.global_step == 4
    assert {f.name for f in tmp_path.glob("checkpoint-*")} == {"checkpoint-2", "checkpoint-4"}
    passes = settings.rows_per_step // settings.rows_per_pass
    first, second = (torch.cat(made.ratios[at : at + passes]) for at in (0, passes))
    assert first.shape == second.shape
    assert not torch.equal(first, second)
