"""How much memory training takes, by arithmetic, before it begins.

All is in bytes. What is counted is what stays (weights, gradients, the optimizer, the first model
as a reference) and the largest pass: of a lesson, or of reinforcement learning. Measured against
the real thing in docs/LOG.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from batdoc.models import prompts
from batdoc.models.prompts import PromptTokenizer, encode
from batdoc.source.errors import ConfigError
from batdoc.source.units import CodeUnit
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Beside

_NUMBER = 4  # bytes; weights are trained in 32 bit
_FOUR_BITS = 4.127 / 8  # bytes of a weight with its part of the scales (QLoRA, section 3)
_OPTIMIZER = 2  # numbers that AdamW keeps for each that it trains
# Measured, all of them: copies of the logits, and what a layer keeps of a token for the way back,
# in widths.
_OF_HIDDEN, _OF_INNER = 12, 2.5
_LESSON_LOGITS = 4
_TILE_TOKENS, _TILE_WORDS, _TILE_LOGITS = 4_096, 32_768, 14  # of TRL's log-probabilities
_SAMPLED_AT_ONCE = 64  # prompts
_PROGRAM = 600 * 2**20  # Python, torch, transformers, and the corpus
_ADAPTER = 16
_LONGEST = 20  # functions by characters, among which the longest by tokens will be


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model that memory depends on.

    Attributes:
        parameters: Of all.
        linear_widths: Inputs and outputs of all linear layers but the head, added up.
        linear_parameters: Weights of those layers.
        layers: Blocks.
        hidden: Width of the stream.
        inner: Width inside a block's feed-forward part.
        cached: Keys and values of a token in one layer.
        words: In the vocabulary.
        context: Tokens that the model can read.
    """

    parameters: int
    linear_widths: int
    linear_parameters: int
    layers: int
    hidden: int
    inner: int
    cached: int
    words: int
    context: int


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to train on.

    Attributes:
        free: Bytes that a run may take, those that the loaded model takes already among them.
        activation: Bytes of a number on the way forward: 2 where 16 bits are fast, else 4.
    """

    free: int
    activation: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a run takes, in bytes.

    Attributes:
        weights: The model.
        training: Gradients and the optimizer.
        reference: The first model, where it is kept beside.
        largest_pass: Activations and logits.
        program: All else.
    """

    weights: int
    training: int
    reference: int
    largest_pass: int
    program: int

    @property
    def total(self) -> int:
        """All of it."""
        parts = (self.weights, self.training, self.reference, self.largest_pass, self.program)
        return sum(parts)


def shape_of(model: Any) -> Shape:
    """Read the sizes off a transformers causal language model."""
    config, head = model.config, model.get_output_embeddings()
    linear = [m for m in model.modules() if hasattr(m, "in_features") and m is not head]
    heads = config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    return Shape(
        parameters=sum(p.numel() for p in model.parameters()),
        linear_widths=sum(m.in_features + m.out_features for m in linear),
        linear_parameters=sum(m.in_features * m.out_features for m in linear),
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        inner=config.intermediate_size,
        cached=2 * width * (getattr(config, "num_key_value_heads", None) or heads),
        words=config.vocab_size,
        context=config.max_position_embeddings,
    )


def needed(shape: Shape, config: TrainingConfig, longest: int, activation: int) -> Need:
    """Estimate what a run takes.

    Args:
        shape: Of the model.
        config: Of the run.
        longest: Tokens in the longest question and answer.
        activation: Bytes of a number on the way forward.
    """
    is_whole = not config.adapter_rank
    trained = shape.parameters if is_whole else config.adapter_rank * shape.linear_widths
    keeps_reference = is_whole and config.steps > 0
    rounded = shape.linear_parameters if config.four_bit else 0
    return Need(
        weights=_NUMBER * (shape.parameters - rounded) + round(_FOUR_BITS * rounded),
        training=_NUMBER * trained * (1 + _OPTIMIZER),
        reference=_NUMBER * shape.parameters if keeps_reference else 0,
        largest_pass=max(_passes(shape, config, min(longest, shape.context), activation)),
        program=_PROGRAM,
    )


def _passes(shape: Shape, config: TrainingConfig, longest: int, activation: int) -> Iterator[int]:
    """Give the bytes of a pass of a lesson, of a step's gradients, and of its sampling."""
    tokens = config.rows_per_pass * longest
    layer = _OF_HIDDEN * shape.hidden + _OF_INNER * shape.inner
    kept = shape.layers * shape.hidden + layer if config.recompute else shape.layers * layer
    activations = round(activation * tokens * kept)
    if config.warmup_epochs or config.rounds:
        yield activations + _NUMBER * _LESSON_LOGITS * tokens * shape.words
    if config.steps:
        tile = min(tokens, _TILE_TOKENS) * min(shape.words, _TILE_WORDS)
        yield activations + _NUMBER * _TILE_LOGITS * tile
        row = longest * shape.layers * shape.cached + _LESSON_LOGITS * shape.words
        yield _NUMBER * _SAMPLED_AT_ONCE * row


def check_fits(shape: Shape, config: TrainingConfig, longest: int, machine: Machine) -> None:
    """Refuse a run that does not fit in memory.

    Args:
        shape: Of the model.
        config: Of the run.
        longest: Tokens in the longest question and answer.
        machine: What there is.

    Raises:
        ConfigError: It does not fit.
    """

    def total(settings: TrainingConfig) -> int:
        return needed(shape, settings, longest, machine.activation).total

    need, free = total(config), machine.free
    if need <= free:
        return
    fitting = (other for other in _smaller(config) if total(other) <= free)
    change = next((_options(config, other) for other in fitting), "take a smaller model")
    raise ConfigError(
        f"training takes about {need / 1e9:.1f} GB and {free / 1e9:.1f} GB are free; {change}"
    )


def longest_row(
    units: Sequence[CodeUnit], tokenizer: PromptTokenizer, most_doc: int, beside: Beside
) -> int:
    """Give the tokens of the longest question and answer; either way it is code and its doc.

    Args:
        units: What is learned from.
        tokenizer: Of the model.
        most_doc: Tokens in one documentation.
        beside: Gives the precedents of each.
    """
    longest = sorted(units, key=lambda unit: len(unit.code))[-_LONGEST:]
    questions = (prompts.to_doc(unit, beside(unit).lines) for unit in longest)
    return most_doc + max(len(encode(question, tokenizer)) for question in questions)


def _smaller(config: TrainingConfig) -> Iterator[TrainingConfig]:
    """Give settings that take less memory, those first that change least of what is learned."""
    for adapter in dict.fromkeys((config.adapter_rank, config.adapter_rank or _ADAPTER)):
        rows = config.rows_per_pass
        while rows:
            fewer = replace(config, adapter_rank=adapter, rows_per_pass=rows)
            yield from (fewer, replace(fewer, recompute=True))
            rows //= 2


def _options(config: TrainingConfig, other: TrainingConfig) -> str:
    changed = ["--recompute"] if other.recompute and not config.recompute else []
    if other.rows_per_pass != config.rows_per_pass:
        changed.append(f"--rows {other.rows_per_pass}")
    if other.adapter_rank != config.adapter_rank:
        changed.append(f"--adapter {other.adapter_rank}")
    return f"pass {' '.join(changed)}"
