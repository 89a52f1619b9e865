"""The one file that knows TRL and PEFT: REINFORCE++ on the round trip, in GRPOTrainer's loop.

TRL brings the loop, devices, gradient accumulation, adapters and resume. What is sampled, what it
earns and what the loss is come from rollout, rewards and objective. The private names that this
leans on are listed in `PRIVATE_NAMES`, and a test holds them.
"""

import copy
import random
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event
from typing import Any

import torch
from torch import Tensor

from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.checkpoint import Trainable
from batdoc.models.prompts import END, Direction
from batdoc.source.errors import MissingExtraError
from batdoc.source.units import CodeUnit
from batdoc.trainer import objective
from batdoc.trainer.checkpoints import mark_complete
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.rollout import Rollout, Sampled, Slot, roll_out
from batdoc.trainer.sampling import sample

try:
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import PrinterCallback, Trainer, TrainerCallback
    from transformers.utils import logging as transformers_logging
    from trl import GRPOConfig, GRPOTrainer
    from trl.trainer.utils import add_fused_lm_head
except ImportError as error:
    raise MissingExtraError("training", "train") from error

PRIVATE_NAMES = (
    "_compute_loss",
    "_generate_and_score_completions",
    "_get_per_token_logps_and_entropies",
    "_prepare_inputs",
    "_save_checkpoint",
)
_REWARD_COLUMN = "round_trip"

Metrics = dict[str, float]


