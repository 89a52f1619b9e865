"""Reads what batdoc needs of a GGUF file: its words, its licence, and its weights for training.

The weights are read here and not by transformers, whose loader leaves the model marked as
quantised: such a model can be neither trained nor saved.
"""

import re
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from batdoc.models.gguf_layout import ModelShape
from batdoc.source.errors import ModelError


class GgufFile:
    """An open GGUF file, mapped from disk."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            ModelError: It is not a whole GGUF file.
        """
        try:
            self._reader = gguf.GGUFReader(path)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise ModelError(f"{path} is not a whole GGUF file; copy or export it again") from error
        self._path = path
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}

    def field(self, name: str) -> Any | None:
        """Read a piece of metadata, None if it is not there."""
        field = self._reader.fields.get(name)
        return field.contents() if field else None

    def tokens(self) -> tuple[str, ...]:
        """Read the vocabulary, by id."""
        return tuple(self.field("tokenizer.ggml.tokens") or ())

    def tensor_types(self) -> dict[str, str]:
        """Tell how each matrix is stored, by name."""
        return {
            name: tensor.tensor_type.name
            for name, tensor in self._tensors.items()
            if len(tensor.shape) > 1
        }

    def weight(self, name: str, shape: ModelShape) -> NDArray[np.float32]:
        """Read a tensor as float32, dequantised, as transformers has it.

        Args:
            name: In transformers.
            shape: Of the model.

        Raises:
            ModelError: The file has no such tensor.
        """
        tensor = self._tensors.get(shape.gguf_name(name))
        if tensor is None:
            raise ModelError(f"{self._path} lacks {name}; put its own config.json beside it")
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        return shape.from_gguf_rows(name, np.array(values, np.float32))


def license_of(model: Path) -> str | None:
    """Read a model's licence from its GGUF file, or from the model card in its folder."""
    if model.is_file():
        found = GgufFile(model).field("general.license")
        return str(found) if found else None
    card = model / "README.md"
    text = card.read_text("utf-8", errors="replace") if card.is_file() else ""
    front = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    line = re.search(r"^license: *(\S+)", front[1], re.MULTILINE) if front else None
    return line[1] if line else None
