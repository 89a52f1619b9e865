"""Cuts a prompt until it and its answer fit a model's context."""

from dataclasses import replace

from batdoc.models.backend import Backend
from batdoc.models.prompts import Direction, Prompt
from batdoc.source.errors import ModelError

_LONGEST_TOKEN = 32  # characters; no need to count the tokens of more


def fitting(prompt: Prompt, backend: Backend, room: int) -> Prompt | None:
    """Cut a prompt so that it fits; None where even its beginning is too long to ask about."""
    try:
        return fit(prompt, backend, room)
    except ModelError:
        return None


def fit(prompt: Prompt, backend: Backend, room: int) -> Prompt:
    """Cut the end off what a prompt shows until it leaves room for the answer.

    Examples go first. Towards documentation the code is cut, at a line's end where there is one;
    towards code the documentation is, for half a header would mean another function.

    Args:
        prompt: What to ask.
        backend: Tells how many tokens there are, and may be.
        room: Tokens that the answer may take.

    Raises:
        ModelError: The rest of the prompt alone is too long.
    """
    most = backend.context_size - room
    if prompt.exemplars and backend.count_tokens(prompt) > most:
        prompt = replace(prompt, exemplars=())
    cuts_code = prompt.direction is Direction.TO_DOC
    text = (prompt.code if cuts_code else prompt.doc)[: most * _LONGEST_TOKEN]

    def shown(length: int) -> Prompt:
        head = text[:length]
        whole_lines = head.rpartition("\n")[0] if length < len(text) else ""
        rest = whole_lines or head
        return replace(prompt, code=rest) if cuts_code else replace(prompt, doc=rest)

    low, high = 0, len(text)
    if backend.count_tokens(shown(high)) <= most:
        return shown(high)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if backend.count_tokens(shown(middle)) <= most else (low, middle - 1)
        )
    if backend.count_tokens(shown(low)) > most:
        raise ModelError(
            f"the prompt does not fit the model's {backend.context_size} tokens; "
            "use a model with a larger context"
        )
    return shown(low)
