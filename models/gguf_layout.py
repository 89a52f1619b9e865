"""What writing and reading a GGUF model share: its numbers, its names and the order of its rows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from batdoc.source.errors import ModelError

_ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
}


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers of config.json that the file format asks for."""

    architecture: str
    vocabulary: int
    context: int
    hidden: int
    feed_forward: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    norm_epsilon: float
    rope_theta: float
    is_tied: bool

    def gguf_name(self, name: str) -> str | None:
        """Translate a tensor's name in transformers; None if the architecture has none such."""
        names = gguf.get_tensor_name_map(_ARCHITECTURES[self.architecture], self.layers)
        found: str | None = names.get_name(name, try_suffixes=(".weight", ".bias"))
        return found

    def to_gguf_rows(self, name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Put a tensor's rows into llama.cpp's order.

        For Llama, transformers rotates the first half of a head's rows with the second half, and
        llama.cpp each even row with the odd one after it. For Qwen both use halves.
        """
        return self._swapped(name, values, (2, self.head_size // 2))

    def from_gguf_rows(self, name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Undo `to_gguf_rows`; `name` is still the one in transformers."""
        return self._swapped(name, values, (self.head_size // 2, 2))

    def _swapped(
        self, name: str, values: NDArray[np.float32], of_head: tuple[int, int]
    ) -> NDArray[np.float32]:
        heads = {"q_proj": self.heads, "k_proj": self.kv_heads}.get(name.split(".")[-2])
        if self.architecture != "llama" or heads is None:
            return values
        parts = values.reshape(heads, *of_head, -1)
        return parts.swapaxes(1, 2).reshape(values.shape)


def read_shape(model_dir: Path) -> ModelShape:
    """Read config.json.

    Raises:
        ModelError: It is missing, or the model has a part that GGUF or batdoc lacks.
    """
    try:
        config: dict[str, Any] = json.loads((model_dir / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{model_dir} has no readable config.json; name a model folder") from error
    _refuse_unknown(model_dir, config)
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    rope = config.get("rope_parameters") or config
    return ModelShape(
        architecture=config["model_type"],
        vocabulary=config["vocab_size"],
        context=config["max_position_embeddings"],
        hidden=hidden,
        feed_forward=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        heads=heads,
        kv_heads=config.get("num_key_value_heads") or heads,
        head_size=config.get("head_dim") or hidden // heads,
        norm_epsilon=config["rms_norm_eps"],
        rope_theta=rope.get("rope_theta", 10000.0),
        is_tied=config.get("tie_word_embeddings", False),
    )


def _refuse_unknown(model_dir: Path, config: dict[str, Any]) -> None:
    """Stop at settings that would be lost: the exported model would compute something else."""
    kind = config.get("model_type")
    if kind not in _ARCHITECTURES:
        known = " or ".join(_ARCHITECTURES)
        raise ModelError(f"{model_dir}: batdoc cannot export {kind} models; use {known}")
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    rope_type = rope.get("rope_type", rope.get("type", "default"))
    if rope_type != "default":
        raise ModelError(
            f"{model_dir}: batdoc cannot export {rope_type} position scaling; use a model without"
        )
    if config.get("use_sliding_window"):
        raise ModelError(f"{model_dir}: batdoc cannot export sliding windows; use a model without")
    if config.get("hidden_act", "silu") != "silu":
        raise ModelError(f"{model_dir}: batdoc exports models with SiLU alone; use such a model")
