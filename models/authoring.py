"""What cli, lsp_server and evaluation share: units and a backend in, documentation or code out.

How a model's answer is read is the business of `reading`; where text goes into a file, of source.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.choice import MOST_DOC, best_answers
from batdoc.models.entries import filled, write_entries
from batdoc.models.fitting import fit, fitting
from batdoc.models.prompts import Direction, Prompt
from batdoc.models.reading import read_body
from batdoc.models.rebuilding import MOST_BODY, likenesses
from batdoc.models.retelling import with_retold_entries, with_retold_summaries
from batdoc.models.trust import NO_ANSWER, NO_ROOM, Body, Trust, Unwritten, Written
from batdoc.source.docstring import Docstring
from batdoc.source.examples import Run
from batdoc.source.house.precedents import NOTHING as NOTHING_KNOWN
from batdoc.source.house.precedents import Entries, Exemplar, Known, Precedents
from batdoc.source.house.style import HouseStyle
from batdoc.source.merge import wanted
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit

_ROOMY = 4096  # tokens of context from which examples are shown
_CHUNK = 64  # units between two reports of progress


@dataclass(frozen=True, slots=True)
class Manner:
    """What goes into documentation beside the house style, and how hard to try.

    Attributes:
        precedents: Finds what the code base says already of like functions, to be shown beside
            each; None where nothing is shown.
        run: Runs a program in the sandbox: a model's examples are kept if they are run by it;
            None drops them all.
        best_of: How many answers to choose from: the likeliest, and others that are sampled.
        verifies: Code is rebuilt from what was written, and compared; the choice goes by that.
        is_patient: Whole functions may be shown to a model with room for them, which it takes
            long to read.
    """

    precedents: Precedents | None
    run: Run | None
    best_of: int = 1
    verifies: bool = False
    is_patient: bool = True

    def shown(self, unit: CodeUnit, siblings: Sequence[CodeUnit], backend: Backend) -> "Shown":
        """Choose what a model is shown beside a unit.

        Args:
            unit: What it is to document.
            siblings: The units of its file.
            backend: The model.
        """
        if self.precedents is None:
            return NOTHING
        if backend.context_size < _ROOMY:
            return Shown(known=self.precedents.known(unit, siblings))
        if not self.is_patient:
            return NOTHING
        return Shown(exemplars=self.precedents.exemplars(unit, siblings))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a model is shown beside a unit: whole functions, or a few lines.

    Attributes:
        exemplars: Whole functions.
        known: Lines; what is retold in it is not shown, but tried in the place of an answer.
    """

    exemplars: tuple[Exemplar, ...] = ()
    known: Known = NOTHING_KNOWN


NOTHING = Shown()
PLAIN = Manner(precedents=None, run=None)


