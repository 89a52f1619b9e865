"""A completion while it grows: stop strings, token limit, and which tokens count as its own."""

from collections.abc import Sequence

from batdoc.models.backend import Completion, Finish, Limits


class Answer:
    """What a model has said so far to one prompt.

    Attributes:
        finish: Why it ended, or None while it grows.
    """

    def __init__(self, limits: Limits, stop: Sequence[str]) -> None:
        self.finish: Finish | None = None
        self._limits = limits
        self._stop = [string for string in stop if string]
        self._text = ""
        self._starts: list[int] = []  # where in the text each token begins
        self._token_ids: list[int] = []
        self._logprobs: list[float] = []

    @property
    def token_ids(self) -> Sequence[int]:
        """The tokens so far."""
        return self._token_ids

    def grow(self, token: int, logprob: float, text: str) -> None:
        """Take the next token.

        Args:
            token: Its id.
            logprob: Under the model at temperature 1.
            text: The whole text with it; characters that lack bytes are not in it yet.
        """
        searched = max(0, len(self._text) - max(map(len, self._stop), default=0))
        self._starts.append(len(self._text))
        self._token_ids.append(token)
        self._logprobs.append(logprob)
        self._text = text
        found = [at for at in (text.find(s, searched) for s in self._stop) if at >= 0]
        if found:
            self._cut(min(found))
        elif len(self._token_ids) >= self._limits.max_tokens:
            self.finish = Finish.LENGTH

    def end(self) -> None:
        """Note that the model ended its answer."""
        self.finish = Finish.STOP

    def _cut(self, at: int) -> None:
        """End at a stop string; tokens that begin behind the cut said nothing of the text."""
        kept = sum(start < at for start in self._starts)
        del self._token_ids[kept:], self._logprobs[kept:], self._starts[kept:]
        self._text = self._text[:at]
        self.finish = Finish.STOP

    def completion(self) -> Completion:
        """Give the finished completion."""
        assert self.finish is not None
        return Completion(
            self._text,
            tuple(self._token_ids),
            tuple(self._logprobs),
            self.finish,
            tuple(self._starts),
        )
