"""Measures a model on functions it was not trained on, by asking it as users do: greedily.

Documentation is completed with the entries that an answer lacked, each asked for by name. The same
functions before and after training give the card its numbers; what single functions have is kept,
so that a difference can be judged pair by pair.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from batdoc.models.backend import Backend, Completion
from batdoc.models.rebuilding import rebuild_all
from batdoc.source.docstring import Docstring
from batdoc.source.house.style import spoken, unnamed
from batdoc.source.styles import canonical
from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import Beside
from batdoc.trainer.evaluation import Evaluation
from batdoc.trainer.greedy import documented
from batdoc.trainer.metrics import chrf, rouge_l
from batdoc.trainer.rewards import Reward, leaks, likeness, round_trip, score_code, score_doc
from batdoc.trainer.rollout import human_doc
from batdoc.trainer.teacher_forced import code_lifts, human_logprobs

_CHUNK = 32  # units between two reports of progress


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model made of one function.

    Attributes:
        unit: The original.
        doc: The documentation that it wrote, or None if nothing could be used.
        agrees: It passes the static checks.
        rebuilt: Code from that documentation, or None where it does not parse.
        reward: Of the round trip.
        similarity: Likeness of the rebuilt code.
        alone: Likeness of the code rebuilt from the declaration alone.
        code_lift: How much likelier the documentation makes the original code, in nats a token;
            None where the engine cannot tell.
        from_human: Likeness of the code rebuilt from the human docstring; None without one.
        human_logprob: How likely the model finds the human docstring's first sentence: the mean
            log-probability of its tokens, in nats; None without one, or where the engine cannot
            tell.
        logprob: Mean log-probability of the tokens of the documentation's first line; None where
            the engine told none.
    """

    unit: CodeUnit
    doc: Docstring | None
    agrees: bool
    rebuilt: str | None
    reward: Reward
    similarity: float
    alone: float
    code_lift: float | None
    from_human: float | None
    human_logprob: float | None
    logprob: float | None


def measure(
    units: Sequence[CodeUnit],
    backend: Backend,
    beside: Beside,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Measured]:
    """Let a model document functions and rebuild them.

    Args:
        units: Functions with a body, the code of each shown without its docstring.
        backend: The model.
        beside: Gives the precedents of each, which do not tell what is said of itself.
        cancel: Stops within one token.
        on_progress: Called with the number of units finished so far.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    measured: list[Measured] = []
    for start in range(0, len(units), _CHUNK):
        measured += _measure(units[start : start + _CHUNK], backend, beside, cancel)
        if on_progress is not None:
            on_progress(len(measured))
    return measured


def _measure(
    units: Sequence[CodeUnit], backend: Backend, beside: Beside, cancel: Event | None
) -> list[Measured]:
    said = documented(units, backend, beside, cancel)
    told = [(unit, canonical(d) if d else "") for unit, (_, d) in zip(units, said, strict=True)]
    human = {i: text for i, unit in enumerate(units) if (text := human_doc(unit))}
    untold = [(unit, "") for unit in units]
    codes = rebuild_all(
        [*told, *untold, *((units[i], text) for i, text in human.items())], backend, cancel
    )
    count = len(units)
    code_lift = code_lifts(told, backend, cancel)
    human_logprob = human_logprobs([(u, _human(u)) for u in units], backend, beside, cancel)
    from_human = dict(zip(human, codes[2 * count :], strict=True))
    return [
        _score(
            unit,
            *said[i],
            codes[i],
            likeness(codes[count + i], unit),
            code_lift[i],
            likeness(from_human[i], unit) if i in human else None,
            human_logprob[i],
        )
        for i, unit in enumerate(units)
    ]


def _score(
    unit: CodeUnit,
    answer: Completion | None,
    doc: Docstring | None,
    code: str | None,
    alone: float,
    code_lift: float | None,
    from_human: float | None,
    human_logprob: float | None,
) -> Measured:
    score = score_code(code, unit)
    return Measured(
        unit=unit,
        doc=doc,
        agrees=doc is not None and not doc.problems(unit.signature),
        rebuilt=code,
        reward=round_trip(score_doc(doc, unit), [score]),
        similarity=score.total or 0.0,
        alone=alone,
        code_lift=code_lift,
        from_human=from_human,
        human_logprob=human_logprob,
        logprob=answer.first_line_logprob if answer else None,
    )


def summarize(measured: Sequence[Measured]) -> Evaluation:
    """Take the figures of what was measured."""
    return Evaluation.of([_figures(each) for each in measured])


def _figures(measured: Measured) -> dict[str, float | None]:
    """Give each of `evaluation.FIGURES` of one function."""
    doc, human = measured.doc, _human(measured.unit)
    told = [unnamed(doc.summary, measured.unit) if doc else ""], [human]
    return {
        "reward": measured.reward.total or 0.0,
        "similarity": measured.similarity,
        "similarity_alone": measured.alone,
        "lift": measured.similarity - measured.alone,
        "code_lift": measured.code_lift,
        "similarity_human": measured.from_human,
        "parsed": float(measured.rebuilt is not None),
        "human_logprob": measured.human_logprob,
        "chrf": chrf(*told) if human else None,
        "rouge_l": rouge_l(*told) if human else None,
        "valid_docs": float(measured.agrees),
        "leaking_docs": float(leaks(measured.reward)) if doc else None,
        "doc_words": float(len(canonical(doc).split())) if doc else None,
    }


def _human(unit: CodeUnit) -> str:
    """Give the first sentence that a human wrote, the unit's own name left out, or nothing."""
    return spoken(unit).summary.strip()
