"""The llama.cpp backend: a GGUF model in this process, owned by one thread.

Every llama.cpp call happens on the engine thread; callers hand it work and wait. A caller's stop
flag is watched while waiting, and reaches into a running decode (llama_library.AbortFlag).
"""

import os
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TypeVar

from batdoc.models.backend import Completion, Limits, check_fits
from batdoc.models.backends.batching import Batcher
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_library import AbortFlag
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.prompts import Prompt, encode
from batdoc.source.errors import Cancelled, ModelError

_WATCH_SECONDS = 0.005
_T = TypeVar("_T")


class LlamaCppBackend:
    """A GGUF file as a backend; safe to call from any thread, one call runs at a time.

    Attributes:
        name: The model file's name.
        context_size: Tokens that a prompt and its answer may have together.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        """Load a model.

        Args:
            path: A GGUF file.
            threads: For computing; by default one less than the machine has, because a thread
                that waits for a busy core makes all the others wait.

        Raises:
            ModelError: The file cannot be used.
        """
        self.name = path.name
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batdoc-llama")
        threads = threads or max(1, (os.cpu_count() or 1) - 1)
        try:
            self._engine = self._thread.submit(_Engine, path, threads).result()
        except BaseException:
            self._thread.shutdown()
            raise
        # Runs at close(), else when the backend is forgotten, else at exit.
        self._free = weakref.finalize(self, _free, self._thread, self._engine)
        self.context_size = self._engine.context_size

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt as the model will see it."""
        return len(self._submit(self._engine.encode, prompt).result())

    def generate(
        self,
        prompts: Sequence[Prompt],
        limits: Limits,
        stop: Sequence[str] = (),
        cancel: Event | None = None,
    ) -> list[Completion]:
        """Answer many prompts; the result has their order.

        Args:
            prompts: Each must fit `context_size` together with `limits.max_tokens`.
            limits: The same for all.
            stop: Strings that end a text; they are left out of it.
            cancel: When set, generation ends, in the middle of a decode if need be.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: The engine failed, a prompt does not fit, or the backend was closed.
        """
        flag = AbortFlag()
        if cancel is not None and cancel.is_set():
            flag.set()
        work = self._submit(self._engine.generate, prompts, limits, stop, flag)
        _watch(work, flag, cancel)
        try:
            return work.result()
        except CancelledError:
            raise Cancelled("cancelled") if flag.is_set() else self._was_closed() from None

    def close(self) -> None:
        """Free the model; calling it again does nothing. Work that has not begun is dropped."""
        self._free()

    def _submit(self, work: Callable[..., _T], *arguments: object) -> "Future[_T]":
        if not self._free.alive:
            raise self._was_closed()
        return self._thread.submit(work, *arguments)

    def _was_closed(self) -> ModelError:
        return ModelError(f"{self.name} was closed; open it again")


class _Engine:
    """What lives on the engine thread. It does not know the backend, which may be forgotten."""

    def __init__(self, path: Path, threads: int) -> None:
        self.context = LlamaContext(path, threads)
        self.context_size = self.context.size
        self._vocabulary = LlamaVocabulary(self.context.model)
        self._batcher = Batcher(self.context, self._vocabulary)

    def encode(self, prompt: Prompt) -> list[int]:
        """Tokenize a prompt."""
        return encode(prompt, self._vocabulary)

    def generate(
        self, prompts: Sequence[Prompt], limits: Limits, stop: Sequence[str], flag: AbortFlag
    ) -> list[Completion]:
        """Answer prompts until the flag is set."""
        encoded = []
        for prompt in prompts:
            if flag.is_set():
                raise Cancelled("cancelled")
            encoded.append(self.encode(prompt))
            check_fits(len(encoded[-1]), limits, self.context_size)
        self.context.abort_on(flag)
        return self._batcher.answer_all(encoded, limits, stop, flag.is_set)


def _watch(work: "Future[_T]", flag: AbortFlag, cancel: Event | None) -> None:
    """Wait until work is done; stop it when `cancel` is set or the wait is interrupted."""
    done = Event()
    work.add_done_callback(lambda _: done.set())
    try:
        while not done.wait(None if cancel is None else _WATCH_SECONDS):
            if cancel is not None and cancel.is_set():
                break
    finally:
        if not done.is_set():  # nothing may go on behind the caller's back
            flag.set()
            work.cancel()
            done.wait()


def _free(thread: ThreadPoolExecutor, engine: _Engine) -> None:
    thread.shutdown(wait=True, cancel_futures=True)
    engine.context.free()  # the engine thread has ended, so this one owns the context now
