"""Prints, as one JSON line, what a training step costs beside one of TRL's own GRPOTrainer.

    python benchmarks/train_step.py [FOLDER] [--model PATH] [--steps N]

FOLDER is a repository to train on, by default the installed click package. Both train the same
model with the same number of questions of the same kind a step, and pay for a KL divergence; TRL
asks them all at once, batdoc in two stages, with the original code as a further row to learn from.
TRL's answers are as long as batdoc's were on average. What is left of a difference in tokens is
scaled out: TRL's generation by sampled tokens, its passes by all the tokens that go through them.

Without a GPU the seconds are those of the processor, which other work on the machine slows least.
"""

import argparse
import importlib.util
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import torch
from datasets import Dataset
from transformers import PrinterCallback, TrainerCallback
from transformers.utils import logging
from trl import GRPOConfig, GRPOTrainer

from batdoc.models import prompts
from batdoc.models.backends.hf import HfTokenizer, leave_a_core_free
from batdoc.models.catalogue import resolve
from batdoc.models.checkpoint import copy_tokenizer, load_trainable
from batdoc.models.prompts import Direction
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.batches import counted
from batdoc.trainer.config import Asked, TrainingConfig, default_config
from batdoc.trainer.corpus import nothing_beside, read_corpus
from batdoc.trainer.grpo import RoundTripTrainer
from batdoc.trainer.rollout import Sampled

clock: Callable[[], float] = time.perf_counter if torch.cuda.is_available() else time.process_time
Batch = dict[str, Any]


class Costs:
    """Seconds by what they were spent on, and tokens, over the steps after the first."""

    def __init__(self) -> None:
        self.sums: Counter[str] = Counter()
        self.is_warm = False

    @contextmanager
    def spent_on(self, what: str) -> Iterator[None]:
        """Count the seconds of a block."""
        start = now()
        yield
        self.add(what, now() - start)

    def add(self, what: str, amount: float) -> None:
        """Count something, once the first step is over."""
        if self.is_warm:
            self.sums[what] += amount


class Steps(TrainerCallback):
    """Counts the seconds of whole steps, in which nothing is saved."""

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self._start = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        """Begin a step."""
        self._start = now()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """End a step; the first one only warms up."""
        self._costs.add("step", now() - self._start)
        self._costs.add("steps", 1)
        self._costs.is_warm = True


class Timed(GRPOTrainer):
    """Counts what forward and backward passes and generation take, in either trainer."""

    costs: Costs

    def watch(self) -> None:
        """Begin to count."""
        self.costs = Costs()
        self.add_callback(Steps(self.costs))
        backward = self.accelerator.backward

        def timed(*arguments: Any, **options: Any) -> None:
            with self.costs.spent_on("passes"):
                backward(*arguments, **options)

        self.accelerator.backward = timed

    def _get_per_token_logps_and_entropies(self, *arguments: Any, **options: Any) -> Any:
        with self.costs.spent_on("passes"):
            return super()._get_per_token_logps_and_entropies(*arguments, **options)

    def _generate_single_turn(self, *arguments: Any, **options: Any) -> Any:
        with self.costs.spent_on("generation"):
            return super()._generate_single_turn(*arguments, **options)

    def _generate_and_score_completions(self, inputs: list[Batch]) -> Batch:
        batch: Batch = super()._generate_and_score_completions(inputs)
        through = batch["prompt_mask"].sum() + batch["completion_mask"].sum()
        self.costs.add("through", float(through))
        if not isinstance(self, RoundTripTrainer):
            self.costs.add("sampled", float(batch["completion_mask"].sum()))
            self.costs.add("trained", float(batch["completion_mask"].sum()))
        return batch


