"""What a model says of functions when it is asked as users ask it: once, greedily."""

from collections.abc import Sequence
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.choice import MOST_DOC
from batdoc.models.entries import filled
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, stops
from batdoc.models.reading import ended, read_doc
from batdoc.source.docstring import Docstring
from batdoc.source.units import CodeUnit


def documented(
    units: Sequence[CodeUnit], backend: Backend, cancel: Event | None
) -> list[tuple[Completion | None, Docstring | None]]:
    """Document functions, completed with the entries that an answer lacked.

    Args:
        units: The functions.
        backend: The model.
        cancel: Stops within one token.

    Returns:
        One a function, in order: the answer, None where the question does not fit the model, and
        the documentation, None where nothing in the answer could be used.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    asked = {
        index: question
        for index, unit in enumerate(units)
        if (question := fitting(prompts.to_doc(unit), backend, MOST_DOC)) is not None
    }
    limits, stop = Limits.greedy(MOST_DOC), stops(Direction.TO_DOC)
    given = backend.generate([*asked.values()], limits, stop, cancel)
    answers = dict(zip(asked, given, strict=True))
    read = [
        read_doc(ended(answers[index]), unit) if index in answers else None
        for index, unit in enumerate(units)
    ]
    docs = filled(units, asked, read, backend, cancel=cancel)
    return [(answers.get(index), doc) for index, doc in enumerate(docs)]
