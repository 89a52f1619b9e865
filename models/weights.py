"""Reads a Hugging Face folder's weights one tensor at a time, mapped from disk, without torch.

Only safetensors: a pickle can run code when it is opened. bfloat16, which numpy lacks, comes out
as float32, which holds every one of its values.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batdoc.source.errors import ModelError

_DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
}
_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where one tensor lies on disk; nothing is read until `load`.

    Attributes:
        name: As transformers spells it.
        shape: Rows first.
        dtype: In the file: F32, F16 or BF16.
        file: The safetensors file.
        offset: Of the first byte in the file.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    file: Path
    offset: int

    def load(self) -> NDArray[np.float32]:
        """Read the values as float32."""
        stored: NDArray[Any] = np.memmap(
            self.file, _DTYPES[self.dtype], "r", self.offset, self.shape
        )
        if self.dtype == "BF16":
            stored = (stored.astype(np.uint32) << 16).view(np.float32)
        return np.asarray(stored, np.float32)


def stored_tensors(folder: Path) -> dict[str, StoredTensor]:
    """Find every tensor of a model folder, by name, in the order of the names.

    Raises:
        ModelError: There are no safetensors weights, or a file is cut off or of an unknown type.
    """
    found = [tensor for file in _weight_files(folder) for tensor in tensors_of(file)]
    return {tensor.name: tensor for tensor in sorted(found, key=lambda t: t.name)}


def _weight_files(folder: Path) -> list[Path]:
    if (folder / _INDEX).is_file():
        index = json.loads((folder / _INDEX).read_text("utf-8"))
        return [folder / name for name in sorted(set(index["weight_map"].values()))]
    if (folder / _SINGLE).is_file():
        return [folder / _SINGLE]
    raise ModelError(f"{folder} has no {_SINGLE}; save the model in safetensors format")


def tensors_of(file: Path) -> Iterator[StoredTensor]:
    """Find every tensor of one safetensors file.

    Raises:
        ModelError: It is missing, cut off or of an unknown type.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(min(length, size)))
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} is not a whole safetensors file; copy it again") from error
    header.pop("__metadata__", None)
    for name, entry in header.items():
        yield _describe(name, entry, file, 8 + length, size)


def _describe(name: str, entry: dict[str, Any], file: Path, start: int, size: int) -> StoredTensor:
    dtype = entry["dtype"]
    if dtype not in _DTYPES:
        raise ModelError(f"{file}: {name} is stored as {dtype}; save the model in 16 or 32 bit")
    shape, (begin, end) = entry["shape"], entry["data_offsets"]
    if end - begin != prod(shape) * _DTYPES[dtype].itemsize or start + end > size:
        raise ModelError(f"{file} is cut off at {name}; copy it again")
    return StoredTensor(name, tuple(shape), dtype, file, start + begin)
