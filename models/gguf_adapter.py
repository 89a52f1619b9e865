"""Writes a PEFT adapter (LoRA) as a GGUF file of its own, for llama.cpp to put over a base model.

Its two matrices stand for a change of a base's matrix: B A alpha / r (Hu et al. 2021).
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from batdoc.models.gguf import GgufLabel, add_label
from batdoc.models.gguf_layout import ModelShape, read_shape
from batdoc.models.weights import StoredTensor, tensors_of
from batdoc.source.errors import ModelError

_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_PREFIX = "base_model.model."
_PARTS = {".lora_A.weight": "lora_a", ".lora_B.weight": "lora_b"}
_LOST = ("use_dora", "alora_invocation_tokens", "modules_to_save", "rank_pattern", "alpha_pattern")


def write_gguf_adapter(adapter: Path, base: Path, out: Path, label: GgufLabel) -> None:
    """Write an adapter as GGUF, every value as F32.

    Args:
        adapter: adapter_config.json and safetensors weights, as PEFT writes them.
        base: The folder of the model that it adapts.
        out: The file to write; what stands there is replaced as it is written.
        label: What the file says of itself.

    Raises:
        ModelError: The adapter is not one that can be written, for the reason given.
    """
    settings, shape = _settings(adapter), read_shape(base)
    tensors = {
        _name(adapter, tensor.name, shape): _rows(tensor, shape)
        for tensor in tensors_of(adapter / _WEIGHTS)
    }
    writer = gguf.GGUFWriter(out, shape.architecture)
    add_label(writer, label, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, _alpha(settings))
    for name, values in sorted(tensors.items()):
        writer.add_tensor(name, values)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _settings(adapter: Path) -> Mapping[str, Any]:
    try:
        settings: dict[str, Any] = json.loads((adapter / _CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{adapter} has no readable {_CONFIG}; name a PEFT adapter") from error
    lost = [name for name in _LOST if settings.get(name)]
    if settings.get("peft_type") != "LORA" or settings.get("bias", "none") != "none" or lost:
        what = ", ".join(lost) or settings.get("peft_type")
        raise ModelError(
            f"{adapter}: a GGUF adapter cannot say {what}; export the whole model instead"
        )
    return settings


def _alpha(settings: Mapping[str, Any]) -> float:
    """Give what llama.cpp divides by the rank."""
    alpha, rank = float(settings["lora_alpha"]), int(settings["r"])
    return alpha * math.sqrt(rank) if settings.get("use_rslora") else alpha


def _name(adapter: Path, name: str, shape: ModelShape) -> str:
    for ending, part in _PARTS.items():
        if name.startswith(_PREFIX) and name.endswith(ending):
            adapted = shape.gguf_name(f"{name[len(_PREFIX) : -len(ending)]}.weight")
            if adapted is not None:
                return f"{adapted}.{part}"
    raise ModelError(
        f"{adapter}: a GGUF adapter has no place for {name}; export the whole model instead"
    )


def _rows(tensor: StoredTensor, shape: ModelShape) -> NDArray[np.float32]:
    """Put the rows of B, which are those of the adapted matrix, into llama.cpp's order."""
    values = tensor.load()
    for ending, part in _PARTS.items():
        if part == "lora_b" and tensor.name.endswith(ending):
            values = shape.to_gguf_rows(f"{tensor.name[: -len(ending)]}.weight", values)
    return np.ascontiguousarray(values)
