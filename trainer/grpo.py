"""The one file that knows TRL: reinforcement learning on the round trip, in GRPOTrainer's loop.

TRL brings the loop, devices, gradient accumulation, adapters and resume. What is sampled, what it
earns and what the loss is come from rollout, rewards and step. The private names that this
leans on are listed in `PRIVATE_NAMES`, and a test holds them.
"""

import copy
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from threading import Event
from typing import Any

import torch
from torch import Tensor

from batdoc.models.backends.hf import HfTokenizer, leave_a_core_free
from batdoc.models.checkpoint import Trainable
from batdoc.models.prompts import END, Direction
from batdoc.source.errors import MissingExtraError
from batdoc.source.units import CodeUnit
from batdoc.trainer import objective, processes
from batdoc.trainer.adapters import adapter_of
from batdoc.trainer.batches import by_length, questions_and_answers
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Beside
from batdoc.trainer.loop import Steps, WholeCheckpoints, has_fast_bf16, quiet, within_memory
from batdoc.trainer.order import unit_order
from batdoc.trainer.rollout import Sampled, Slot, roll_out
from batdoc.trainer.row_rewards import one_original_each
from batdoc.trainer.sampling import sample
from batdoc.trainer.spared import Spared
from batdoc.trainer.step import add_advantages, loss_of
from batdoc.trainer.tally import Metrics, Tally

try:
    from datasets import Dataset
    from transformers import PrinterCallback
    from trl import GRPOConfig, GRPOTrainer
    from trl.trainer.utils import add_fused_lm_head
except ImportError as error:
    raise MissingExtraError("training", "train") from error

# Each with what leans on it here, and so has to change when TRL does.
PRIVATE_NAMES = {
    "_compute_loss": "replaced by the clipped loss",
    "_generate_and_score_completions": "extended: its advantages are replaced",
    "_get_per_token_logps_and_entropies": "called by _log_probabilities, which reads item 0",
    "_prepare_inputs": "replaced by one that sorts the rows of a step by length",
    "_step": "_prepare_inputs counts passes by it",
}
_REWARD_COLUMN = "round_trip"


