"""Code from documentation alone: how much of the code does the documentation tell?"""

from collections.abc import Sequence
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Limits
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction
from batdoc.models.reading import read_body
from batdoc.source.units import CodeUnit, UnitKind

MOST_BODY = 128  # tokens; within what the starter was trained on


def rebuild(text: str, unit: CodeUnit) -> str | None:
    """Put a model's answer under the unit's declaration; None where no body can be read."""
    body = read_body(text, unit)
    return f"{unit.with_body(body)}\n" if body is not None else None


def rebuild_all(
    told: Sequence[tuple[CodeUnit, str]], backend: Backend, cancel: Event | None
) -> list[str | None]:
    """Rebuild functions greedily.

    Args:
        told: Functions, of which the declaration is shown, each with documentation in canonical
            form; empty documentation rebuilds from the declaration alone.
        backend: The model.
        cancel: Stops within one token.

    Returns:
        The code of each; None where it does not parse, or the question does not fit the model.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    questions = [fitting(prompts.to_code(unit, doc), backend, MOST_BODY) for unit, doc in told]
    asked = [question for question in questions if question is not None]
    stop = prompts.stops(Direction.TO_CODE)
    answers = iter(backend.generate(asked, Limits.greedy(MOST_BODY), stop, cancel))
    return [
        rebuild(next(answers).text, unit) if question is not None else None
        for question, (unit, _) in zip(questions, told, strict=True)
    ]


def likenesses(
    told: Sequence[tuple[CodeUnit, str]], backend: Backend, cancel: Event | None
) -> list[float | None]:
    """Tell how like the original the code is that comes back, in [0, 1]; see `rebuild_all`.

    None for a class, which is not asked for: it is more than its docstring can tell.
    """
    from batdoc.source.similarity import similarity  # brings all grammars

    asked = [each for each in told if _has_body(each[0])]
    rebuilt = iter(rebuild_all(asked, backend, cancel))
    alike: list[float | None] = []
    for unit, _ in told:
        code = next(rebuilt) if _has_body(unit) else None
        value = similarity(unit.code, code, unit.language).value if code is not None else 0.0
        alike.append(value if _has_body(unit) else None)
    return alike


def _has_body(unit: CodeUnit) -> bool:
    return unit.kind is not UnitKind.CLASS
