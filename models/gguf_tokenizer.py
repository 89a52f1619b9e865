"""Turns a Hugging Face folder's tokenizer files into the metadata that llama.cpp tokenizes with.

Only byte-level BPE, which both architectures that batdoc exports use. The words a text is cut into
before BPE are a regular expression in tokenizer.json and a name in GGUF; only the known pairs are
exported, because a wrong one gives a model that reads other tokens than it was trained on.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gguf import GGUFWriter, TokenType

from batdoc.source.errors import ModelError

_QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@dataclass(frozen=True, slots=True)
class GgufTokenizer:
    """A byte-level BPE tokenizer as GGUF spells it.

    Attributes:
        pre: llama.cpp's name for the way text is cut into words.
        tokens: By id.
        types: By id: normal, control, user defined or unused.
        merges: Best first, two tokens with a space between.
        special_ids: By role, those of "bos", "eos" and "pad" that the model has.
        adds_bos: Whether the model expects each text to start with "bos".
        chat_template: In jinja2, or None.
    """

    pre: str
    tokens: tuple[str, ...]
    types: tuple[TokenType, ...]
    merges: tuple[str, ...]
    special_ids: dict[str, int]
    adds_bos: bool
    chat_template: str | None

    def add_to(self, writer: GGUFWriter) -> None:
        """Put the tokenizer into a file's metadata."""
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(self.pre)
        writer.add_token_list(list(self.tokens))
        writer.add_token_types(list(self.types))
        writer.add_token_merges(list(self.merges))
        if "bos" in self.special_ids:
            writer.add_bos_token_id(self.special_ids["bos"])
        if "eos" in self.special_ids:
            writer.add_eos_token_id(self.special_ids["eos"])
        if "pad" in self.special_ids:
            writer.add_pad_token_id(self.special_ids["pad"])
        writer.add_add_bos_token(self.adds_bos)
        if self.chat_template:
            writer.add_chat_template(self.chat_template)


def read_tokenizer(folder: Path, vocabulary_size: int) -> GgufTokenizer:
    """Read tokenizer.json and tokenizer_config.json.

    Args:
        folder: A Hugging Face model folder.
        vocabulary_size: Rows of the embedding; those without a token become unused ones.

    Raises:
        ModelError: A file is missing, or the tokenizer is not one that llama.cpp can follow.
    """
    data = _read_json(folder / "tokenizer.json")
    settings = _read_json(folder / "tokenizer_config.json")
    if data["model"].get("type") != "BPE" or data["model"].get("byte_fallback"):
        raise ModelError(f"{folder}: the tokenizer is not byte-level BPE; use a model that has one")
    pieces = _pieces(data)
    if pieces and max(pieces) >= vocabulary_size:
        raise ModelError(
            f"{folder}: the tokenizer has {max(pieces) + 1} tokens but the model has "
            f"{vocabulary_size}; copy the tokenizer files that belong to the model"
        )
    rows = [pieces.get(i, (f"[PAD{i}]", TokenType.UNUSED)) for i in range(vocabulary_size)]
    return GgufTokenizer(
        pre=_pre_tokenizer_name(folder, data["pre_tokenizer"]),
        tokens=tuple(text for text, _ in rows),
        types=tuple(kind for _, kind in rows),
        merges=tuple(m if isinstance(m, str) else " ".join(m) for m in data["model"]["merges"]),
        special_ids=_special_ids(settings, {text: i for i, (text, _) in pieces.items()}),
        adds_bos=bool(settings.get("add_bos_token", False)),
        chat_template=_chat_template(folder, settings),
    )


def normalizes_to_nfc(folder: Path) -> bool:
    """Tell whether the tokenizer composes characters first, which llama.cpp never does."""
    return '"NFC"' in json.dumps(_read_json(folder / "tokenizer.json").get("normalizer"))


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{file} is missing; copy it from the base model") from None
    except ValueError as error:
        raise ModelError(f"{file} is not valid JSON; copy it from the base model") from error
    if not isinstance(content, dict):
        raise ModelError(f"{file} is not a JSON object; copy it from the base model")
    return content


def _pieces(data: dict[str, Any]) -> dict[int, tuple[str, TokenType]]:
    """Give the text and the kind of every id; added tokens overrule the learned ones."""
    pieces = {i: (text, TokenType.NORMAL) for text, i in data["model"]["vocab"].items()}
    for token in data.get("added_tokens", []):
        kind = TokenType.CONTROL if token["special"] else TokenType.USER_DEFINED
        pieces[token["id"]] = (token["content"], kind)
    return pieces


def _pre_tokenizer_name(folder: Path, pre_tokenizer: dict[str, Any]) -> str:
    steps = pre_tokenizer.get("pretokenizers", [pre_tokenizer])
    kinds = [step["type"] for step in steps]
    if kinds == ["ByteLevel"] and steps[0]["use_regex"] and not steps[0]["add_prefix_space"]:
        return "gpt-2"
    is_split = kinds == ["Split", "ByteLevel"] and not steps[1]["use_regex"]
    if is_split and steps[0]["pattern"].get("Regex") == _QWEN2_WORDS:
        return "qwen2"
    raise ModelError(
        f"{folder}: the tokenizer cuts words in a way that batdoc cannot export; "
        "use a model with GPT-2's or Qwen2's pre-tokenizer"
    )


def _special_ids(settings: dict[str, Any], id_of: dict[str, int]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for role in ("bos", "eos", "pad"):
        token = settings.get(f"{role}_token")
        text = token["content"] if isinstance(token, dict) else token
        if text in id_of:
            ids[role] = id_of[text]
    return ids


def _chat_template(folder: Path, settings: dict[str, Any]) -> str | None:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text("utf-8")
    template = settings.get("chat_template")
    if isinstance(template, list):  # named templates; the first release of the format had these
        template = next((t["template"] for t in template if t["name"] == "default"), None)
    return template
