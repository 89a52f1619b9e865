"""From a trained checkpoint to one GGUF file that is proved to say the same.

Adapters are merged first, in 32 bit; the tokenizer files are the base's own bytes and the
vocabulary keeps its size. All work happens in a folder `.batdoc-*.tmp` beside the output, which
appears in one step, after the comparison, or not at all.
"""

import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from batdoc.models import prompts
from batdoc.models.backends.quantize import Quantization, quantize
from batdoc.models.catalogue import MODEL_FILE
from batdoc.models.checkpoint import (
    CHECKPOINT_FILE,
    Checkpoint,
    copy_tokenizer,
    load_trainable,
    tokenizer_hash,
)
from batdoc.models.confidence import Scale
from batdoc.models.gguf import GgufLabel, write_gguf
from batdoc.models.gguf_adapter import write_gguf_adapter
from batdoc.models.gguf_reader import GgufFile, license_of
from batdoc.models.parity import Parity, compare, compare_strictly, read_reference
from batdoc.source.errors import InputError, MissingExtraError, ModelError
from batdoc.source.files import TEMPORARY_PREFIX, TEMPORARY_SUFFIX
from batdoc.source.lexicon import Lexicon

CHECKPOINT_FOLDER = "checkpoint"

_EXACT = 0.001
_BOUNDS: dict[Quantization, float] = {"f16": 0.01, "q8_0": 0.15, "q4_k_m": 0.5}
_TYPES: dict[Quantization, set[str]] = {
    "f16": {"F16"},
    "q8_0": {"Q8_0"},
    "q4_k_m": {"Q4_K", "Q5_K", "Q6_K"},
}


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did and what was compared.

    Attributes:
        file: The model file.
        size: In bytes.
        quantization: Of its matrices.
        fallbacks: Matrices stored in a larger type, because their rows do not fit the blocks.
        texts: How many texts were tokenized alike.
        is_nfc: The model's own tokenizer composes characters and the file's does not; they were
            compared on composed text.
        exact: The unquantised file against the model.
        final: The file against the model.
    """

    file: Path
    size: int
    quantization: Quantization
    fallbacks: tuple[str, ...]
    texts: int
    is_nfc: bool
    exact: Parity
    final: Parity


@dataclass(frozen=True, slots=True)
class AdapterReport:
    """What was written and how it was compared.

    Attributes:
        file: The adapter's file.
        size: In bytes.
        base: The folder of the model that it adapts.
        parity: Of the base with the adapter, against the merged model.
    """

    file: Path
    size: int
    base: Path
    parity: Parity


def export(run: Path, output: Path, quantization: Quantization) -> ExportReport:
    """Export a trained model, or any Llama, Qwen2 or Qwen3 folder, as GGUF.

    Args:
        run: A training run, a checkpoint, a PEFT adapter or a Hugging Face model folder.
        output: The file to write; an older one is replaced once the new one is proved. Beside it
            are written the words that the model has read, and the scale of its confidence, where
            these are known; a scale is of one quantization.
        quantization: How the weights are stored.

    Raises:
        ExportError: The file would differ from the model; nothing was written.
        InputError: `run` holds no model, or `output` cannot be written.
        ModelError: The model cannot be exported.
        MissingExtraError: The training extra is not installed.
    """
    checkpoint = find_checkpoint(run)
    with _writing(output) as work:
        report = _export_in(work, checkpoint, output, quantization)
        if lexicon := Lexicon.load(run):
            lexicon.save(output)
        served = run / MODEL_FILE
        if (scale := Scale.load(served)) and served.stat().st_size == report.size:
            scale.save(output)
    return report


@contextmanager
def _writing(output: Path) -> Iterator[Path]:
    """Give the folder to work in; a disk that refuses is told in a sentence."""
    if output.is_dir() or not output.parent.is_dir():
        raise InputError(f"{output} cannot be written; name a file in a folder that exists")
    try:
        with _work_folder(output.parent) as work:
            yield Path(work)
    except OSError as error:
        raise InputError(
            f"{output} cannot be written ({error.strerror}); free some space or name another folder"
        ) from error


def _work_folder(parent: Path) -> "tempfile.TemporaryDirectory[str]":
    """Make the folder in which everything happens, on the output's own disk."""
    return tempfile.TemporaryDirectory(
        suffix=TEMPORARY_SUFFIX, prefix=TEMPORARY_PREFIX, dir=parent, ignore_cleanup_errors=True
    )


