"""The round trip as training sees it: documentation from code, then code from documentation.

The second question holds the declaration and the documentation, never the body. The original
stands beside the rebuilds as an answer to learn from: small models seldom find it by chance.
"""

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from batdoc.models import prompts
from batdoc.models.prompts import END, Direction, PromptTokenizer, encode, stops
from batdoc.models.reading import read_agreeing, read_doc
from batdoc.models.rebuilding import rebuild
from batdoc.source.docstring import Style
from batdoc.source.house.style import spoken
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import Beside
from batdoc.trainer.rewards import Reward, body_of, round_trip, score_code, score_doc


@dataclass(frozen=True, slots=True)
class Sampled:
    """An answer as it was sampled.

    Attributes:
        ids: Tokens, the end token included.
        logprobs: Of each token, natural, under the model that sampled; NaN where none did.
        is_whole: It came to its end before it had all the tokens that it might have.
    """

    ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    is_whole: bool = True

    def first(self, count: int) -> "Sampled":
        """Copy what stands before the end that was found in it."""
        return Sampled(self.ids[:count], self.logprobs[:count])

    def last(self) -> "Sampled":
        """Copy the last token alone."""
        return Sampled(self.ids[-1:], self.logprobs[-1:])


Sampler = Callable[[Sequence[list[int]], Direction], list[Sampled]]


class TrainingTokenizer(PromptTokenizer, Protocol):
    """What a rollout must know of a model's tokenizer."""

    def decode(self, tokens: Sequence[int]) -> str:
        """Turn tokens into text, control tokens left out."""
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """One row of a training batch.

    Attributes:
        direction: What was asked.
        prompt_ids: The question.
        answer: What the model sampled; never empty.
        reward: In [0, 1]; 0.0 where the row does not count.
        worth: Of a documentation by itself, in [0, 1]; 0.0 for code.
        group: Rows with the same number answer the same kind of question on the same unit.
        is_original: The answer is the original code: imitated, not rewarded.
        untold_ids: Of an original, the question without documentation; else empty.
        counts_in_loss: False for a row that only fills its place, and for an answer that was cut
            off: nobody knows what the rest of it would have earned.
    """

    direction: Direction
    prompt_ids: tuple[int, ...]
    answer: Sampled
    reward: float
    worth: float
    group: int
    is_original: bool
    untold_ids: tuple[int, ...]
    counts_in_loss: bool


@dataclass(frozen=True, slots=True)
class Rollout:
    """One documentation of one unit, and what became of it.

    Attributes:
        unit: The original.
        doc: In canonical form; empty if nothing could be used.
        agrees: What the model wrote names only what the signature has.
        rebuilt: Code from that documentation; None where it does not parse.
        reward: Of the round trip.
        slots: The documentation's row, one a rebuild, and the original's.
    """

    unit: CodeUnit
    doc: str
    agrees: bool
    rebuilt: tuple[str | None, ...]
    reward: Reward
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class _Documented:
    unit: CodeUnit
    group: int
    prompt_ids: list[int]
    answer: Sampled
    doc: str
    agrees: bool
    worth: Reward
    told_ids: list[int]


def roll_out(
    units: Sequence[CodeUnit],
    docs_per_unit: int,
    rebuilds_per_doc: int,
    tokenizer: TrainingTokenizer,
    sampler: Sampler,
    beside: Beside,
) -> list[Rollout]:
    """Make the round trip for some units, the sampler called once a stage.

    Args:
        units: The originals.
        docs_per_unit: Documentations of each.
        rebuilds_per_doc: Rebuilds from each documentation that is worth one.
        tokenizer: Of the model.
        sampler: Answers token ids, many prompts at once.
        beside: Gives the precedents of each.

    Returns:
        `docs_per_unit` for each unit, in order, each with 2 + `rebuilds_per_doc` slots.
    """
    documented = _document(units, docs_per_unit, tokenizer, sampler, beside)
    worthy = [d for d in documented if d.worth.total for _ in range(rebuilds_per_doc)]
    questions = [documentation.told_ids for documentation in worthy]
    rebuilds = iter(_ask(questions, Direction.TO_CODE, tokenizer, sampler) if worthy else [])
    return [_finish(d, rebuilds_per_doc, rebuilds, tokenizer) for d in documented]


def original_body(unit: CodeUnit) -> str:
    """Give the original body as a model should answer it, indented by four spaces."""
    return textwrap.indent(textwrap.dedent(body_of(unit)).strip("\n"), "    ")


def body_answer(unit: CodeUnit, tokenizer: TrainingTokenizer) -> tuple[int, ...]:
    """Give the original body as a model should answer it, with what ends it."""
    end = tokenizer.control_id(END)
    footer = f"\n{unit.footer}" if unit.footer else ""
    closed = "" if end is not None else footer + stops(Direction.TO_CODE)[0]
    body = tokenizer.encode_plain(original_body(unit) + closed)
    return (*body, *([end] if end is not None else []))


