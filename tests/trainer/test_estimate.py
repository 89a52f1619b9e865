from dataclasses import replace
from pathlib import Path

import pytest

from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.checkpoint import load_trainable
from batdoc.source.errors import ConfigError
from batdoc.source.language import get_language
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.estimate import Machine, Shape, check_fits, longest_row, needed, shape_of

GB = 10**9
# Qwen2.5-Coder-0.5B's: seven linear layers in each of 24 blocks.
HALF = Shape(
    parameters=494_032_768,
    linear_widths=24 * (2 * 1792 + 2 * 1024 + 3 * 5760),
    linear_parameters=24 * (2 * 896 * 896 + 2 * 896 * 128 + 3 * 896 * 4864),
    layers=24,
    hidden=896,
    inner=4864,
    cached=256,
    words=151_936,
    context=32_768,
)
CONFIG = default_config(HALF.parameters, Asked(steps=1))


def test_shape(tiny_checkpoint: Path) -> None:
    model = load_trainable(tiny_checkpoint).model
    shape = shape_of(model)
    assert shape.parameters == sum(p.numel() for p in model.parameters())
    # Four matrices of attention and three of the feed-forward part, all of 256 by 256, in 2 layers.
    assert shape.linear_widths == 2 * 7 * 512
    assert shape.linear_parameters == 2 * 7 * 256 * 256
    assert (shape.layers, shape.hidden, shape.inner, shape.cached) == (2, 256, 256, 512)


def test_what_stays() -> None:
    adapter = needed(HALF, CONFIG, 500, 4)
    assert adapter.weights == 4 * HALF.parameters
    # Rank 16: 8.8 million numbers, as PEFT counts them too; a gradient and two moments of each.
    assert adapter.training == 4 * 3 * 16 * HALF.linear_widths == 4 * 3 * 8_798_208
    assert adapter.reference == 0
    whole = needed(HALF, replace(CONFIG, adapter_rank=0), 500, 4)
    assert whole.training == 4 * 3 * HALF.parameters
    assert whole.reference == whole.weights
    assert needed(HALF, replace(CONFIG, adapter_rank=0, steps=0), 500, 4).reference == 0


def test_four_bits_hold_the_linear_layers_alone() -> None:
    rounded = needed(HALF, replace(CONFIG, four_bit=True), 500, 4)
    embeddings = HALF.parameters - HALF.linear_parameters
    assert HALF.linear_parameters == 357_826_560
    assert rounded.weights == pytest.approx(4 * embeddings + 4.127 * 357_826_560 / 8, abs=1)


def test_passes_grow_with_rows_and_tokens() -> None:
    one = needed(HALF, replace(CONFIG, rows_per_pass=1), 500, 4).largest_pass
    assert needed(HALF, replace(CONFIG, rows_per_pass=4), 500, 4).largest_pass == 4 * one
    assert needed(HALF, replace(CONFIG, rows_per_pass=1), 1000, 4).largest_pass == 2 * one
    context = replace(HALF, context=500)
    assert needed(context, replace(CONFIG, rows_per_pass=1), 1000, 4).largest_pass == one
    assert needed(HALF, replace(CONFIG, rows_per_pass=1), 500, 2).largest_pass < one


@pytest.mark.parametrize(
    ("config", "free", "change"),
    [
        (CONFIG, 9, "pass --recompute"),
        (replace(CONFIG, recompute=True), 6, "pass --rows 2"),
        (replace(CONFIG, adapter_rank=0), 16, "pass --recompute"),
        (replace(CONFIG, adapter_rank=0), 8, "pass --recompute --adapter 16"),
        (CONFIG, 3, "take a smaller model"),
    ],
)
def test_a_refusal_names_what_would_fit(config, free: int, change: str) -> None:
    with pytest.raises(ConfigError, match=f"GB and {free}.0 GB are free; {change}$"):
        check_fits(HALF, config, 480, Machine(free * GB, 4))
    check_fits(HALF, config, 480, Machine(40 * GB, 4))


def test_recomputing_keeps_one_layer_and_what_goes_into_the_others() -> None:
    kept = replace(CONFIG, steps=0, rows_per_pass=1)
    saved = (
        needed(HALF, kept, 100, 4).total - needed(HALF, replace(kept, recompute=True), 100, 4).total
    )
    layer = 12 * 896 + 5 * 4864 // 2
    assert saved == 4 * 100 * (24 * layer - (24 * 896 + layer))


def test_the_longest_row(tiny_checkpoint: Path) -> None:
    tokenizer = HfTokenizer(load_trainable(tiny_checkpoint).tokenizer)
    source = b"def f():\n    return 1\n\n\ndef g(x):\n    return x + 1 + 2 + 3\n"
    short, long = get_language("python").units(source)
    assert longest_row([long, short], tokenizer, 96, nothing_beside) == longest_row(
        [long], tokenizer, 96, nothing_beside
    )
    assert (
        longest_row([long], tokenizer, 96, nothing_beside)
        > len(tokenizer.encode_plain(long.code)) + 96
    )