def write_docstrings(
    units: Sequence[CodeUnit],
    backend: Backend,
    house: HouseStyle,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
    manner: Manner = PLAIN,
    shown: Sequence[Shown] | None = None,
) -> list[Written | Unwritten]:
    """Write documentation for units, many at a time.

    Args:
        units: Which to document.
        backend: The model.
        house: The style to write in, and which sections.
        cancel: Stops within one token.
        on_progress: Called with the number of units finished so far.
        manner: How hard to try, and whether examples are wanted; those are not verified here, for
            that takes the whole file (`source.examples`).
        shown: What the model is shown beside each unit; None for nothing.

    Returns:
        One a unit, in order.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    written: list[Written | Unwritten] = []
    for start in range(0, len(units), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        beside = shown[chunk] if shown else [NOTHING] * len(units[chunk])
        written += _write_chunk(units[chunk], beside, backend, house, cancel, manner)
        if on_progress is not None:
            on_progress(len(written))
    return written


def _write_chunk(
    units: Sequence[CodeUnit],
    shown: Sequence[Shown],
    backend: Backend,
    house: HouseStyle,
    cancel: Event | None,
    manner: Manner,
) -> list[Written | Unwritten]:
    # Without entries a single line is wanted, and the rest would only cost time.
    stop = () if house.documents_params else ("\n",)
    asked = {
        index: prompt
        for index, question in enumerate(map(_to_doc, units, shown))
        if (prompt := fitting(question, backend, MOST_DOC)) is not None
    }
    if not asked:
        return [Unwritten(NO_ROOM)] * len(units)
    answers = best_answers(units, asked, stop, backend, manner.best_of, manner.verifies, cancel)
    known = {index: shown[index].known for index in asked}
    if manner.best_of == 1:  # else the best of several was chosen with more care
        answers = with_retold_summaries(answers, units, asked, known, backend, cancel)
    docs: list[Docstring | None]
    docs = [answers[index][1] if index in answers else None for index in range(len(units))]
    if house.documents_params:
        docs = filled(units, asked, docs, backend, cancel=cancel)
        docs = with_retold_entries(docs, units, asked, known, backend, cancel)
    if manner.run is None:
        docs = [replace(doc, examples="") if doc else None for doc in docs]
    told = [(unit, canonical(doc)) for unit, doc in zip(units, docs, strict=True) if doc]
    rebuilt = iter(likenesses(told, backend, cancel) if manner.verifies else repeat(None))
    return [
        Written(
            house.dress(doc, unit),
            Trust(
                _confidence(answers[index][0], backend),
                next(rebuilt),
                is_cut=asked[index].code != unit.code,
            ),
        )
        if doc
        else Unwritten(NO_ANSWER if index in asked else NO_ROOM)
        for index, (doc, unit) in enumerate(zip(docs, units, strict=True))
    ]


def _confidence(answer: Completion, backend: Backend) -> float | None:
    logprob = answer.first_line_logprob
    return backend.scale.confidence(logprob) if backend.scale and logprob is not None else None


def _to_doc(unit: CodeUnit, shown: Shown) -> Prompt:
    return replace(prompts.to_doc(unit, shown.known.lines), exemplars=shown.exemplars)


def write_updates(
    units: Sequence[CodeUnit],
    shown: Sequence[Shown],
    backend: Backend,
    cancel: Event | None = None,
) -> list[Written]:
    """Write the entries that documentation lacks, and no others.

    Args:
        units: Documented.
        shown: What the model is shown beside each.
        backend: The model.
        cancel: Stops within one token.

    Returns:
        One a unit, in order: the summary as it stands, and the entries that there is a text for.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    lacks = [wanted(unit) for unit in units]
    lines = [each.known.lines for each in shown]
    written = write_entries(units, lacks, backend, cancel, lines)
    places = [{(gap.field, gap.name) for gap in gaps} for gaps in lacks]
    known = {
        index: replace(each.known, entries=_among(each.known.entries, places[index]))
        for index, each in enumerate(shown)
    }
    asked = dict(enumerate(map(_to_doc, units, shown)))
    docs = with_retold_entries(
        [each.docstring for each in written], units, asked, known, backend, cancel
    )
    return [
        replace(each, docstring=doc or each.docstring)
        for each, doc in zip(written, docs, strict=True)
    ]


def _among(entries: Entries, places: Container[tuple[str, str]]) -> Entries:
    return {place: text for place, text in entries.items() if place in places}


def write_bodies(
    units: Sequence[CodeUnit],
    backend: Backend,
    cancel: Event | None = None,
) -> list[Body | None]:
    """Write the bodies of stubs from their headers and documentation.

    Returns:
        One a unit, in order, that parses under the unit's header and does not start with
        documentation. None where the model gave no such thing.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    questions = [_question(unit) for unit in units]
    asked = [fit(question, backend, MOST_BODY) for question in questions]
    stop = prompts.stops(Direction.TO_CODE)
    answers = backend.generate(asked, Limits.greedy(MOST_BODY), stop, cancel)
    codes = [read_body(answer.text, unit) for answer, unit in zip(answers, units, strict=True)]
    return [
        Body(code, is_cut=shown.doc != question.doc) if code is not None else None
        for code, shown, question in zip(codes, asked, questions, strict=True)
    ]


def _question(unit: CodeUnit) -> Prompt:
    doc = parse(unit.docstring or "", language=unit.language)
    return prompts.to_code(unit, canonical(doc))
