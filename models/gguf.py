"""Writes a Hugging Face folder (Llama, Qwen2 or Qwen3) as an F32 GGUF file, without torch.

The same folder gives the same bytes. Tensors stream from disk, so memory holds one at a time.
llama.cpp makes it smaller (models.backends.quantize), and models.parity checks whether it says the
same as the model.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import gguf
import numpy as np

from batdoc.models.gguf_layout import ModelShape, read_shape
from batdoc.models.gguf_tokenizer import read_tokenizer
from batdoc.models.weights import StoredTensor, stored_tensors
from batdoc.source.errors import ModelError

_F32 = np.dtype(np.float32)


@dataclass(frozen=True, slots=True)
class GgufLabel:
    """What a model file says of itself.

    Attributes:
        name: For people.
        license: As an SPDX identifier, or None if it is not known.
        prompt_version: Of the prompts in models.prompts that the model was trained with.
    """

    name: str
    license: str | None
    prompt_version: int


def write_gguf(model_dir: Path, out: Path, label: GgufLabel) -> None:
    """Write a model as GGUF, every value as F32.

    Args:
        model_dir: config.json, safetensors weights and the tokenizer files.
        out: The file to write; what stands there is replaced as it is written.
        label: What the file says of itself.

    Raises:
        ModelError: The model is not one that can be written, for the reason given.
    """
    shape = read_shape(model_dir)
    tokenizer = read_tokenizer(model_dir, shape.vocabulary)
    tensors = _named_tensors(model_dir, shape)
    writer = gguf.GGUFWriter(out, shape.architecture)
    add_label(writer, label, gguf.GGUFType.MODEL)
    _add_shape(writer, shape)
    tokenizer.add_to(writer)
    for name, tensor in tensors.items():
        writer.add_tensor_info(name, tensor.shape, _F32, prod(tensor.shape) * _F32.itemsize)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor in tensors.values():
            values = shape.to_gguf_rows(tensor.name, tensor.load())
            writer.write_tensor_data(np.ascontiguousarray(values))
    finally:
        writer.close()


def _named_tensors(model_dir: Path, shape: ModelShape) -> dict[str, StoredTensor]:
    """Give each tensor its GGUF name, in the order of the file.

    The output matrix of a tied model is its embedding, and buffers of rotary embeddings are
    computed when a model is loaded: neither is stored.
    """
    named: dict[str, StoredTensor] = {}
    for tensor in stored_tensors(model_dir).values():
        is_derived = tensor.name == "lm_head.weight" and shape.is_tied
        if is_derived or tensor.name.endswith(".rotary_emb.inv_freq"):
            continue
        name = shape.gguf_name(tensor.name)
        if name is None:
            raise ModelError(
                f"{model_dir}: batdoc cannot export the tensor {tensor.name}; "
                "merge adapters into the model first"
            )
        named[name] = tensor
    _check_vocabulary(model_dir, named, shape)
    return named


def _check_vocabulary(model_dir: Path, named: dict[str, StoredTensor], shape: ModelShape) -> None:
    embedding = named.get("token_embd.weight")
    rows = embedding.shape[0] if embedding else 0
    if rows != shape.vocabulary:
        raise ModelError(
            f"{model_dir}: the embedding has {rows} tokens but config.json says "
            f"{shape.vocabulary}; export a model whose vocabulary was not resized"
        )


def add_label(writer: gguf.GGUFWriter, label: GgufLabel, kind: str) -> None:
    """Write what a file says of itself; its kind is a model or an adapter."""
    writer.add_type(kind)
    writer.add_name(label.name)
    if label.license:
        writer.add_license(label.license)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_uint32("batdoc.prompt_version", label.prompt_version)


def _add_shape(writer: gguf.GGUFWriter, shape: ModelShape) -> None:
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_block_count(shape.layers)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_size)
    writer.add_value_length(shape.head_size)
    writer.add_rope_dimension_count(shape.head_size)
    writer.add_rope_freq_base(shape.rope_theta)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