class RoundTripTrainer(GRPOTrainer):  # type: ignore[misc]
    """GRPOTrainer with two-stage rollouts and REINFORCE++.

    Args:
        start: The model to train, and its tokenizer.
        units: What to train on.
        config: How.
        folder: Gets the checkpoints.
        on_step: Called after each optimizer step with its number and its metrics.
        cancel: When set, the run saves and ends after the step.
    """

    _buffered_inputs: list[dict[str, Any]] | None

    def __init__(
        self,
        start: Trainable,
        units: Sequence[CodeUnit],
        config: TrainingConfig,
        folder: Path,
        on_step: Callable[[int, Metrics], None],
        cancel: Event,
    ) -> None:
        self._config = config
        self._units = list(units)
        self._prompts = HfTokenizer(start.tokenizer)
        self._ends = _end_tokens(start, self._prompts)
        self._slots: list[Slot] = []
        self._sums: dict[str, float] = defaultdict(float)
        reference = None if config.adapter_rank else copy.deepcopy(start.model)
        with _quiet():
            super().__init__(
                model=start.model,
                reward_funcs=_reward,
                args=_arguments(config, folder),
                train_dataset=Dataset.from_dict({"prompt": list(map(str, self._order()))}),
                processing_class=start.tokenizer,
                callbacks=[_Steps(self, on_step, cancel)],
                peft_config=_adapter(config),
                rollout_func=_roll_out,
            )
        self.remove_callback(PrinterCallback)
        self._reference = reference
        if reference is not None:
            reference.to(self.accelerator.device).eval().requires_grad_(False)
            add_fused_lm_head(reference, temperature=self.temperature)

    def _order(self) -> list[int]:
        """Give the units of all steps, in rounds over the corpus; a resumed run goes on in it."""
        wanted = self._config.steps * self._config.units_per_step
        generator = random.Random(self._config.seed)
        order: list[int] = []
        while len(order) < wanted:
            order += generator.sample(range(len(self._units)), len(self._units))
        return order[:wanted]

    def collect(self, indices: Sequence[int]) -> list[Slot]:
        """Make the round trip for the units of a batch, and keep its slots for `_compute_loss`."""
        rollouts = roll_out(
            [self._units[i] for i in indices],
            self._config.docs_per_unit,
            self._config.rebuilds_per_doc,
            self._prompts,
            self.answer,
        )
        self._slots = [slot for rollout in rollouts for slot in rollout.slots]
        self._note(rollouts)
        return self._slots

    def answer(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        """Sample answers from the model as it is now."""
        is_doc = direction is Direction.TO_DOC
        most = self._config.most_doc_tokens if is_doc else self._config.most_code_tokens
        return sample(self.accelerator.unwrap_model(self.model), questions, most, self._ends)

    def take_metrics(self) -> Metrics:
        """Give the means over what was sampled since the last call, and forget them."""
        sums, self._sums = self._sums, defaultdict(float)
        docs, tokens = max(sums["docs"], 1.0), max(sums["tokens"], 1.0)
        mean = sums["reward"] / docs
        return {
            "reward": mean,
            "reward_std": max(0.0, sums["reward_squared"] / docs - mean**2) ** 0.5,
            "similarity": sums["similarity"] / max(sums["scored"], 1.0),
            "valid_docs": sums["agrees"] / docs,
            "kl": sums["kl"] / tokens,
            "tokens": sums["tokens"],
        }

    def _note(self, rollouts: Sequence[Rollout]) -> None:
        for rollout in rollouts:
            reward = rollout.reward.total or 0.0
            self._sums["docs"] += 1
            self._sums["reward"] += reward
            self._sums["reward_squared"] += reward**2
            self._sums["agrees"] += rollout.agrees
            if rollout.rebuilt:
                self._sums["scored"] += 1
                self._sums["similarity"] += rollout.reward.parts["similarity"]

    def _prepare_inputs(self, generation_batch: list[dict[str, Any]]) -> dict[str, Any]:
        """Sample for a whole step, then give it in passes of rows of like length."""
        passes = self.args.steps_per_generation
        if self._step % passes == 0 or self._buffered_inputs is None:
            batch = self._generate_and_score_completions(generation_batch)
            rows = self._config.rows_per_pass
            self._buffered_inputs = [part for _, part in by_length(batch, rows)]
        part: dict[str, Any] = self._buffered_inputs[self._step % passes]
        return part

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        """Replace TRL's advantages, one an answer, by REINFORCE++'s, one a token."""
        batch: dict[str, Any] = super()._generate_and_score_completions(inputs)
        rewards = batch["advantages"]
        original = torch.tensor([slot.is_original for slot in self._slots], device=rewards.device)
        mask = counted(batch) * ~original.unsqueeze(1)
        sampled = _padded([slot.answer.logprobs for slot in self._slots], mask)
        reference = self._reference_log_probabilities(batch)
        policy = torch.where(mask.bool(), sampled, reference)
        rewards = objective.less_group_mean(
            rewards.new_tensor([slot.reward for slot in self._slots]),
            [slot.group for slot in self._slots],
            mask.any(dim=1),
        )
        kl = objective.kl_k1(policy, reference)
        earned = objective.token_rewards(rewards, kl, mask, self._config.kl_weight)
        whitened = objective.whiten(
            objective.returns_to_go(earned), mask, lambda sums: self._add_up(sums)
        )
        imitated = counted(batch) * original.unsqueeze(1)
        batch["advantages"] = whitened + self._config.imitation * imitated
        batch["old_per_token_logps"] = sampled
        self._sums["kl"] += float((objective.kl_k3(policy, reference) * mask).sum())
        self._sums["tokens"] += float(mask.sum())
        return batch

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> Tensor:
        """Give PPO's clipped loss, a mean over all tokens of the step."""
        policy = self._log_probabilities(model, inputs)
        sampled = inputs["old_per_token_logps"]
        loss = objective.clipped_loss(
            policy,
            torch.where(sampled.isnan(), policy.detach(), sampled),
            inputs["advantages"],
            counted(inputs),
            self._config.clip,
        )
        tokens: Tensor = inputs["num_items_in_batch"].clamp(min=1)
        mean: Tensor = loss * self.accelerator.num_processes / tokens
        return mean

    @torch.no_grad()
    def _reference_log_probabilities(self, batch: dict[str, Any]) -> Tensor:
        """Give those of the sampled tokens under the first model, (B, T)."""
        bare = self.accelerator.unwrap_model(self.model)
        model = self.model if self._reference is None else self._reference
        result = torch.zeros(batch["completion_ids"].shape, device=self.accelerator.device)
        with bare.disable_adapter() if self._reference is None else nullcontext():
            for rows, part in by_length(batch, self._config.rows_per_pass):
                width = part["completion_ids"].shape[1]
                result[rows, :width] = self._log_probabilities(model, part).float()
        return result

    def _log_probabilities(self, model: Any, batch: dict[str, Any]) -> Tensor:
        ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], dim=1)
        attention = torch.cat([batch["prompt_mask"], batch["completion_mask"]], dim=1)
        width = batch["completion_ids"].shape[1]
        result: Tensor = self._get_per_token_logps_and_entropies(model, ids, attention, width)[0]
        return result

    def _add_up(self, sums: Tensor) -> Tensor:
        result: Tensor = self.accelerator.reduce(sums, reduction="sum")
        return result

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Save without TRL's model card, and mark the folder when it is whole."""
        Trainer._save_checkpoint(self, model, trial)
        if self.args.should_save:
            mark_complete(Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}")


class _Steps(TrainerCallback):  # type: ignore[misc]
    """Tells of each step, and ends the run after one when asked to."""

    def __init__(
        self, trainer: RoundTripTrainer, on_step: Callable[[int, Metrics], None], cancel: Event
    ) -> None:
        self._trainer = trainer
        self._on_step = on_step
        self._cancel = cancel

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Report, and stop when asked to."""
        self._on_step(state.global_step, self._trainer.take_metrics())
        if self._cancel.is_set():
            control.should_training_stop = True
        if control.should_training_stop or state.global_step >= state.max_steps:
            control.should_save = True
        return control


def train_round_trip(trainer: RoundTripTrainer, resume_from: Path | None) -> None:
    """Run the loop to its end, or until it is cancelled.

    Args:
        trainer: What to run.
        resume_from: A checkpoint to go on from.
    """
    with _quiet():
        trainer.train(resume_from_checkpoint=str(resume_from) if resume_from else None)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' notes away: they speak of settings that users do not have."""
    before = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        transformers_logging.set_verbosity(before)


