"""The llama.cpp backend: a GGUF model in this process, owned by one thread.

Callers turn prompts into tokens themselves and hand them to the engine (engine_thread), which
answers everybody's together. While they wait they watch the stop flag that they were given.
"""

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Lock

from batdoc.models.backend import Completion, Limits, check_fits
from batdoc.models.backends.batching import Call
from batdoc.models.backends.engine_thread import EngineThread, Ticket
from batdoc.models.backends.jobs import Job, Scoring, Writing
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.confidence import Scale
from batdoc.models.prompts import Prompt, encode
from batdoc.source.errors import Cancelled, ModelError
from batdoc.source.lexicon import Lexicon

_WATCH_SECONDS = 0.005


class LlamaCppBackend:
    """A GGUF file as a backend; safe to call from any thread, calls at the same time share steps.

    Attributes:
        name: The model file's name.
        context_size: Tokens that a prompt and its answer may have together.
        scale: Of its confidence, where one came with the file.
        lexicon: The words that it has read, where they came with the file.
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
        context = LlamaContext(path, threads or max(1, (os.cpu_count() or 1) - 1))
        self.context_size = context.size
        self.scale = Scale.load(path)
        self.lexicon = Lexicon.load(path)
        self._vocabulary = LlamaVocabulary(context.model)
        self._engine = EngineThread(context, self.name)
        self._reading = Lock()  # nobody may look words up in a model that is being freed
        # Runs at close(), else when the backend is forgotten, else at exit.
        self._free = weakref.finalize(self, self._engine.close)

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt as the model will see it."""
        return len(self._encode(prompt))

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
        jobs = []
        for index, prompt in enumerate(prompts):
            _refuse_cancelled(cancel)
            tokens = self._encode(prompt)
            check_fits(len(tokens), limits, self.context_size)
            jobs.append(Writing(tokens, limits, limits.seed + index, stop, self._vocabulary))
        self._run(jobs, cancel)
        return [job.completion() for job in jobs]

    def score(
        self, prompts: Sequence[Prompt], texts: Sequence[str], cancel: Event | None = None
    ) -> list[tuple[float, ...]]:
        """Tell how likely texts are as answers, without writing anything.

        Args:
            prompts: Each must fit `context_size` together with its text.
            texts: One a prompt, read as the model would write it, without an end.
            cancel: When set, reading ends, in the middle of a decode if need be.

        Returns:
            The natural log-probabilities of each text's tokens.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: The engine failed, a prompt does not fit, or the backend was closed.
        """
        jobs = []
        for prompt, text in zip(prompts, texts, strict=True):
            _refuse_cancelled(cancel)
            tokens, scored = self._encode(prompt), self._encode_text(text)
            check_fits(len(tokens), Limits.greedy(len(scored)), self.context_size)
            jobs.append(Scoring(tokens, scored))
        self._run(jobs, cancel)
        return [job.logprobs() for job in jobs]

    def close(self) -> None:
        """Free the model; calling it again does nothing. Calls on their way end with an error."""
        with self._reading:
            self._free()

    def _encode(self, prompt: Prompt) -> list[int]:
        with self._reading:
            self._refuse_closed()
            return encode(prompt, self._vocabulary)

    def _encode_text(self, text: str) -> list[int]:
        with self._reading:
            self._refuse_closed()
            return self._vocabulary.encode_plain(text)

    def _refuse_closed(self) -> None:
        if not self._free.alive:
            raise ModelError(f"{self.name} was closed; open it again")

    def _run(self, jobs: Sequence[Job], cancel: Event | None) -> None:
        """Wait until jobs are done; give them up on `cancel` or when the wait is interrupted."""
        _refuse_cancelled(cancel)
        call = Call(jobs)
        if call.is_done:
            return
        ticket = self._engine.submit(call)
        try:
            _wait(ticket, cancel)
        finally:
            if not ticket.outcome.done():  # nothing may go on behind the caller's back
                self._engine.give_up(ticket)
        ticket.outcome.result()


def _wait(ticket: Ticket, cancel: Event | None) -> None:
    """Wait for a call's outcome or for its stop flag."""
    done = Event()
    ticket.outcome.add_done_callback(lambda _: done.set())
    while not done.wait(None if cancel is None else _WATCH_SECONDS):
        if cancel is not None and cancel.is_set():
            return


def _refuse_cancelled(cancel: Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("cancelled")
