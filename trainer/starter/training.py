"""Trains the starter: a plain loop with a token and a time budget, and resume.

The order of the data follows from the seed alone, so a run that was stopped goes on with the next
batch. Checkpoints are safetensors; optimizer moments are tensors like the rest. Started by
torchrun, several processes share each batch.
"""

import itertools
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

from batdoc.models.prompts import CONTROL_TOKENS, END
from batdoc.trainer import processes
from batdoc.trainer.starter.examples import Encoder, Example, Parts, epoch

CONTEXT = 448  # tokens; no example is longer, and positions never seen mean nothing to a model
_WARM_UP = 0.02  # of the budget
_FLOOR = 0.05  # of the peak learning rate
_CHUNK = 384  # positions whose logits are held at once


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is.

    Attributes:
        hidden: Width, a multiple of 256, as K-quants need.
        layers: Blocks.
        heads: Attention heads.
        ffn: Width of the feed-forward layer, a multiple of 256.
        learning_rate: At the peak.
        tokens_per_batch: Padding counted in.
        token_budget: Training ends after so many tokens.
        hours: Or after so many hours, whichever is first; also over several resumed runs.
        seed: Of the weights and the order of the data.
    """

    hidden: int
    layers: int
    heads: int
    ffn: int
    learning_rate: float
    tokens_per_batch: int
    token_budget: int
    hours: float
    seed: int


@dataclass(slots=True)
class Progress:
    """How far a run is; written into every checkpoint."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def share(self, recipe: Recipe) -> float:
        """Give the part of the budget that is used, in [0, 1]."""
        spent = max(self.tokens / recipe.token_budget, self.seconds / 3600 / recipe.hours)
        return min(1.0, spent)


def build_model(recipe: Recipe, vocabulary: int) -> LlamaForCausalLM:
    """Make a Llama with random weights."""
    torch.manual_seed(recipe.seed)
    end = CONTROL_TOKENS.index(END)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.ffn,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        num_key_value_heads=recipe.heads,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=end,
    )
    return LlamaForCausalLM(config)


def learning_rate_at(share: float) -> float:
    """Give the factor of the peak learning rate: linear warm-up, then a cosine to the floor."""
    if share < _WARM_UP:
        return (share + 1e-4) / _WARM_UP
    cosine = 0.5 * (1 + math.cos(math.pi * (share - _WARM_UP) / (1 - _WARM_UP)))
    return _FLOOR + (1 - _FLOOR) * cosine


def collate(batch: Sequence[Example], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad on the right; attention is causal, so no mask is needed.

    Returns:
        ids (B, T) int64, and the loss weights of predicting them (B, T) float32, 0 on padding.
    """
    width = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), width), pad, dtype=torch.long)
    weights = torch.zeros((len(batch), width))
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids.tolist())
        weights[row, : len(example.ids)] = torch.tensor(example.weights.tolist())
    return ids, weights


def weighted_loss(
    model: LlamaForCausalLM, ids: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Mean cross-entropy, in nats, over the positions that count; only they meet the vocabulary."""
    hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
    counts = weights[:, 1:] > 0
    scale = weights[:, 1:][counts]
    loss: torch.Tensor = ChunkedCrossEntropy.apply(  # type: ignore[no-untyped-call]
        hidden[counts], model.lm_head.weight, ids[:, 1:][counts], scale / scale.sum()
    )
    return loss


class ChunkedCrossEntropy(torch.autograd.Function):
    """Weighted cross-entropy of `hidden @ vocabulary.T`, a few hundred positions at a time.

    The logits of a whole batch would leave the cache, and a CPU would wait for memory: gradients
    are taken while a chunk's logits are still near.
    """

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        hidden: torch.Tensor,
        vocabulary: torch.Tensor,
        targets: torch.Tensor,
        weights: torch.Tensor,
    ) -> torch.Tensor:
        """Compute the loss and, with it, both gradients.

        Args:
            ctx: Keeps the gradients.
            hidden: (N, H) hidden states.
            vocabulary: (V, H) output embeddings.
            targets: (N,) token ids.
            weights: (N,) that sum to 1.

        Returns:
            The weighted mean in nats, a scalar.
        """
        half = torch.bfloat16
        table = vocabulary.to(half)
        total = torch.zeros((), device=hidden.device)
        grad_hidden = torch.empty_like(hidden)
        grad_table = torch.zeros_like(vocabulary, dtype=torch.float32)
        for start in range(0, len(hidden), _CHUNK):
            part = slice(start, start + _CHUNK)
            states = hidden[part].to(half)
            logits = (states @ table.T).float()
            logits -= torch.logsumexp(logits, dim=1, keepdim=True)
            rows = torch.arange(len(logits), device=logits.device)
            total -= (logits[rows, targets[part]] * weights[part]).sum()
            logits.exp_()
            logits[rows, targets[part]] -= 1
            gradient = (logits * weights[part, None]).to(half)
            grad_hidden[part] = gradient @ table
            grad_table += gradient.T @ states
        ctx.save_for_backward(grad_hidden, grad_table.to(vocabulary.dtype))
        return total

    @staticmethod
    def backward(
        ctx: torch.autograd.function.FunctionCtx, scale: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, None, None]:
        """Scale the gradients that `forward` took."""
        grad_hidden, grad_table = ctx.saved_tensors  # type: ignore[attr-defined]
        return grad_hidden * scale, grad_table * scale, None, None


