"""The contract that every engine keeps, and the scripted one that tests use.

A backend turns prompts into completions, many in one call. What a prompt says is the business of
models.prompts; what becomes of the text, of models.authoring.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from threading import Event
from typing import Protocol, runtime_checkable

from batdoc.models.confidence import Scale
from batdoc.models.prompts import Prompt
from batdoc.source.errors import Cancelled, ModelError
from batdoc.source.lexicon import Lexicon


class Finish(Enum):
    """Why a completion ended."""

    STOP = "stop"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Limits:
    """How a completion is sampled and when it ends.

    Attributes:
        max_tokens: At most this many new tokens, 1 or more.
        temperature: 0.0 is greedy.
        top_p: Nucleus, in (0, 1]; 1.0 keeps all.
        seed: Prompt i of a call is sampled from its own generator, seeded with seed + i.
        min_p: Drops tokens less likely than this share of the likeliest's probability, in
            [0, 1); 0.0 keeps all. Servers are not told: OpenAI's API has no word for it.
    """

    max_tokens: int
    temperature: float
    top_p: float
    seed: int
    min_p: float = 0.0

    @classmethod
    def greedy(cls, max_tokens: int) -> "Limits":
        """The likeliest token each time."""
        return cls(max_tokens=max_tokens, temperature=0.0, top_p=1.0, seed=0)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered to one prompt.

    Attributes:
        text: Without the prompt, control tokens and the stop string.
        token_ids: The sampled tokens, the one that ended the text left out.
        logprobs: Of each token under the model at temperature 1, natural logarithm.
        finish: Why it ended.
        starts: Where in the text each token begins, in characters.
    """

    text: str
    token_ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    finish: Finish
    starts: tuple[int, ...] = ()

    @property
    def mean_logprob(self) -> float:
        """Of the tokens, 0.0 or less; 0.0 for a text without any."""
        return mean_of(self.logprobs)

    @property
    def first_line_logprob(self) -> float | None:
        """Mean of the first line's tokens, 0.0 or less; None where the engine told none."""
        text = self.text.rstrip()
        begins = len(text) - len(text.lstrip())
        ends = text.find("\n", begins) if "\n" in text[begins:] else len(text)
        line = [p for p, at in zip(self.logprobs, self.starts, strict=False) if at < ends]
        return sum(line) / len(line) if line else None


def mean_of(logprobs: Sequence[float]) -> float:
    """Give the mean log-probability of tokens, 0.0 or less; 0.0 of none."""
    return sum(logprobs) / max(1, len(logprobs))


def check_fits(tokens: int, limits: Limits, context_size: int) -> None:
    """Hold a prompt's length against a model's context.

    Raises:
        ModelError: The prompt does not fit together with its answer.
    """
    if tokens + limits.max_tokens > context_size:
        raise ModelError(
            f"a prompt of {tokens} tokens and an answer of {limits.max_tokens} do not fit the "
            f"model's context of {context_size}; take a shorter unit or another model"
        )


class Backend(Protocol):
    """An engine that owns a model. Safe to call from one thread at a time.

    Attributes:
        name: Of the model.
        context_size: Tokens that a prompt and its answer may have together.
        scale: Tells how sure the model is by how likely it finds what it wrote; None where
            nobody measured that.
        lexicon: The words that the model has read; None where nobody noted them.
    """

    name: str
    context_size: int
    scale: Scale | None
    lexicon: Lexicon | None

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt as the model will see it."""
        ...

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
            cancel: When set, generation ends within one token.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: The engine failed, or a prompt does not fit.
        """
        ...

    def close(self) -> None:
        """Free the model; calling it again does nothing."""
        ...


@runtime_checkable
class Scorer(Backend, Protocol):
    """A backend that also tells how likely given texts are."""

    def score(
        self, prompts: Sequence[Prompt], texts: Sequence[str], cancel: Event | None = None
    ) -> list[tuple[float, ...]]:
        """Give the natural log-probability of each token of each text behind its prompt."""
        ...


class ScriptedBackend:
    """Answers from a script: a list of texts in order, or a function of the prompt.

    It keeps the contract (order, stop strings, cancel) and ships with the product, so that every
    test that needs fixed text uses the same fake.
    """

    name = "scripted"

    def __init__(
        self,
        replies: Iterable[str] | Callable[[Prompt], str],
        context_size: int = 4096,
        scale: Scale | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        self._queue: Iterator[str] | None = None if callable(replies) else iter(replies)
        self._answer = replies if callable(replies) else None
        self.context_size = context_size
        self.scale = scale
        self.lexicon = lexicon
        self.prompts: list[Prompt] = []

    def count_tokens(self, prompt: Prompt) -> int:
        """Count white-space separated words."""
        return sum(len(segment.text.split()) for segment in prompt.segments())

    def generate(
        self,
        prompts: Sequence[Prompt],
        limits: Limits,
        stop: Sequence[str] = (),
        cancel: Event | None = None,
    ) -> list[Completion]:
        """Answer from the script, one word a token, each with log-probability 0.

        Raises:
            Cancelled: `cancel` was set.
            IndexError: The script has no reply left.
        """
        return [self._complete(prompt, limits, stop, cancel) for prompt in prompts]

    def _complete(
        self, prompt: Prompt, limits: Limits, stop: Sequence[str], cancel: Event | None
    ) -> Completion:
        if cancel is not None and cancel.is_set():
            raise Cancelled("cancelled")
        self.prompts.append(prompt)
        text = self._answer(prompt) if self._answer else self._next()
        cuts = [text.index(s) for s in stop if s in text]
        text = text[: min(cuts)] if cuts else text
        words = text.split(" ")
        finish = Finish.STOP if len(words) <= limits.max_tokens else Finish.LENGTH
        words = words[: limits.max_tokens]
        ids = tuple(range(len(words)))
        starts = tuple(len(" ".join(words[:i])) for i in ids)
        return Completion(" ".join(words), ids, (0.0,) * len(ids), finish, starts)

    def _next(self) -> str:
        assert self._queue is not None
        for reply in self._queue:
            return reply
        raise IndexError("the script has no reply left")

    def close(self) -> None:
        """Do nothing: there is no model."""
