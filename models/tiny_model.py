"""Writes a tiny random Llama with batdoc's control tokens: something real to run when no model is.

The probe and the tests use it. It knows the bytes and a few merges, and its weights are noise, so
what it says means nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gguf import (
    GGMLQuantizationType,
    GGUFWriter,
    LlamaFileType,
    TokenType,
    quants,
)
from numpy.typing import NDArray

from batdoc.models.prompts import CONTROL_TOKENS, END

_HIDDEN = 256
_FEED_FORWARD = 512
_LAYERS = 2
_HEADS = 4
_MERGES = ("t h", "th e", "i n", "r e", "Ġ Ġ", "ĠĠ ĠĠ", "ĠĠĠĠ ĠĠĠĠ", "Ã ©")


def write_tiny_model(
    path: Path,
    quantization: GGMLQuantizationType = GGMLQuantizationType.Q8_0,
    seed: int = 0,
    context_size: int = 512,
    chat_template: str | None = None,
) -> None:
    """Write the model file.

    Args:
        path: A GGUF file, replaced if it is there.
        quantization: Of the matrices; norms stay F32.
        seed: Of the weights.
        context_size: How long the model says that it can read.
        chat_template: Stored with the tokenizer; with it the control tokens are left out, so that
            the model is spoken to as an instruct model is.
    """
    tokens = _vocabulary(with_control=chat_template is None)
    writer = GGUFWriter(path, "llama")
    _add_shape(writer, quantization, context_size, len(tokens))
    _add_tokenizer(writer, tokens, chat_template)
    for name, matrix in _weights(len(tokens), seed):
        if matrix.ndim == 1 or quantization is GGMLQuantizationType.F32:
            writer.add_tensor(name, matrix)
        else:
            writer.add_tensor(name, quants.quantize(matrix, quantization), raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def byte_alphabet() -> list[str]:
    """Give the printable characters that byte-level BPE writes the 256 bytes with, in order."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    unprintable = [byte for byte in range(256) if byte not in printable]
    return [
        chr(byte) if byte in printable else chr(256 + unprintable.index(byte))
        for byte in range(256)
    ]


def _vocabulary(with_control: bool) -> list[tuple[str, TokenType]]:
    control = CONTROL_TOKENS if with_control else (END, "<|user|>")
    return [
        *((token, TokenType.CONTROL) for token in control),
        *((char, TokenType.NORMAL) for char in byte_alphabet()),
        *((merge.replace(" ", ""), TokenType.NORMAL) for merge in _MERGES),
    ]


def _add_shape(
    writer: GGUFWriter, quantization: GGMLQuantizationType, context_size: int, tokens: int
) -> None:
    writer.add_name("batdoc tiny random")
    writer.add_context_length(context_size)
    writer.add_embedding_length(_HIDDEN)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_HIDDEN // _HEADS)
    writer.add_vocab_size(tokens)
    writer.add_file_type(
        LlamaFileType.ALL_F32
        if quantization is GGMLQuantizationType.F32
        else LlamaFileType.MOSTLY_Q8_0
    )


def _add_tokenizer(
    writer: GGUFWriter, tokens: list[tuple[str, TokenType]], chat_template: str | None
) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_types([kind for _, kind in tokens])
    writer.add_token_merges(list(_MERGES))
    writer.add_eos_token_id(0)
    writer.add_add_bos_token(False)
    if chat_template is not None:
        writer.add_chat_template(chat_template)


def _weights(tokens: int, seed: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield tensors in llama.cpp's names and shapes; the output shares the token embedding."""
    random = np.random.default_rng(seed)

    def noise(*shape: int) -> NDArray[np.float32]:
        # Wide enough that logits differ clearly, so that greedy choices have no near ties.
        values: NDArray[np.float32] = random.standard_normal(shape, dtype=np.float32)
        return values / np.float32(shape[-1] ** 0.5)

    yield "token_embd.weight", noise(tokens, _HIDDEN)
    yield "output_norm.weight", np.full(_HIDDEN, 8, np.float32)
    for layer in range(_LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            yield f"blk.{layer}.{name}.weight", np.ones(_HIDDEN, np.float32)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"blk.{layer}.{name}.weight", noise(_HIDDEN, _HIDDEN)
        for name in ("ffn_gate", "ffn_up"):
            yield f"blk.{layer}.{name}.weight", noise(_FEED_FORWARD, _HIDDEN)
        yield f"blk.{layer}.ffn_down.weight", noise(_HIDDEN, _FEED_FORWARD)
