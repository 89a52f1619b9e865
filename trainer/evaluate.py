"""Measures a model on functions it was not trained on, by asking it as users do: greedily.

The same functions before and after training give the card its numbers; the rewards of single
functions are kept, so that the difference can be judged pair by pair.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from batdoc.models import prompts
from batdoc.models.authoring import MOST_BODY, MOST_DOC
from batdoc.models.backend import Backend, Limits
from batdoc.models.fitting import fit
from batdoc.models.prompts import Direction, Prompt, stops
from batdoc.models.reading import read_doc
from batdoc.source.docstring import Docstring
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.metrics import chrf
from batdoc.trainer.rewards import round_trip, score_code, score_doc
from batdoc.trainer.rollout import agrees_with, rebuild

_CHUNK = 32  # units between two reports of progress


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a model is worth on some functions.

    Attributes:
        units: How many functions.
        reward: Mean reward of the round trip, in [0, 1].
        similarity: Mean likeness of the code rebuilt from the model's documentation.
        similarity_alone: The same for code rebuilt from the declaration alone.
        lift: What the documentation adds: the difference of the two.
        chrf: Of the first sentence against the human's, in [0, 100]; None without human ones.
        human_docs: How many functions have a human docstring to compare with.
        valid_docs: Share whose documentation passes the static checks as the model wrote it.
        rewards: Of each function.
    """

    units: int
    reward: float
    similarity: float
    similarity_alone: float
    lift: float
    chrf: float | None
    human_docs: int
    valid_docs: float
    rewards: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    unit: CodeUnit
    doc: Docstring | None
    agrees: bool
    reward: float
    similarity: float
    alone: float


def evaluate(
    units: Sequence[CodeUnit],
    backend: Backend,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Measure a model.

    Args:
        units: Functions with a body, the code of each shown without its docstring.
        backend: The model.
        cancel: Stops within one token.
        on_progress: Called with the number of units finished so far.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    measured: list[_Measured] = []
    for start in range(0, len(units), _CHUNK):
        measured += _measure(units[start : start + _CHUNK], backend, cancel)
        if on_progress is not None:
            on_progress(len(measured))
    return _summarize(measured)


def _measure(units: Sequence[CodeUnit], backend: Backend, cancel: Event | None) -> list[_Measured]:
    def ask(questions: Sequence[Prompt], direction: Direction) -> list[str]:
        most = MOST_DOC if direction is Direction.TO_DOC else MOST_BODY
        fitting = [fit(question, backend, most) for question in questions]
        answers = backend.generate(fitting, Limits.greedy(most), stops(direction), cancel)
        return [answer.text for answer in answers]

    texts = ask([prompts.to_doc(unit) for unit in units], Direction.TO_DOC)
    docs = [read_doc(text, unit) for text, unit in zip(texts, units, strict=True)]
    shown = [canonical(doc) if doc else "" for doc in docs]
    told = [prompts.to_code(unit, doc) for unit, doc in zip(units, shown, strict=True)]
    untold = [prompts.to_code(unit, "") for unit in units]
    codes = ask([*told, *untold], Direction.TO_CODE)
    result = []
    for index, (unit, doc) in enumerate(zip(units, docs, strict=True)):
        score = score_code(rebuild(codes[index], unit), unit)
        alone = score_code(rebuild(codes[index + len(units)], unit), unit)
        reward = round_trip(score_doc(doc, unit), [score])
        result.append(
            _Measured(
                unit=unit,
                doc=doc,
                agrees=doc is not None and agrees_with(texts[index], unit),
                reward=reward.total or 0.0,
                similarity=score.total or 0.0,
                alone=alone.total or 0.0,
            )
        )
    return result


def _summarize(measured: Sequence[_Measured]) -> Evaluation:
    pairs = [(m.doc.summary if m.doc else "", human) for m in measured if (human := _human(m.unit))]
    similarity = _mean([m.similarity for m in measured])
    alone = _mean([m.alone for m in measured])
    return Evaluation(
        units=len(measured),
        reward=_mean([m.reward for m in measured]),
        similarity=similarity,
        similarity_alone=alone,
        lift=similarity - alone,
        chrf=chrf([own for own, _ in pairs], [human for _, human in pairs]) if pairs else None,
        human_docs=len(pairs),
        valid_docs=_mean([float(m.agrees) for m in measured]),
        rewards=tuple(m.reward for m in measured),
    )


def _human(unit: CodeUnit) -> str:
    """Give the first sentence that a human wrote, or nothing."""
    return parse(unit.docstring, language=unit.language).summary.strip() if unit.docstring else ""


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