def find_checkpoint(run: Path) -> Path:
    """Find the folder with the trained weights.

    Raises:
        InputError: There is none.
    """
    for folder in (run / CHECKPOINT_FOLDER, run):
        if any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
            return folder
    raise InputError(f"{run} holds no trained model; name the folder that `batdoc train` wrote")


def export_adapter(run: Path, output: Path) -> AdapterReport:
    """Export a PEFT adapter as a GGUF file of its own, for the GGUF file of its base.

    Args:
        run: A folder that PEFT wrote, or a run whose checkpoint is one.
        output: The file to write; an older one is replaced once the new one is proved: put over
            the base it says the same as the merged model.

    Raises:
        ExportError: It would differ from the merged model; nothing was written.
        InputError: `run` holds no adapter, or `output` cannot be written.
        ModelError: The adapter cannot be exported.
        MissingExtraError: The training extra is not installed.
    """
    adapter = find_checkpoint(run)
    if not (adapter / "adapter_config.json").is_file():
        raise InputError(f"{run} holds whole weights and no adapter; leave --adapter-only out")
    with _writing(output) as work:
        base, file, under = _base_of(adapter), work / "adapter.gguf", work / "base.gguf"
        label = GgufLabel(_name(adapter), license_of(base), prompts.VERSION)
        write_gguf_adapter(adapter, base, file, label)
        write_gguf(base, under, label)
        whole = _whole_model(adapter, work)
        parity = compare_strictly(under, read_reference(whole.folder), _EXACT, file)
        report = AdapterReport(output, file.stat().st_size, base, parity)
        _publish(file, output)
    return report


def _export_in(
    work: Path, checkpoint: Path, output: Path, quantization: Quantization
) -> ExportReport:
    source = _whole_model(checkpoint, work)
    exact, final = work / "f32.gguf", work / "final.gguf"
    write_gguf(source.folder, exact, source.label)
    reference = read_reference(source.folder)
    exact_parity = compare_strictly(exact, reference, _EXACT)
    quantize(exact, final, quantization)
    final_parity = compare(final, reference, _BOUNDS[quantization])
    fits = _TYPES[quantization]
    report = ExportReport(
        file=output,
        size=final.stat().st_size,
        quantization=quantization,
        fallbacks=tuple(
            n for n, kind in GgufFile(final).tensor_types().items() if kind not in fits
        ),
        texts=len(reference.texts),
        is_nfc=reference.is_nfc,
        exact=exact_parity,
        final=final_parity,
    )
    _publish(final, output)
    return report


@dataclass(frozen=True, slots=True)
class _Source:
    """A folder with all the weights of what is exported, and what the file will say of itself."""

    folder: Path
    label: GgufLabel


def _whole_model(checkpoint: Path, work: Path) -> _Source:
    """Give the checkpoint's own folder, or one merged in `work` if it holds an adapter."""
    record = Checkpoint.load(checkpoint) if (checkpoint / CHECKPOINT_FILE).is_file() else None
    base = Path(record.base_model) if record else None
    folder = checkpoint
    adapter = checkpoint / ((record and record.adapter) or ".")
    if (adapter / "adapter_config.json").is_file():
        base = base or _base_of(adapter)
        folder = _merge(adapter, base, work / "merged")
    if record and tokenizer_hash(folder) != record.tokenizer_hash:
        raise ModelError(
            f"{checkpoint} was trained with another tokenizer than the one in {base}; "
            "restore the base model's files"
        )
    version = record.prompt_version if record else prompts.VERSION
    return _Source(folder, GgufLabel(_name(checkpoint), license_of(base or checkpoint), version))


def _name(checkpoint: Path) -> str:
    folder = checkpoint.resolve()
    return folder.parent.name if folder.name == CHECKPOINT_FOLDER else folder.name


def _base_of(adapter: Path) -> Path:
    settings = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
    base = Path(settings["base_model_name_or_path"])
    if not base.exists():
        raise ModelError(f"{adapter} adapts {base}, which is not there; put the base model back")
    return base


def _merge(adapter: Path, base: Path, merged: Path) -> Path:
    """Add an adapter to its base's weights, in 32 bit, beside the base's own tokenizer files."""
    try:
        from peft import PeftModel
    except ImportError as error:
        raise MissingExtraError("merging an adapter", "train") from error
    whole = load_trainable(base)
    merged.mkdir()
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        adapted = PeftModel.from_pretrained(whole.model, str(adapter))
    adapted.merge_and_unload().save_pretrained(merged)
    copy_tokenizer(whole.folder, merged)
    return merged


def _publish(file: Path, output: Path) -> None:
    """Move a finished file to its place: readers find the old one or the new one, never a part."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
    file.replace(output)
