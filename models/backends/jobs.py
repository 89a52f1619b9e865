"""What a prompt is read for: to go on writing, or to learn how likely a given text is behind it.

A job is a list of tokens that the model is to read and the hand that takes the logits it is after.
It knows no engine; which tokens are read when is the business of batching.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from batdoc.models.backend import Completion, Limits
from batdoc.models.backends.answer import Answer
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary, TextOfTokens
from batdoc.models.backends.sampling import Floats, choose


class Job(ABC):
    """One prompt on its way.

    Attributes:
        tokens: All that the model is to read, as far as it is known.
        wanted_from: The index of the first token whose logits the job still needs; from there on
            it needs them all.
    """

    def __init__(self, tokens: Sequence[int], wanted_from: int) -> None:
        self.tokens = list(tokens)
        self.wanted_from = wanted_from

    @property
    @abstractmethod
    def is_done(self) -> bool:
        """Whether the result is there."""

    @abstractmethod
    def take(self, rows: Floats, log_totals: Floats) -> None:
        """Take what follows the tokens from `wanted_from` on.

        Args:
            rows: (N, V), logits of the next N tokens.
            log_totals: (N,), the logarithm of each row's sum of exponentials.
        """


class Writing(Job):
    """Goes on from a prompt, token by token."""

    def __init__(
        self,
        prompt: Sequence[int],
        limits: Limits,
        seed: int,
        stop: Sequence[str],
        vocabulary: LlamaVocabulary,
    ) -> None:
        """Begin an answer.

        Args:
            prompt: One token or more.
            limits: When it ends, and how tokens are chosen.
            seed: Of the answer's own generator.
            stop: Strings that end it.
            vocabulary: Tells what tokens mean.
        """
        super().__init__(prompt, len(prompt) - 1)
        self._answer = Answer(limits, stop)
        self._limits = limits
        self._random = np.random.default_rng(seed)
        self._vocabulary = vocabulary
        self._text = TextOfTokens(vocabulary)

    @property
    def is_done(self) -> bool:
        """Whether the answer ended."""
        return self._answer.finish is not None

    def take(self, rows: Floats, log_totals: Floats) -> None:
        """Choose the next token."""
        token = choose(rows[-1], self._limits, self._random)
        if self._vocabulary.ends(token):
            self._answer.end()
            return
        logprob = float(rows[-1, token] - log_totals[-1])
        self._answer.grow(token, logprob, self._text.add(token))
        self.tokens.append(token)
        self.wanted_from += 1

    def completion(self) -> Completion:
        """Give the finished answer."""
        return self._answer.completion()


class Scoring(Job):
    """Reads a given text behind a prompt and notes how likely each of its tokens was."""

    def __init__(self, prompt: Sequence[int], text: Sequence[int]) -> None:
        # Nothing is asked about what follows the text, so its last token need not be read.
        super().__init__([*prompt, *text[:-1]], len(prompt) - 1)
        self._unscored = list(text)
        self._logprobs: list[float] = []

    @property
    def is_done(self) -> bool:
        """Whether every token has its log-probability."""
        return not self._unscored

    def take(self, rows: Floats, log_totals: Floats) -> None:
        """Note the next tokens' log-probabilities."""
        count = len(rows)
        chosen = rows[np.arange(count), self._unscored[:count]] - log_totals
        self._logprobs += chosen.tolist()
        del self._unscored[:count]
        self.wanted_from += count

    def logprobs(self) -> tuple[float, ...]:
        """Give one natural log-probability a token."""
        return tuple(self._logprobs)
