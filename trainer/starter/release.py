"""Puts a trained starter where batdoc ships it: the GGUF and the files that training needs."""

import shutil
from pathlib import Path

from batdoc.models.prompts import END
from batdoc.trainer.export import export
from batdoc.trainer.starter.card import MODEL_FILE


def release(work: Path, output: Path) -> None:
    """Export the last checkpoint as Q8_0 and copy the tokenizer beside it.

    Raises:
        ExportError: The exported model differs from the trained one.
    """
    from transformers import PreTrainedTokenizerFast

    checkpoint = work / "checkpoint"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(work / "tokenizer.json"), eos_token=END, pad_token=END
    )
    tokenizer.save_pretrained(checkpoint)
    output.mkdir(parents=True, exist_ok=True)
    export(checkpoint, output / MODEL_FILE, "q8_0")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(checkpoint / name, output / name)
