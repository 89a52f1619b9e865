"""Supervised warm-up: a model learns a repository's names and manner before it is rewarded.

A model that never saw a repository rebuilds next to nothing in it, and what all earn alike teaches
nothing. So it first goes over the repository's functions a few times, as plain examples in both
directions: documentation that people wrote, where there is some, and bodies with and without it.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import torch
from datasets import Dataset
from peft import get_peft_model
from transformers import DataCollatorForSeq2Seq, PrinterCallback, TrainingArguments

from batdoc.models import prompts
from batdoc.models.backends.hf import HfTokenizer, leave_a_core_free
from batdoc.models.checkpoint import Trainable, copy_tokenizer
from batdoc.models.prompts import END, Prompt, encode
from batdoc.source.errors import Cancelled
from batdoc.source.units import CodeUnit
from batdoc.trainer.checkpoints import last_complete
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.grpo import adapter_of
from batdoc.trainer.loop import Steps, WholeCheckpoints, has_fast_bf16, quiet
from batdoc.trainer.rollout import body_answer, human_doc

Example = tuple[list[int], list[int]]  # the question's tokens, and the answer's

_IGNORED = -100  # the label of a position that is not predicted, as torch numbers it
_MOST_TOKENS = 2_048  # in a question and its answer


def examples(units: Sequence[CodeUnit], start: Trainable) -> Iterator[Example]:
    """Spell functions as questions and answers to a model, in both directions."""
    tokenizer = HfTokenizer(start.tokenizer)
    own_end = tokenizer.control_id(END)
    end = start.tokenizer.eos_token_id if own_end is None else own_end

    def example(question: Prompt, answer: list[int]) -> Example:
        return encode(question, tokenizer), answer

    for unit in units:
        body = list(body_answer(unit, tokenizer))
        doc = human_doc(unit)
        if doc:
            yield example(prompts.to_doc(unit), [*tokenizer.encode_plain(doc), end])
            yield example(prompts.to_code(unit, doc), body)
        yield example(prompts.to_code(unit, ""), body)


def warm_up(
    start: Trainable,
    units: Sequence[CodeUnit],
    config: TrainingConfig,
    folder: Path,
    on_step: Callable[[int, int], None],
    cancel: Event,
) -> Trainable:
    """Train on plain examples, or go on with what a stopped warm-up left.

    Args:
        start: The model, changed in place where all weights are trained.
        units: What to learn from.
        config: `warmup_epochs` passes are made.
        folder: Gets the checkpoints while it runs, and the model.
        on_step: Called after each step with its number and how many there are.
        cancel: When set, the warm-up saves and stops.

    Returns:
        The warmed-up model; an adapter is merged into it.

    Raises:
        Cancelled: `cancel` was set.
    """
    trainer = _trainer(start, units, config, folder, on_step, cancel)
    leave_a_core_free()
    last = last_complete(folder)
    with quiet():
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    if trainer.state.global_step < trainer.state.max_steps:
        reached, steps = trainer.state.global_step, trainer.state.max_steps
        raise Cancelled(f"stopped in the warm-up after step {reached} of {steps}")
    model = trainer.model.merge_and_unload() if config.adapter_rank else trainer.model
    return Trainable(model.cpu().eval(), start.tokenizer, start.folder)


def save(model: Trainable, folder: Path) -> None:
    """Write a model as a Hugging Face folder."""
    model.model.save_pretrained(folder)
    copy_tokenizer(model.folder, folder)


def _trainer(
    start: Trainable,
    units: Sequence[CodeUnit],
    config: TrainingConfig,
    folder: Path,
    on_step: Callable[[int, int], None],
    cancel: Event,
) -> WholeCheckpoints:
    rows = list(_rows(examples(units, start), start))

    def tell(step: int) -> None:
        on_step(step, trainer.state.max_steps)

    adapter = adapter_of(config)
    with quiet():
        trainer = WholeCheckpoints(
            model=get_peft_model(start.model, adapter) if adapter else start.model,
            args=_arguments(config, folder),
            train_dataset=Dataset.from_list(rows),
            data_collator=DataCollatorForSeq2Seq(start.tokenizer),
            callbacks=[Steps(tell, cancel, config.save_after)],
        )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _rows(pairs: Iterator[Example], start: Trainable) -> Iterator[dict[str, list[int]]]:
    """Give what the model can read whole, with labels on the answer alone."""
    most = min(_MOST_TOKENS, start.model.config.max_position_embeddings)
    for question, answer in pairs:
        if len(question) + len(answer) <= most:
            ids = question + answer
            labels = [_IGNORED] * len(question) + answer
            yield {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": labels}


def _arguments(config: TrainingConfig, folder: Path) -> Any:
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.warmup_epochs,
        learning_rate=config.warmup_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.1,
        per_device_train_batch_size=config.rows_per_pass,
        train_sampling_strategy="group_by_length",
        seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=has_fast_bf16(),
        max_grad_norm=1.0,
        save_strategy="no",
        save_total_limit=2,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