def _roll_out(prompts: list[str], trainer: RoundTripTrainer) -> dict[str, list[Any]]:
    """Answer TRL's call: it asks with unit numbers, each once for every row of the unit."""
    rows = trainer._config.rows_per_unit
    slots = trainer.collect([int(prompt) for prompt in prompts[::rows]])
    return {
        "prompt_ids": [list(slot.prompt_ids) for slot in slots],
        "completion_ids": [list(slot.answer.ids) for slot in slots],
        "logprobs": [list(slot.answer.logprobs) for slot in slots],
        "env_mask": [[int(slot.counts_in_loss)] * len(slot.answer.ids) for slot in slots],
        _REWARD_COLUMN: [slot.reward for slot in slots],
    }


def _reward(prompts: list[str], round_trip: list[float], **_: Any) -> list[float]:
    """Hand the rewards back that the rollout computed."""
    return round_trip


def counted(batch: dict[str, Any]) -> Tensor:
    """Give the mask (B, T) of tokens that were sampled and count."""
    mask: Tensor = (batch["completion_mask"] * batch["tool_mask"]).float()
    return mask


def by_length(batch: dict[str, Any], rows: int) -> Iterator[tuple[Tensor, dict[str, Any]]]:
    """Split a batch into parts of like length, each without columns that only pad it.

    Args:
        batch: Tensors (B,) or (B, T) as TRL makes them, prompts padded on the left, answers on
            the right; scalars go into every part.
        rows: In a part.

    Yields:
        The rows' indices (rows,), and the part; the longest rows come first.
    """
    lengths = batch["prompt_mask"].sum(1) + batch["completion_mask"].sum(1)
    for indices in lengths.argsort(descending=True, stable=True).split(rows):
        prompt = int(batch["prompt_mask"][indices].sum(1).max())
        answer = int(batch["completion_mask"][indices].sum(1).max())
        part = {}
        for name, value in batch.items():
            rows_of = value[indices] if value.ndim else value
            is_wide = value.ndim > 1
            columns = slice(-prompt, None) if name.startswith("prompt_") else slice(answer)
            part[name] = rows_of[:, columns] if is_wide else rows_of
        yield indices, part


def _padded(rows: Sequence[Sequence[float]], like: Tensor) -> Tensor:
    """Give rows of numbers as a tensor (B, T), 0.0 behind the end of each."""
    width = like.shape[1]
    filled = [[*row, *([0.0] * (width - len(row)))] for row in rows]
    return torch.tensor(filled, dtype=torch.float32, device=like.device)


def _has_fast_bf16() -> bool:
    """Tell whether 16-bit arithmetic is native; where it is emulated it is slower than 32-bit."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _end_tokens(start: Trainable, tokenizer: HfTokenizer) -> frozenset[int]:
    """Collect the tokens that end an answer."""
    configured = start.model.generation_config.eos_token_id
    several = configured if isinstance(configured, list) else [configured]
    tokens = (*several, start.tokenizer.eos_token_id, tokenizer.control_id(END))
    return frozenset(token for token in tokens if token is not None)


def _adapter(config: TrainingConfig) -> Any:
    if not config.adapter_rank:
        return None
    return LoraConfig(
        r=config.adapter_rank,
        lora_alpha=2 * config.adapter_rank,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def _arguments(config: TrainingConfig, folder: Path) -> Any:
    """Spell the settings for TRL; everything that could reach the network is off."""
    on_gpu = torch.cuda.is_available()
    passes = config.rows_per_step // config.rows_per_pass
    return GRPOConfig(
        output_dir=str(folder),
        max_steps=config.steps,
        shuffle_dataset=False,
        seed=config.seed,
        use_cpu=not on_gpu,
        bf16=_has_fast_bf16(),
        per_device_train_batch_size=config.rows_per_pass,
        gradient_accumulation_steps=passes,
        steps_per_generation=passes,
        num_generations=config.rows_per_unit,
        max_completion_length=max(config.most_doc_tokens, config.most_code_tokens),
        learning_rate=config.learning_rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=min(5, config.steps // 10),
        temperature=1.0,
        beta=0.0,
        max_grad_norm=1.0,
        activation_checkpointing=False,
        save_steps=config.save_every,
        save_total_limit=2,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
        push_to_hub=False,
    )