class TimedRoundTrip(RoundTripTrainer, Timed):
    """BatCoder, counted."""

    def answer(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        """Sample, counted."""
        with self.costs.spent_on("generation"):
            answers = super().answer(questions, direction)
        self.costs.add("sampled", sum(len(answer.ids) for answer in answers))
        self.costs.add("answers", len(answers))
        return answers

    def _generate_and_score_completions(self, inputs: list[Batch]) -> Batch:
        batch = super()._generate_and_score_completions(inputs)
        self.costs.add("trained", float(counted(batch).sum()))
        return batch


def now() -> float:
    """Give the time, when what was asked of a GPU is done."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return clock()


def run_batdoc(model: Path, units: list[CodeUnit], config: TrainingConfig, folder: Path) -> Costs:
    """Take the steps of BatCoder."""
    start = load_trainable(model)
    trainer = TimedRoundTrip(start, units, nothing_beside, config, folder, lambda *_: None, Event())
    trainer.watch()
    trainer.train()
    return trainer.costs


def run_trl(
    model: Path, units: list[CodeUnit], config: TrainingConfig, folder: Path, length: int
) -> Costs:
    """Take as many steps of GRPO with as many rows of answers of one length."""
    start = load_trainable(model)
    rows = 2 * config.units_per_step * config.docs_per_unit
    trainer = Timed(
        model=start.model,
        reward_funcs=lambda completions, **_: [float(len(set(text))) for text in completions],
        args=trl_arguments(config, folder, length, rows),
        train_dataset=Dataset.from_dict({"prompt": questions(units, HfTokenizer(start.tokenizer))}),
        processing_class=start.tokenizer,
    )
    trainer.remove_callback(PrinterCallback)
    trainer.watch()
    trainer.train()
    return trainer.costs


def trl_arguments(config: TrainingConfig, folder: Path, length: int, rows: int) -> GRPOConfig:
    """Spell BatCoder's settings for TRL's own algorithm."""
    return GRPOConfig(
        output_dir=str(folder),
        max_steps=config.steps,
        seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=False,
        per_device_train_batch_size=config.rows_per_pass,
        gradient_accumulation_steps=rows // config.rows_per_pass,
        steps_per_generation=rows // config.rows_per_pass,
        num_generations=config.docs_per_unit,
        max_completion_length=length,
        generation_kwargs={"min_new_tokens": length},
        learning_rate=config.learning_rate,
        beta=config.kl_weight,
        activation_checkpointing=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
    )


def questions(units: list[CodeUnit], tokenizer: HfTokenizer) -> list[str]:
    """Ask both ways about each function, with the human's docstring where there is one."""
    asked = []
    for unit in units:
        doc = canonical(parse(unit.docstring, language=unit.language)) if unit.docstring else ""
        for prompt in (prompts.to_doc(unit), prompts.to_code(unit, doc)):
            asked.append("".join(segment.text for segment in prompt.segments()))
    return asked


def figures(ours: Costs, theirs: Costs) -> dict[str, Any]:
    """Compare, a step each."""
    one, other = (
        {name: value / costs.sums["steps"] for name, value in costs.sums.items()}
        for costs in (ours, theirs)
    )
    rest = other["step"] - other["generation"] - other["passes"]
    scaled = (
        other["generation"] * one["sampled"] / other["sampled"]
        + other["passes"] * one["through"] / other["through"]
        + rest
    )
    outside = one["step"] - one["generation"] - one["passes"]
    return {
        "step_s": round(one["step"], 2),
        "generation_s": round(one["generation"], 2),
        "passes_s": round(one["passes"], 2),
        "outside_share": round(outside / one["step"], 3),
        "sampled": round(one["sampled"]),
        "trained": round(one["trained"]),
        "through": round(one["through"]),
        "trl_step_s": round(other["step"], 2),
        "trl_generation_s": round(other["generation"], 2),
        "trl_passes_s": round(other["passes"], 2),
        "trl_sampled": round(other["sampled"]),
        "trl_through": round(other["through"]),
        "trl_same_tokens_s": round(scaled, 2),
        "ratio": round(one["step"] / scaled, 3),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="[default: click]")
    parser.add_argument("--model", help="what to train [default: the starter]")
    parser.add_argument("--steps", type=int, default=3, help="of each, the first not counted")
    options = parser.parse_args()
    logging.set_verbosity_error()
    leave_a_core_free()
    path = resolve(options.model, None)
    start = load_trainable(path)
    size = sum(p.numel() for p in start.model.parameters())
    asked = Asked(steps=options.steps, reward="both")
    config = replace(default_config(size, asked), save_after=1e9)
    with TemporaryDirectory() as folder:
        repo = options.folder or copy_of_click(Path(folder))
        units = [found.unit for found in read_corpus(repo, config.longest_code, 0).train]
        model = Path(folder) / "model"  # TRL reads the reference model from a folder
        start.model.save_pretrained(model)
        copy_tokenizer(start.folder, model)
        ours = run_batdoc(model, units, config, Path(folder) / "batdoc")
        length = round(ours.sums["sampled"] / ours.sums["answers"])
        theirs = run_trl(model, units, config, Path(folder) / "trl", length)
    about = {"benchmark": "train_step", "model": path.name, "device": _device()}
    print(json.dumps({**about, "steps": options.steps - 1, **figures(ours, theirs)}))


def copy_of_click(folder: Path) -> Path:
    """Copy the installed package out of the environment, which git may ignore."""
    spec = importlib.util.find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    return Path(shutil.copytree(Path(spec.origin).parent, folder / "click"))


def _device() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


if __name__ == "__main__":
    main()
