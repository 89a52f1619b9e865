"""The same model in another mood: answers are drawn and not the likeliest, for a second try."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.prompts import Prompt

_TEMPERATURE, _TOP_P, _MIN_P = 0.8, 0.95, 0.1


class WarmBackend:
    """Samples what another backend would answer greedily; closing it closes nothing.

    Args:
        backend: The model; stays its owner's.
        seed: Another seed gives another answer.
    """

    def __init__(self, backend: Backend, seed: int) -> None:
        self.name = backend.name
        self.context_size = backend.context_size
        self.scale = backend.scale
        self.lexicon = backend.lexicon
        self._backend = backend
        self._seed = seed

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt as the model will see it."""
        return self._backend.count_tokens(prompt)

    def generate(
        self,
        prompts: Sequence[Prompt],
        limits: Limits,
        stop: Sequence[str] = (),
        cancel: Event | None = None,
    ) -> list[Completion]:
        """Answer many prompts, as `Backend.generate` does, but for how tokens are chosen."""
        warm = replace(
            limits, temperature=_TEMPERATURE, top_p=_TOP_P, min_p=_MIN_P, seed=self._seed
        )
        return self._backend.generate(prompts, warm, stop, cancel)

    def close(self) -> None:
        """Do nothing: the model stays open for its owner."""
