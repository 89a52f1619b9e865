from pathlib import Path
from threading import Event

from batdoc.models.checkpoint import load_trainable
from batdoc.source.language import get_language
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.grpo import make_trainer, train_round_trip

CODE = b"""
def add(first, second):
    return first + second


def greet(name):
    text = "Hello " + name
    print(text)
    return text


def count(items):
    total = 0
    for item in items:
        total += 1
    return total
"""
UNITS = get_language("python").units(CODE)


def small(steps: int, adapter_rank: int = 0, save_every: int = 1) -> TrainingConfig:
    return TrainingConfig(
        steps=steps,
        seed=7,
        units_per_step=2,
        docs_per_unit=2,
        rebuilds_per_doc=1,
        most_doc_tokens=8,
        most_code_tokens=8,
        longest_code=700,
        learning_rate=1e-3,
        kl_weight=0.01,
        clip=0.2,
        rows_per_pass=4,
        adapter_rank=adapter_rank,
        save_every=save_every,
    )


def run(checkpoint: Path, folder: Path, config: TrainingConfig, resume: Path | None = None):
    seen = []
    start = load_trainable(checkpoint)
    trainer = make_trainer(
        start, UNITS, config, folder, lambda step, metrics: seen.append((step, metrics)), Event()
    )
    train_round_trip(trainer, resume)
    return trainer, seen


def test_smoke(tiny_checkpoint: Path, tmp_path: Path) -> None:
    trainer, seen = run(tiny_checkpoint, tmp_path, small(2))
    print(seen)