class RoundTripTrainer(WholeCheckpoints, GRPOTrainer):  # type: ignore[misc]
    """GRPOTrainer with two-stage rollouts and the arithmetic of trainer.step.

    Args:
        start: The model to train, and its tokenizer.
        units: What to train on.
        beside: Gives the precedents of each.
        config: How; this process's part of the run.
        folder: Gets the checkpoints.
        on_step: Called after each optimizer step with its number and its metrics.
        cancel: When set, the run saves and ends after the step.
        report_to: Trackers that get the metrics, by the names that transformers has for them.
    """

    def __init__(
        self,
        start: Trainable,
        units: Sequence[CodeUnit],
        beside: Beside,
        config: TrainingConfig,
        folder: Path,
        on_step: Callable[[int, Metrics], None],
        cancel: Event,
        report_to: Sequence[str] = (),
    ) -> None:
        self.config = config
        self._units = list(units)
        self._beside = beside
        self._prompts = HfTokenizer(start.tokenizer)
        self._ends = _end_tokens(start, self._prompts)
        self._slots: list[Slot] = []
        self._asked: list[int] = []
        self.spared = Spared(len(units), config.seed, self._add_up)
        self._parts: list[dict[str, Any]] = []
        self.tally = Tally()

        def tell(step: int) -> None:
            metrics = self.tally.take(self._add_up)
            on_step(step, metrics)
            if report_to:
                self.log(dict(metrics))

        order = unit_order(self._units, config, config.units_per_step * processes.count())
        reference = None if config.adapter_rank else copy.deepcopy(start.model)
        with quiet():
            super().__init__(
                model=start.model,
                reward_funcs=_reward,
                args=_arguments(config, folder, report_to),
                train_dataset=Dataset.from_dict({"prompt": list(map(str, order))}),
                processing_class=start.tokenizer,
                callbacks=[Steps(tell, cancel, config.save_after, config.updates_per_step)],
                peft_config=adapter_of(config),
                rollout_func=_roll_out,
            )
        self.remove_callback(PrinterCallback)
        self._reference = reference
        if reference is not None:
            reference.to(self.accelerator.device).eval().requires_grad_(False)
            add_fused_lm_head(reference, temperature=self.temperature)

    def collect(self, indices: Sequence[int]) -> list[Slot]:
        """Make the round trip for the units of a batch, and keep its slots for `_compute_loss`."""
        self._asked = self.spared.choose(
            indices, f"{self.state.global_step}/{self.accelerator.process_index}"
        )
        rollouts = roll_out(
            [self._units[i] for i in self._asked],
            self.config.docs_per_unit,
            self.config.rebuilds_per_doc,
            self._prompts,
            self.answer,
            self._beside,
        )
        self._slots = [slot for rollout in rollouts for slot in rollout.slots]
        self.tally.add_rollouts(rollouts)
        return self._slots

    def answer(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        """Sample answers from the model as it is now."""
        is_doc = direction is Direction.TO_DOC
        most = self.config.most_doc_tokens if is_doc else self.config.most_code_tokens
        return sample(self.accelerator.unwrap_model(self.model), questions, most, self._ends)

    def _prepare_inputs(self, generation_batch: list[dict[str, Any]]) -> dict[str, Any]:
        """Sample for a whole step, then give it in passes of rows of like length.

        Later updates of a step go over the same rows again. TRL's `num_iterations` would compute
        once more what the sampler said already.
        """
        passes = self.args.steps_per_generation
        if self._step % (passes * self.config.updates_per_step) == 0:
            batch = self._generate_and_score_completions(generation_batch)
            rows = self.config.rows_per_pass
            self._parts = [part for _, part in by_length(batch, rows)]
        part: dict[str, Any] = self._parts[self._step % passes]
        return part

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        """Replace TRL's advantages, one an answer, by the algorithm's, one a token."""
        batch: dict[str, Any] = super()._generate_and_score_completions(inputs)
        earned = add_advantages(
            batch,
            self._slots,
            self._reference_log_probabilities(batch),
            self._untold_log_probabilities(),
            self.config,
            self.tally,
            self._add_up,
        )
        self.spared.note(self._asked, earned)
        return batch

    def save_more(self, checkpoint: Path) -> None:
        """Write which functions are to sit out."""
        self.spared.save(checkpoint)

    def _untold_log_probabilities(self) -> dict[int, float]:
        """Give the mean log-probability of the originals under the signature alone, by group."""
        originals = one_original_each(self._slots)
        if not originals:
            return {}
        batch = questions_and_answers(
            [slot.untold_ids for slot in originals.values()],
            [slot.answer.ids for slot in originals.values()],
            self.accelerator.device,
        )
        logprobs = self._reference_log_probabilities(batch)
        means = objective.mean_logprob(logprobs, batch["completion_mask"].float())
        return dict(zip(originals, means.tolist(), strict=True))

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> Tensor:
        """Give PPO's clipped loss, a mean over all tokens of the step."""
        loss = loss_of(self._log_probabilities(model, inputs), inputs, self.config)
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
            for rows, part in by_length(batch, self.config.rows_per_pass):
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
        """Add a vector up over all processes."""
        result: Tensor = self.accelerator.reduce(sums.to(self.accelerator.device), "sum")
        return result.to(sums.device)


def train_round_trip(trainer: RoundTripTrainer, resume_from: Path | None) -> None:
    """Run the loop to its end, or until it is cancelled.

    Args:
        trainer: What to run.
        resume_from: A checkpoint to go on from.
    """
    leave_a_core_free()
    if resume_from:
        trainer.spared.load(resume_from)
    with quiet(), within_memory(trainer.config):
        trainer.train(resume_from_checkpoint=str(resume_from) if resume_from else None)


def _roll_out(prompts: list[str], trainer: RoundTripTrainer) -> dict[str, list[Any]]:
    """Answer TRL's call: it asks with unit numbers, each once for every row of the unit."""
    rows = trainer.config.rows_per_unit
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


def _end_tokens(start: Trainable, tokenizer: HfTokenizer) -> frozenset[int]:
    """Collect the tokens that end an answer."""
    configured = start.model.generation_config.eos_token_id
    several = configured if isinstance(configured, list) else [configured]
    tokens = (*several, start.tokenizer.eos_token_id, tokenizer.control_id(END))
    return frozenset(token for token in tokens if token is not None)


def _arguments(config: TrainingConfig, folder: Path, report_to: Sequence[str]) -> Any:
    """Spell the settings for TRL; everything that could reach the network is off."""
    on_gpu = torch.cuda.is_available()
    passes = config.rows_per_step // config.rows_per_pass
    arguments = GRPOConfig(
        output_dir=str(folder),
        max_steps=config.steps * config.updates_per_step,
        shuffle_dataset=False,
        seed=config.seed,
        use_cpu=not on_gpu,
        bf16=has_fast_bf16(),
        per_device_train_batch_size=config.rows_per_pass,
        gradient_accumulation_steps=passes,
        steps_per_generation=passes,
        num_generations=config.rows_per_unit,
        max_completion_length=max(config.most_doc_tokens, config.most_code_tokens),
        learning_rate=config.learning_rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=min(5, config.steps // 10) * config.updates_per_step,
        temperature=1.0,
        beta=0.0,
        max_grad_norm=1.0,
        activation_checkpointing=config.recompute,
        save_strategy="no",
        save_total_limit=2,
        logging_strategy="no",
        report_to=list(report_to),
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
        ddp_find_unused_parameters=False,
        push_to_hub=False,
    )
    # One process trains on one device, however many there are; TRL refuses to begin otherwise.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments
