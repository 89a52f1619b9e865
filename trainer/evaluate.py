"""Measures a model on functions it was not trained on, by asking it as users do: greedily.

Documentation is completed with the entries that an answer lacked, each asked for by name. The same
functions before and after training give the card its numbers; the rewards of single functions are
kept, so that the difference can be judged pair by pair.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

from batdoc.models.backend import Backend, Completion
from batdoc.models.rebuilding import rebuild_all
from batdoc.source.docstring import Docstring
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.checkpoints import write_json
from batdoc.trainer.greedy import documented
from batdoc.trainer.metrics import chrf, rouge_l
from batdoc.trainer.rewards import Reward, leaks, likeness, round_trip, score_code, score_doc
from batdoc.trainer.rollout import human_doc

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
        parsed: Share of rebuilt code that parses.
        human_docs: How many functions have a human docstring to compare with.
        similarity_human: Mean likeness of code rebuilt from those; None without any.
        chrf: Of the first sentence against the human's, in [0, 100]; None without any.
        rouge_l: The same by ROUGE-L.
        valid_docs: Share whose documentation, as users get it, passes the static checks.
        leaking_docs: Share of the documentation that carries code.
        doc_words: Mean length of the documentation.
        rewards: Of each function.
        lifts: Of each function.
    """

    units: int
    reward: float
    similarity: float
    similarity_alone: float
    lift: float
    parsed: float
    human_docs: int
    similarity_human: float | None
    chrf: float | None
    rouge_l: float | None
    valid_docs: float
    leaking_docs: float
    doc_words: float
    rewards: tuple[float, ...]
    lifts: tuple[float, ...]

    @classmethod
    def load(cls, file: Path) -> "Evaluation":
        """Read what `save` wrote."""
        content = json.loads(file.read_text("utf-8"))
        lists = {name: tuple(content[name]) for name in ("rewards", "lifts")}
        return cls(**{**content, **lists})

    def save(self, file: Path) -> None:
        """Write the evaluation as JSON, in one step."""
        write_json(file, asdict(self))


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
        from_human: Likeness of the code rebuilt from the human docstring; None without one.
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
    from_human: float | None
    logprob: float | None


def measure(
    units: Sequence[CodeUnit],
    backend: Backend,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Measured]:
    """Let a model document functions and rebuild them.

    Args:
        units: Functions with a body, the code of each shown without its docstring.
        backend: The model.
        cancel: Stops within one token.
        on_progress: Called with the number of units finished so far.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    measured: list[Measured] = []
    for start in range(0, len(units), _CHUNK):
        measured += _measure(units[start : start + _CHUNK], backend, cancel)
        if on_progress is not None:
            on_progress(len(measured))
    return measured


def _measure(units: Sequence[CodeUnit], backend: Backend, cancel: Event | None) -> list[Measured]:
    said = documented(units, backend, cancel)
    told = [(unit, canonical(d) if d else "") for unit, (_, d) in zip(units, said, strict=True)]
    human = {i: text for i, unit in enumerate(units) if (text := human_doc(unit))}
    untold = [(unit, "") for unit in units]
    codes = rebuild_all(
        [*told, *untold, *((units[i], text) for i, text in human.items())], backend, cancel
    )
    count = len(units)
    from_human = dict(zip(human, codes[2 * count :], strict=True))
    return [
        _score(
            unit,
            *said[i],
            codes[i],
            likeness(codes[count + i], unit),
            likeness(from_human[i], unit) if i in human else None,
        )
        for i, unit in enumerate(units)
    ]


def _score(
    unit: CodeUnit,
    answer: Completion | None,
    doc: Docstring | None,
    code: str | None,
    alone: float,
    from_human: float | None,
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
        from_human=from_human,
        logprob=answer.first_line_logprob if answer else None,
    )


def summarize(measured: Sequence[Measured]) -> Evaluation:
    """Take the means of what was measured."""
    pairs = [(m.doc.summary if m.doc else "", human) for m in measured if (human := _human(m.unit))]
    own, theirs = [doc for doc, _ in pairs], [human for _, human in pairs]
    docs = [canonical(m.doc) for m in measured if m.doc]
    lifts = tuple(m.similarity - m.alone for m in measured)
    rewards = tuple(m.reward.total or 0.0 for m in measured)
    from_human = [m.from_human for m in measured if m.from_human is not None]
    return Evaluation(
        units=len(measured),
        reward=_mean(rewards),
        similarity=_mean([m.similarity for m in measured]),
        similarity_alone=_mean([m.alone for m in measured]),
        lift=_mean(lifts),
        parsed=_mean([float(m.rebuilt is not None) for m in measured]),
        human_docs=len(pairs),
        similarity_human=_mean(from_human) if from_human else None,
        chrf=chrf(own, theirs) if pairs else None,
        rouge_l=rouge_l(own, theirs) if pairs else None,
        valid_docs=_mean([float(m.agrees) for m in measured]),
        leaking_docs=_mean([float(leaks(m.reward)) for m in measured if m.doc]),
        doc_words=_mean([len(doc.split()) for doc in docs]),
        rewards=rewards,
        lifts=lifts,
    )


def _human(unit: CodeUnit) -> str:
    """Give the first sentence that a human wrote, or nothing."""
    return parse(unit.docstring, language=unit.language).summary.strip() if unit.docstring else ""


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
