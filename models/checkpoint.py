"""A trained model on disk: what it was made from, what it is worth, and how training loads one.

A checkpoint is a Hugging Face folder (or a PEFT adapter's) with `checkpoint.json` beside the
weights. Leaves out how a run's card looks (trainer) and how a GGUF is served (models.backends).
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from batdoc.models.gguf_layout import read_shape
from batdoc.models.gguf_reader import GgufFile
from batdoc.models.gguf_tokenizer import read_tokenizer
from batdoc.source.errors import MissingExtraError, ModelError

CHECKPOINT_FILE = "checkpoint.json"
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What `checkpoint.json` records.

    Attributes:
        base_model: The path that training started from.
        adapter: The PEFT adapter's folder, relative to the checkpoint; None if all weights were
            trained.
        tokenizer_hash: Of the tokenizer that the weights were trained with.
        prompt_version: Of the prompts that the weights were trained with.
        gguf_files: Exports of this checkpoint, by quantisation.
        metrics_before: Of the base model on the held-out files.
        metrics_after: Of this one.
    """

    base_model: str
    adapter: str | None
    tokenizer_hash: str
    prompt_version: int
    gguf_files: dict[str, str]
    metrics_before: dict[str, float]
    metrics_after: dict[str, float]

    def save(self, folder: Path) -> None:
        """Write the record into a checkpoint's folder."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"
        (folder / CHECKPOINT_FILE).write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Checkpoint":
        """Read the record of a checkpoint's folder.

        Raises:
            ModelError: There is none, or it has other fields.
        """
        file = folder / CHECKPOINT_FILE
        try:
            return cls(**json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{file} is no record of a checkpoint; train again") from error


@dataclass(frozen=True, slots=True)
class Trainable:
    """A model as training wants it.

    Attributes:
        model: A transformers causal language model, in 32 bit, on the CPU.
        tokenizer: The transformers tokenizer that belongs to it.
        path: What it was read from: a Hugging Face folder, or a GGUF file with its tokenizer files
            beside it.
    """

    model: Any
    tokenizer: Any
    path: Path

    @property
    def folder(self) -> Path:
        """Where its tokenizer files lie."""
        return self.path if self.path.is_dir() else self.path.parent


def load_trainable(path: Path, read_folder: Callable[[Path], Any] | None = None) -> Trainable:
    """Load what training starts from.

    Args:
        path: A Hugging Face folder, or a GGUF file with config.json and the tokenizer files beside
            it.
        read_folder: Reads the model of a folder in another form than whole and in 32 bit.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: The model or its tokenizer is missing, damaged, or one not made for the other.
    """
    try:
        from transformers import AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtraError("training", "train") from error
    logging.disable_progress_bar()
    folder = _checked_folder(path)
    try:
        model = _read_gguf(path) if path.is_file() else (read_folder or _read_folder)(folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be loaded; copy or export it again") from error
    return Trainable(model, tokenizer, path)


def _read_folder(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )


def _read_gguf(path: Path) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    file, shape = GgufFile(path), read_shape(path.parent)
    config = AutoConfig.from_pretrained(path.parent, local_files_only=True)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(file.weight(name, shape)))
    return model


def tokenizer_hash(folder: Path) -> str:
    """Give the SHA-256 of a folder's tokenizer.json.

    Raises:
        ModelError: There is none.
    """
    file = folder / "tokenizer.json"
    if not file.is_file():
        raise ModelError(f"{file} is missing; copy it from the base model")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def copy_tokenizer(source: Path, target: Path) -> None:
    """Copy a model's tokenizer files byte for byte: a tokenizer saved anew is often another."""
    for name in TOKENIZER_FILES:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)


def _checked_folder(path: Path) -> Path:
    """Give the folder of a model's tokenizer files, which must be there and its own."""
    if not path.exists():
        raise ModelError(f"{path} does not exist; name a model folder or a GGUF file")
    folder = path if path.is_dir() else path.parent
    needed = ("config.json", "tokenizer.json", "tokenizer_config.json")
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"{path} cannot be trained without {', '.join(missing)} beside it; "
            "copy them from the model's folder"
        )
    tokenizer = read_tokenizer(folder, read_shape(folder).vocabulary)
    if path.is_file() and tokenizer.tokens != GgufFile(path).tokens():
        raise ModelError(
            f"{folder / 'tokenizer.json'} is not the tokenizer of {path.name}; "
            "copy the one that belongs to it"
        )
    return folder
