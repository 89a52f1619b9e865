"""The tokens of one step, in the memory that llama.cpp reads them from."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batdoc.models.backends.llama_library import library


@dataclass(frozen=True, slots=True)
class Feed:
    """Tokens that go to the end of one sequence.

    Attributes:
        sequence: Which.
        start: How many tokens it holds before them.
        tokens: One or more.
        outputs: How many of them, at the end, need logits.
    """

    sequence: int
    start: int
    tokens: Sequence[int]
    outputs: int


class TokenBatch:
    """A `llama_batch` over arrays of numpy's: token by token, ctypes would cost 3% of a step.

    Attributes:
        native: What llama.cpp is given; valid as long as this object lives.
    """

    def __init__(self, room: int) -> None:
        llama = library()
        self._tokens = np.zeros(room, np.int32)
        self._positions = np.zeros(room, np.int32)
        self._sequences = np.zeros(room, np.int32)
        self._sequence_counts = np.ones(room, np.int32)
        self._wants_logits = np.zeros(room, np.int8)
        # A token may be in several sequences, so llama.cpp wants a pointer for each.
        base, step = self._sequences.ctypes.data, self._sequences.itemsize
        each = ctypes.POINTER(llama.llama_seq_id)
        self._pointers = (each * room)(
            *(ctypes.cast(base + step * index, each) for index in range(room))
        )
        self.native = llama.llama_batch(
            n_tokens=0,
            token=_address(self._tokens, llama.llama_token),
            embd=None,
            pos=_address(self._positions, llama.llama_pos),
            n_seq_id=_address(self._sequence_counts, ctypes.c_int32),
            seq_id=self._pointers,
            logits=_address(self._wants_logits, ctypes.c_int8),
        )

    def fill(self, feeds: Sequence[Feed]) -> int:
        """Write a step and count the logits that it wants."""
        at = 0
        for feed in feeds:
            end = at + len(feed.tokens)
            self._tokens[at:end] = feed.tokens
            self._positions[at:end] = np.arange(feed.start, feed.start + end - at)
            self._sequences[at:end] = feed.sequence
            self._wants_logits[at : end - feed.outputs] = 0
            self._wants_logits[end - feed.outputs : end] = 1
            at = end
        self.native.n_tokens = at
        return sum(feed.outputs for feed in feeds)


def _address(array: NDArray[Any], kind: Any) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))
