"""Learning from plain examples: a function's documentation, and its body, in both directions.

A warm-up has what people wrote alone, the lesson after a round what models said as well
(`trainer.ranked`). Code that is asked for without documentation teaches a model to do without it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import torch
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq, PrinterCallback, TrainingArguments

from batdoc.models import prompts
from batdoc.models.backends.hf import HfTokenizer, leave_a_core_free
from batdoc.models.checkpoint import Trainable, copy_tokenizer
from batdoc.models.entries import completed
from batdoc.models.prompts import END, encode
from batdoc.models.reading import read_doc
from batdoc.source.docstring import Style
from batdoc.source.errors import Cancelled
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer import processes
from batdoc.trainer.adapters import adapted, averaged
from batdoc.trainer.checkpoints import last_complete
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Beside
from batdoc.trainer.loop import Steps, WholeCheckpoints, has_fast_bf16, quiet, within_memory
from batdoc.trainer.ranked import Said
from batdoc.trainer.rollout import body_answer, human_doc

Example = tuple[list[int], list[int]]  # the question's tokens, and the answer's

_NOTHING = Said("", ())
_IGNORED = -100  # the label of a position that is not predicted, as torch numbers it
_MOST_TOKENS = 2_048  # in a question and its answer


def examples(
    units: Sequence[CodeUnit],
    start: Trainable,
    said: Mapping[str, Said],
    beside: Beside,
    passes: int,
) -> Iterator[Example]:
    """Spell functions as questions and answers to a model, in both directions.

    Args:
        units: The functions, with their own documentation where they have some.
        start: The model.
        said: What models said of them, by the unit's key.
        beside: Gives the precedents of each.
        passes: Over the functions.

    Yields:
        What a person wrote is to be said, as far as the code tells it, with the entries that a
        model adds; a model's own first sentences are not, for what it says worsens by them. Code is
        asked for by one thing that was said of it, another one in each pass, or, where nothing was,
        by its declaration alone: with all of them in every pass it is learned by heart.
    """
    tokenizer = HfTokenizer(start.tokenizer)
    own_end = tokenizer.control_id(END)
    end = start.tokenizer.eos_token_id if own_end is None else own_end

    def towards_doc(unit: CodeUnit, human: str, own: Said) -> list[Example]:
        doc = taught(human, own, unit)
        if not doc:
            return []
        question = encode(prompts.to_doc(unit, beside(unit).lines), tokenizer)
        return [(question, [*tokenizer.encode_plain(doc), end])]

    prepared = []
    for unit in units:
        own, human = said.get(unit.key, _NOTHING), human_doc(unit)
        told = list(dict.fromkeys(filter(None, (human, own.best, *own.others)))) or [""]
        body = list(body_answer(unit, tokenizer))
        prepared.append((unit, towards_doc(unit, human, own), told, body))
    for number in range(passes):
        for unit, to_doc, told, body in prepared:
            yield from to_doc
            yield encode(prompts.to_code(unit, told[number % len(told)]), tokenizer), body


def taught(human: str, own: Said, unit: CodeUnit) -> str:
    """Give what is to be said of a function: what a person wrote, as far as the code tells it.

    What names other things, once it is learned, comes back as invention. Entries that it lacks are
    a model's: where people write first sentences alone, a model would forget how to write the rest.

    Args:
        human: What a person wrote; '' where nobody did, which teaches nothing.
        own: What models said.
        unit: The function.
    """
    if not human:
        return ""
    other = parse(next(filter(None, (own.best, *own.others)), ""), Style.REST)
    doc = completed(read_doc(human, unit), other, unit)
    return canonical(doc) if doc else ""


def learn(
    start: Trainable,
    pairs: Iterable[Example],
    learning_rate: float,
    config: TrainingConfig,
    folder: Path,
    on_step: Callable[[int, int], None],
    cancel: Event,
) -> Trainable:
    """Train on plain examples, or go on with what a stopped lesson left.

    Args:
        start: The model, changed in place where all weights are trained.
        pairs: What to learn, once each, in any order.
        learning_rate: At the peak.
        config: Of the run.
        folder: Gets the checkpoints.
        on_step: Called after each step with its number and how many there are.
        cancel: When set, the lesson saves and stops.

    Returns:
        The model between what it was and what it has learned (`adapters.averaged`).

    Raises:
        Cancelled: `cancel` was set.
    """
    trainer = _trainer(start, pairs, learning_rate, config, folder, on_step, cancel)
    leave_a_core_free()
    with processes.first_alone():
        last = last_complete(folder)
    with quiet(), within_memory(config):
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    if trainer.state.global_step < trainer.state.max_steps:
        reached, steps = trainer.state.global_step, trainer.state.max_steps
        raise Cancelled(f"stopped after step {reached} of {steps} of a lesson")
    model = averaged(trainer.model, start, config)
    return Trainable(model.cpu().eval(), start.tokenizer, start.path)


def save(model: Trainable, folder: Path) -> None:
    """Write a model as a Hugging Face folder."""
    model.model.save_pretrained(folder)
    copy_tokenizer(model.folder, folder)


def _trainer(
    start: Trainable,
    pairs: Iterable[Example],
    learning_rate: float,
    config: TrainingConfig,
    folder: Path,
    on_step: Callable[[int, int], None],
    cancel: Event,
) -> WholeCheckpoints:
    rows = list(_rows(pairs, start))

    def tell(step: int) -> None:
        on_step(step, trainer.state.max_steps)

    with quiet():
        trainer = WholeCheckpoints(
            model=adapted(start, config),
            args=_arguments(learning_rate, config, folder),
            train_dataset=Dataset.from_list(rows),
            data_collator=DataCollatorForSeq2Seq(start.tokenizer),
            callbacks=[Steps(tell, cancel, config.save_after)],
        )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _rows(pairs: Iterable[Example], start: Trainable) -> Iterator[dict[str, list[int]]]:
    """Give what the model can read whole, with labels on the answer alone."""
    most = min(_MOST_TOKENS, start.model.config.max_position_embeddings)
    for question, answer in pairs:
        if len(question) + len(answer) <= most:
            ids = question + answer
            labels = [_IGNORED] * len(question) + answer
            yield {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": labels}


def _arguments(learning_rate: float, config: TrainingConfig, folder: Path) -> Any:
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        learning_rate=learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.1,
        per_device_train_batch_size=max(1, config.rows_per_pass // processes.count()),
        train_sampling_strategy="group_by_length",
        seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=has_fast_bf16(),
        activation_checkpointing=config.recompute,
        ddp_find_unused_parameters=False,
        max_grad_norm=1.0,
        save_strategy="no",
        save_total_limit=2,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
