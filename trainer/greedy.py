"""What a model says of functions when it is asked as users ask it: for the likeliest answer."""

from collections.abc import Sequence
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Completion
from batdoc.models.choice import MOST_DOC, best_answers
from batdoc.models.entries import filled
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, stops
from batdoc.models.retelling import with_retold_entries, with_retold_summaries
from batdoc.source.docstring import Docstring
from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import Beside


def documented(
    units: Sequence[CodeUnit], backend: Backend, beside: Beside, cancel: Event | None
) -> list[tuple[Completion | None, Docstring | None]]:
    """Document functions, completed with the entries that an answer lacked.

    Args:
        units: The functions.
        backend: The model.
        beside: Gives the precedents of each.
        cancel: Stops within one token.

    Returns:
        One a function, in order: the answer and the documentation; None and None where the question
        does not fit the model, or nothing that it answered could be used.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    asked = {
        index: question
        for index, unit in enumerate(units)
        if (question := fitting(prompts.to_doc(unit, beside(unit).lines), backend, MOST_DOC))
        is not None
    }
    stop = stops(Direction.TO_DOC)
    answers = best_answers(units, asked, stop, backend, best_of=1, verifies=False, cancel=cancel)
    known = {index: beside(units[index]) for index in asked}
    answers = with_retold_summaries(answers, units, asked, known, backend, cancel)
    read = [answers[index][1] if index in answers else None for index in range(len(units))]
    docs = filled(units, asked, read, backend, cancel=cancel)
    docs = with_retold_entries(docs, units, asked, known, backend, cancel)
    return [
        (answers[index][0] if index in answers else None, doc) for index, doc in enumerate(docs)
    ]
