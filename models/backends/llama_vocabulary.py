"""A GGUF model's tokenizer, and the way back from tokens to text, by low-level calls."""

import codecs
import ctypes
from typing import Any

from batdoc.models.backends.llama_library import library
from batdoc.models.prompts import CONTROL_TOKENS, END
from batdoc.source.errors import ModelError

_SPECIAL = ("bos", "eos", "eot", "sep", "nl", "pad")


class LlamaVocabulary:
    """The PromptTokenizer of a loaded model.

    Attributes:
        chat_template: As the model file has it, or None.
        special_tokens: Spellings by the names that chat templates use (`bos_token`, ...).
        size: Number of tokens.
    """

    def __init__(self, model: Any) -> None:
        self._llama = library()
        self._vocab = self._llama.llama_model_get_vocab(model)
        self.size = int(self._llama.llama_vocab_n_tokens(self._vocab))
        template = self._llama.llama_model_chat_template(model, None)
        self.chat_template: str | None = template.decode(errors="replace") if template else None
        self.special_tokens = self._spell_special_tokens()
        self._pieces: dict[int, bytes] = {}
        self._control = {token: self._find_control(token) for token in CONTROL_TOKENS}

    def control_id(self, token: str) -> int | None:
        """Give the id of a control token, or None if the vocabulary lacks it."""
        return self._control[token] if token in self._control else self._find_control(token)

    def encode_plain(self, text: str) -> list[int]:
        """Tokenize text in which nothing is a control token."""
        return self._tokenize(text, parse_special=False)

    def encode_template(self, text: str) -> list[int]:
        """Tokenize a trusted piece of a chat template, control tokens parsed."""
        return self._tokenize(text, parse_special=True)

    def ends(self, token: int) -> bool:
        """Tell whether a token ends an answer."""
        is_end = self._llama.llama_vocab_is_eog(self._vocab, token)
        return bool(is_end) or token == self._control[END]

    def piece(self, token: int) -> bytes:
        """Give a token's bytes, which may be part of a character; of a control token, none."""
        if token not in self._pieces:
            self._pieces[token] = self._read_piece(token)
        return self._pieces[token]

    def _read_piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(64)
        length = self._piece_into(buffer, token)
        if length < 0:  # too long for the buffer: the answer is the size it needs
            buffer = ctypes.create_string_buffer(-length)
            length = self._piece_into(buffer, token)
        return buffer.raw[:length]

    def _piece_into(self, buffer: "ctypes.Array[ctypes.c_char]", token: int) -> int:
        return int(
            self._llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, False)
        )

    def _tokenize(self, text: str, parse_special: bool) -> list[int]:
        # Lone surrogates come from file names and \x escapes gone wrong; no vocabulary has them.
        data = text.encode(errors="replace")
        size = len(data) + 2
        while True:
            tokens = (self._llama.llama_token * size)()
            count = self._llama.llama_tokenize(
                self._vocab, data, len(data), tokens, size, False, parse_special
            )
            if count >= 0:
                return list(tokens[:count])
            if -count <= size:
                raise ModelError("a text is too long to be tokenized; document a shorter unit")
            size = -count

    def _find_control(self, token: str) -> int | None:
        ids = self.encode_template(token)
        is_control = len(ids) == 1 and self._llama.llama_vocab_is_control(self._vocab, ids[0])
        return ids[0] if is_control else None

    def _spell_special_tokens(self) -> dict[str, str]:
        ids = {
            f"{name}_token": getattr(self._llama, f"llama_vocab_{name}")(self._vocab)
            for name in _SPECIAL
        }
        return {
            name: self._llama.llama_vocab_get_text(self._vocab, token).decode(errors="replace")
            for name, token in ids.items()
            # A model without such a token still gets an id from llama.cpp, that of some word.
            if token >= 0 and self._llama.llama_vocab_is_control(self._vocab, token)
        }


class TextOfTokens:
    """Text that grows token by token, where a character's bytes may come in several tokens."""

    def __init__(self, vocabulary: LlamaVocabulary) -> None:
        self.text = ""
        self._vocabulary = vocabulary
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def add(self, token: int) -> str:
        """Take a token and give the whole text, without a character that still lacks bytes."""
        self.text += self._decoder.decode(self._vocabulary.piece(token))
        return self.text
