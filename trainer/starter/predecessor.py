"""Begins a starter with what an earlier one has learned: its tokenizer, its weights, its hours."""

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer
from transformers import LlamaForCausalLM

from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import CONTROL_TOKENS, DOC
from batdoc.trainer.starter.card import METRICS_FILE, MODEL_FILE


def grown_tokenizer(predecessor: Path) -> Tokenizer:
    """Read a starter's tokenizer; control tokens that it lacks come behind its vocabulary."""
    tokenizer = Tokenizer.from_file(str(predecessor / "tokenizer.json"))
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in CONTROL_TOKENS]
    )
    return tokenizer


def grown_model(predecessor: Path, tokenizer: Tokenizer, context: int) -> LlamaForCausalLM:
    """Load a starter's weights; a new control token begins as the one before documentation.

    Args:
        predecessor: Folder of an earlier starter.
        tokenizer: Its own, grown.
        context: Tokens that the new one is to read.
    """
    model: LlamaForCausalLM = load_trainable(predecessor / MODEL_FILE).model
    known = model.config.vocab_size
    model.resize_token_embeddings(tokenizer.get_vocab_size(with_added_tokens=True))
    table = model.get_input_embeddings().weight
    with torch.no_grad():
        table[known:] = table[tokenizer.token_to_id(DOC)]
    model.config.max_position_embeddings = context
    return model.train()


def earlier_runs(predecessor: Path | None) -> list[dict[str, Any]]:
    """Tell the runs that a starter has behind it, the first one first."""
    if predecessor is None:
        return []
    facts = json.loads((predecessor / METRICS_FILE).read_text("utf-8"))
    return [*facts["training"]]
