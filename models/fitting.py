"""Cuts a prompt until it and its answer fit a model's context."""

from bisect import bisect_right
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

    Examples go first. Towards documentation the code is cut behind a statement, its signature
    kept; towards code the documentation is, for half a header would mean another function.
    Precedents are short, and go last.

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
    if len(_shown(prompt)) <= most * _LONGEST_TOKEN and backend.count_tokens(prompt) <= most:
        return prompt
    cuts = [cut for cut in _cuts(prompt) if cut <= most * _LONGEST_TOKEN]
    fits = bisect_right(cuts, most, key=lambda cut: backend.count_tokens(_cut(prompt, cut)))
    if not fits:
        if prompt.precedents:
            return fit(replace(prompt, precedents=()), backend, room)
        raise ModelError(
            f"the prompt does not fit the model's {backend.context_size} tokens; "
            "use a model with a larger context"
        )
    return _cut(prompt, cuts[fits - 1])


def _shown(prompt: Prompt) -> str:
    return prompt.code if prompt.direction is Direction.TO_DOC else prompt.doc


def _cut(prompt: Prompt, length: int) -> Prompt:
    rest = _shown(prompt)[:length]
    if prompt.direction is Direction.TO_DOC:
        return replace(prompt, code=rest)
    return replace(prompt, doc=rest)


def _cuts(prompt: Prompt) -> list[int]:
    """Give the lengths to which a prompt's text may be cut, in order."""
    if prompt.direction is Direction.TO_DOC:
        from batdoc.models.statement_borders import borders  # loads tree-sitter

        return borders(prompt.code, prompt.language)
    return [0, *(at for at, char in enumerate(prompt.doc) if char.isspace()), len(prompt.doc)]