def _original(code: Slot, unit: CodeUnit, tokenizer: TrainingTokenizer) -> Slot:
    """Give the row whose answer is the original body."""
    ids = body_answer(unit, tokenizer)
    return replace(
        code,
        answer=Sampled(ids, (math.nan,) * len(ids)),
        is_original=True,
        untold_ids=tuple(encode(prompts.to_code(unit, ""), tokenizer)),
    )


def human_doc(unit: CodeUnit) -> str:
    """Give a unit's own documentation in canonical form, as far as it is true of the signature.

    Its own name is taken from the beginning: a house puts it back where that is the custom.

    Returns:
        '' where there is none, or none that batdoc itself would show.
    """
    if not unit.docstring:
        return ""
    doc = read_agreeing(canonical(spoken(unit)), unit)
    return canonical(doc) if doc else ""


def agrees_with(text: str, unit: CodeUnit) -> bool:
    """Tell whether what a model wrote, as it wrote it, passes the static checks."""
    return not parse(textwrap.dedent(text).strip(), Style.REST).problems(unit.signature)


def _document(
    units: Sequence[CodeUnit],
    times: int,
    tokenizer: TrainingTokenizer,
    sampler: Sampler,
    beside: Beside,
) -> list[_Documented]:
    asked = [(group, unit) for group, unit in enumerate(units) for _ in range(times)]
    questions = [encode(prompts.to_doc(unit, beside(unit).lines), tokenizer) for _, unit in asked]
    answers = _ask(questions, Direction.TO_DOC, tokenizer, sampler)
    result = []
    for (group, unit), question, answer in zip(asked, questions, answers, strict=True):
        text = tokenizer.decode(answer.ids)
        doc = read_doc(text, unit)
        shown = canonical(doc) if doc else ""
        agrees = doc is not None and agrees_with(text, unit)
        worth = score_doc(doc, unit)
        told = encode(prompts.to_code(unit, shown), tokenizer)
        result.append(_Documented(unit, group, question, answer, shown, agrees, worth, told))
    return result


def _finish(
    documented: _Documented,
    rebuilds_per_doc: int,
    rebuilds: Iterator[Sampled],
    tokenizer: TrainingTokenizer,
) -> Rollout:
    """Score one documentation by its rebuilds; where it got none its rows are only filled."""
    is_worthy = bool(documented.worth.total)
    answers = [next(rebuilds) for _ in range(rebuilds_per_doc)] if is_worthy else []
    rebuilt = tuple(rebuild(tokenizer.decode(answer.ids), documented.unit) for answer in answers)
    scores = [score_code(code, documented.unit) for code in rebuilt]
    reward = round_trip(documented.worth, scores)
    is_scored = reward.total is not None
    own = Slot(
        direction=Direction.TO_DOC,
        prompt_ids=tuple(documented.prompt_ids),
        answer=documented.answer,
        reward=reward.total or 0.0,
        worth=documented.worth.total or 0.0,
        group=2 * documented.group,
        is_original=False,
        untold_ids=(),
        counts_in_loss=is_scored and documented.answer.is_whole,
    )
    code = replace(
        own,
        direction=Direction.TO_CODE,
        prompt_ids=tuple(documented.told_ids),
        reward=0.0,
        worth=0.0,
        group=own.group + 1,
        counts_in_loss=is_scored,
    )
    if is_worthy:
        scored = zip(answers, scores, strict=True)
        sampled = [
            replace(
                code,
                answer=a,
                reward=score.total or 0.0,
                counts_in_loss=is_scored and a.is_whole,
            )
            for a, score in scored
        ]
        others = [*sampled, _original(code, documented.unit, tokenizer)]
    else:
        filler = replace(code, answer=documented.answer.last(), counts_in_loss=False)
        others = [filler] * (rebuilds_per_doc + 1)
    unit, doc, agrees = documented.unit, documented.doc, documented.agrees
    return Rollout(unit, doc, agrees, rebuilt, reward, (own, *others))


def _ask(
    questions: Sequence[list[int]],
    direction: Direction,
    tokenizer: TrainingTokenizer,
    sampler: Sampler,
) -> list[Sampled]:
    """Sample answers, and cut each at the first stop string, as those who use the model do."""
    return [_cut(answer, stops(direction), tokenizer) for answer in sampler(questions, direction)]


def _cut(answer: Sampled, stop: Sequence[str], tokenizer: TrainingTokenizer) -> Sampled:
    """Give the shortest beginning that holds a stop string, or all of it."""

    def holds(count: int) -> bool:
        text = tokenizer.decode(answer.ids[:count])
        return any(string in text for string in stop)

    if not holds(len(answer.ids)):
        return answer
    low, high = 1, len(answer.ids)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return answer.first(low)
