"""What llama.cpp remembers of several texts at once, and one step forward in all of them.

Every text has a sequence of its own with its own part of the memory (`kv_unified` off): with one
shared memory each text would be compared with all the others' cells, which measured slower than
one text at a time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from batdoc.models.backends.llama_library import AbortFlag, library, load_model, reason
from batdoc.models.backends.sampling import Floats
from batdoc.models.backends.token_batch import Feed, TokenBatch
from batdoc.source.errors import Cancelled, ModelError

_TOKENS_A_STEP = 256  # 2% slower than 512, and a stop or a newcomer waits half as long
_LOGITS_A_STEP = 32 << 20  # bytes
_SMALLEST_BUDGET = 256 << 20  # bytes
_LONGEST_CONTEXT = 4096
_MOST_SEQUENCES = 16
_OK, _ABORTED = 0, 2


class LlamaContext:
    """A loaded model and its memory; used from one thread at a time.

    Attributes:
        model: The loaded model.
        size: Tokens that fit one sequence.
        sequences: How many there are.
        room: Tokens that one decode takes.
        most_outputs: Of how many of them it gives the logits.
    """

    def __init__(self, path: Path, threads: int) -> None:
        """Load a model.

        Args:
            path: A GGUF file.
            threads: For computing.

        Raises:
            ModelError: The file cannot be used, or its memory does not fit the machine.
        """
        self._llama = library()
        self.model = load_model(path)
        trained = int(self._llama.llama_model_n_ctx_train(self.model))
        self.size = min(trained, _LONGEST_CONTEXT)
        self.sequences = max(1, min(_MOST_SEQUENCES, self._budget() // self.sequence_bytes()))
        self.room = _TOKENS_A_STEP
        self._vocabulary_size = self._llama.llama_vocab_n_tokens(
            self._llama.llama_model_get_vocab(self.model)
        )
        most = _LOGITS_A_STEP // (4 * self._vocabulary_size)
        self.most_outputs = min(self.room, max(self.sequences, most))
        self._context = self._make_context(path, threads)
        self._memory = self._llama.llama_get_memory(self._context)
        self._batch = TokenBatch(self.room)

    def _budget(self) -> int:
        """Give the bytes that the memory may take: half of what large weights do."""
        return max(_SMALLEST_BUDGET, int(self._llama.llama_model_size(self.model)) // 2)

    def sequence_bytes(self) -> int:
        """Compute the memory of one full sequence: 16-bit keys and values in every layer."""
        llama, model = self._llama, self.model
        head = llama.llama_model_n_embd(model) // max(1, llama.llama_model_n_head(model))
        width = head * max(1, llama.llama_model_n_head_kv(model))
        return int(self.size * llama.llama_model_n_layer(model) * width * 2 * 2)

    def _make_context(self, path: Path, threads: int) -> Any:
        parameters = self._llama.llama_context_default_params()
        parameters.n_ctx = self.size * self.sequences
        parameters.n_seq_max = self.sequences
        parameters.n_batch = parameters.n_ubatch = self.room
        parameters.n_outputs_max = self.most_outputs
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = False
        context = self._llama.llama_init_from_model(self.model, parameters)
        if not context:
            self._llama.llama_model_free(self.model)
            raise ModelError(f"{path} cannot be run{reason()}; use a smaller model")
        if not self._llama.llama_get_memory(context):
            self._llama.llama_free(context)
            self._llama.llama_model_free(self.model)
            raise ModelError(f"{path} does not write text; use a model that does")
        return context

    def abort_on(self, flag: AbortFlag) -> None:
        """Let `flag` stop decodes from now on."""
        self._flag = flag  # llama.cpp keeps a bare pointer into it
        self._llama.llama_set_abort_callback(self._context, flag.callback, flag.address)

    def decode(self, feeds: Sequence[Feed]) -> Floats:
        """Move every fed sequence forward.

        Args:
            feeds: At most `room` tokens and `most_outputs` logits in all.

        Returns:
            Logits (N, V) of the tokens that need them, in the order fed; valid until the next
            decode.

        Raises:
            Cancelled: The abort flag was set.
            ModelError: The engine failed.
        """
        outputs = self._batch.fill(feeds)
        code = self.run_batch()
        if code == _ABORTED:
            raise Cancelled("cancelled")
        if code != _OK:
            raise ModelError(f"the engine failed with code {code}{reason()}; use a smaller model")
        return self._logits(outputs)

    def run_batch(self) -> int:
        """Run the batch that was written last: all that the engine's own code does in a step."""
        return int(self._llama.llama_decode(self._context, self._batch.native))

    def _logits(self, outputs: int) -> Floats:
        if not outputs:
            return np.empty((0, self._vocabulary_size), np.float32)
        pointer = self._llama.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, shape=(outputs, self._vocabulary_size))

    def shorten(self, sequence: int, length: int) -> bool:
        """Forget what a sequence holds behind its first `length` tokens.

        Returns:
            False if the model's memory cannot be shortened; then the sequence is empty.
        """
        if self._llama.llama_memory_seq_rm(self._memory, sequence, length, -1):
            return True
        self._llama.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return False

    def copy(self, source: int, target: int) -> None:
        """Make one sequence hold what another holds."""
        self.shorten(target, 0)
        self._llama.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def clear(self) -> None:
        """Forget everything."""
        self._llama.llama_memory_clear(self._memory, False)

    def free(self) -> None:
        """Give the memory back; nothing else may be called after it."""
        self._llama.llama_free(self._context)
        self._llama.llama_model_free(self.model)
