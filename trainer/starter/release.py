"""Puts a trained starter where batdoc ships it: the GGUF, its words, and what training needs."""

import shutil
from pathlib import Path

from batdoc.models.prompts import END
from batdoc.source.lexicon import Lexicon
from batdoc.trainer.export import export
from batdoc.trainer.starter.card import MODEL_FILE
from batdoc.trainer.starter.corpus import read_corpus

_LEAST = 2  # functions that a word is in: one alone may be a slip


def release(work: Path, output: Path) -> None:
    """Export the last checkpoint as Q8_0; put the tokenizer and the words it has read beside it.

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
    write_words(work, output / MODEL_FILE)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(checkpoint / name, output / name)


def write_words(work: Path, model: Path) -> None:
    """Write the words of the functions that the starter learned from beside its file."""
    texts = (f"{each.code}\n{each.doc}" for each in read_corpus(work) if each.split == "train")
    Lexicon.of(texts, _LEAST).save(model)
