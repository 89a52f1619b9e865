"""Every logit of a text, straight from llama.cpp: what an export is compared by."""

import ctypes
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batdoc.models.backends.llama_library import library, load_model, reason
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.source.errors import ModelError


class LogitReader(AbstractContextManager["LogitReader"]):
    """A model file opened to be looked at, one text at a time; slow, exact and not for serving.

    Attributes:
        vocabulary: The file's own tokenizer.
    """

    def __init__(self, path: Path, longest: int, adapter: Path | None = None) -> None:
        """Open a model file.

        Args:
            path: A GGUF file.
            longest: The most tokens that a text will have.
            adapter: A GGUF file with an adapter to put over it.

        Raises:
            ModelError: The file cannot be loaded.
        """
        self._llama = library()
        self._model = load_model(path)
        self.vocabulary = LlamaVocabulary(self._model)
        parameters = self._llama.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = longest
        # A cache in half precision would blur what is compared here.
        parameters.type_k = parameters.type_v = self._llama.GGML_TYPE_F32
        parameters.flash_attn_type = self._llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self._context = self._llama.llama_init_from_model(self._model, parameters)
        if not self._context:
            self._llama.llama_model_free(self._model)
            raise ModelError(f"{path} cannot be run{reason()}")
        if adapter is not None:
            self._put_over(adapter)

    def _put_over(self, adapter: Path) -> None:
        """Put an adapter over the model, which frees it in the end."""
        llama = self._llama
        loaded = llama.llama_adapter_lora_init(self._model, os.fsencode(adapter))
        if not loaded:
            self.__exit__(None, None, None)
            raise ModelError(f"{adapter} cannot be put over the model{reason()}")
        adapters = (llama.llama_adapter_lora_p_ctypes * 1)(loaded)
        llama.llama_set_adapters_lora(self._context, adapters, 1, (ctypes.c_float * 1)(1.0))

    def logits(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Read a text.

        Returns:
            (T, V): row t tells what follows the tokens up to and with t.

        Raises:
            ModelError: The engine failed.
        """
        llama, count = self._llama, len(ids)
        llama.llama_memory_clear(llama.llama_get_memory(self._context), True)
        batch = llama.llama_batch_init(count, 0, 1)
        try:
            self._fill(batch, ids)
            if llama.llama_decode(self._context, batch) != 0:
                raise ModelError(f"llama.cpp failed on a text of {count} tokens{reason()}")
            values = llama.llama_get_logits(self._context)
            return np.ctypeslib.as_array(values, (count, self.vocabulary.size)).copy()
        finally:
            llama.llama_batch_free(batch)

    def _fill(self, batch: Any, ids: Sequence[int]) -> None:
        batch.n_tokens = len(ids)
        for i, token in enumerate(ids):
            batch.token[i] = token
            batch.pos[i] = i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = 0
            batch.logits[i] = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the model."""
        self._llama.llama_free(self._context)
        self._llama.llama_model_free(self._model)