def optimizers(model: LlamaForCausalLM, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for embeddings and norms."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = torch.optim.Muon(
        matrices,
        lr=recipe.learning_rate,
        weight_decay=0.05,
        adjust_lr_fn="match_rms_adamw",
    )
    adamw = torch.optim.AdamW(
        others, lr=recipe.learning_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True
    )
    return [muon, adamw]


def train(
    recipe: Recipe,
    model: LlamaForCausalLM,
    encoder: Encoder,
    corpus: Sequence[Parts],
    folder: Path,
    save_every: float,
) -> Path:
    """Train, or go on where the last checkpoint in `folder` stands.

    Args:
        recipe: How to train.
        model: What to begin with.
        encoder: The tokenizer.
        corpus: Encoded training samples.
        folder: Gets `checkpoint/` and `log.jsonl`.
        save_every: Seconds between checkpoints.

    Returns:
        The folder of the last checkpoint, which transformers can load.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    tools = optimizers(model, recipe)
    progress = Progress()
    checkpoint = folder / "checkpoint"
    if (checkpoint / "progress.json").is_file():
        progress = _load(checkpoint, model, tools)
    begun, saved = time.monotonic() - progress.seconds, time.monotonic()
    pad, rank = encoder.control[END], int(os.environ.get("RANK", "0"))
    batches = itertools.islice(_endless(encoder, corpus, recipe), progress.step, None)
    for batch in batches:
        if progress.share(recipe) >= 1:
            break
        own = batch[rank :: processes.count()] or batch[:1]
        loss = _step(model, tools, recipe, progress, collate(own, pad), device)
        progress.step += 1
        progress.tokens += sum(len(example.ids) for example in batch)
        # All go by one clock: it sets the learning rate, and ends the run.
        progress.seconds = processes.highest(time.monotonic() - begun)
        if progress.step % 20 == 0 and processes.is_first():
            _report(folder, progress, loss, recipe)
        if time.monotonic() - saved > save_every and processes.is_first():
            _save(checkpoint, model, tools, progress)
            saved = time.monotonic()
    if processes.is_first():
        _save(checkpoint, model, tools, progress)
    return checkpoint


def _endless(encoder: Encoder, corpus: Sequence[Parts], recipe: Recipe) -> Iterator[list[Example]]:
    for number in itertools.count():
        yield from epoch(encoder, corpus, recipe.tokens_per_batch, recipe.seed + number)


def _step(
    model: LlamaForCausalLM,
    tools: Sequence[torch.optim.Optimizer],
    recipe: Recipe,
    progress: Progress,
    batch: tuple[torch.Tensor, torch.Tensor],
    device: str,
) -> float:
    rate = recipe.learning_rate * learning_rate_at(progress.share(recipe))
    with torch.autocast(device, dtype=torch.bfloat16):
        loss = weighted_loss(model, batch[0].to(device), batch[1].to(device))
    loss.backward()  # type: ignore[no-untyped-call]
    _share_gradients(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for tool in tools:
        for group in tool.param_groups:
            group["lr"] = rate
        tool.step()
        tool.zero_grad(set_to_none=True)
    return float(loss.detach())


def _share_gradients(model: LlamaForCausalLM) -> None:
    """Take the mean of what all processes found, in one message."""
    if processes.count() == 1:
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    torch.distributed.all_reduce(flat)
    sizes = [gradient.numel() for gradient in gradients]
    parts = torch.split(flat / processes.count(), sizes)
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def _report(folder: Path, progress: Progress, loss: float, recipe: Recipe) -> None:
    speed = progress.tokens / max(progress.seconds, 1e-9)
    line = asdict(progress) | {"loss": round(loss, 4), "tokens_per_second": round(speed)}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    sys.stderr.write(
        f"\rstep {progress.step}  loss {loss:.3f}  {progress.tokens / 1e6:.2f}M tokens  "
        f"{speed:.0f}/s  {progress.share(recipe):.1%}"
    )
    sys.stderr.flush()


def _save(
    folder: Path,
    model: LlamaForCausalLM,
    tools: Sequence[torch.optim.Optimizer],
    progress: Progress,
) -> None:
    """Write a checkpoint beside the old one, then swap the two."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    model.save_pretrained(fresh)
    for number, tool in enumerate(tools):
        state = tool.state_dict()["state"]
        tensors = {
            f"{index}.{name}": value.contiguous()
            for index, values in state.items()
            for name, value in values.items()
        }
        save_file(tensors, fresh / f"optimizer-{number}.safetensors")
    (fresh / "progress.json").write_text(json.dumps(asdict(progress)), encoding="utf-8")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _load(
    folder: Path, model: LlamaForCausalLM, tools: Sequence[torch.optim.Optimizer]
) -> Progress:
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    for number, tool in enumerate(tools):
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in load_file(folder / f"optimizer-{number}.safetensors").items():
            index, _, name = key.partition(".")
            state.setdefault(int(index), {})[name] = value
        tool.load_state_dict({**tool.state_dict(), "state": state})
    return Progress(**json.loads((folder / "progress.json").read_text(encoding="utf-8")))
