"""Surveyed files and a backend in, documented files out; what is written is proved.

Reads and writes no file: the command line does, and the language server has its own way. Between a
draft and its proof a person may look at each proposal.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from threading import Event

from batdoc.models.authoring import PLAIN, Manner, Shown, write_docstrings, write_updates
from batdoc.models.backend import Backend
from batdoc.models.trust import NO_ANSWER, UNKNOWN, Trust, Unwritten, Written
from batdoc.source.edits import Edit
from batdoc.source.examples import kept_examples
from batdoc.source.files import SourceFile
from batdoc.source.house.style import HouseStyle
from batdoc.source.merge import merge, wanted
from batdoc.source.merge.edit import merged_edit
from batdoc.source.rewrite import documentation_edit, rewrite
from batdoc.source.survey import Survey
from batdoc.source.units import CodeUnit

HouseOf = Callable[[Sequence[CodeUnit]], HouseStyle]

UNITS_A_CALL = 64  # enough to keep a batching engine busy, few enough that results come early
NO_MERGE = "nothing in it can be changed with certainty"


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A unit whose documentation stays as it is, and why.

    Attributes:
        unit: As it was found.
        reason: In words.
        trust: What is known of the docstring that was held back for it.
    """

    unit: CodeUnit
    reason: str
    trust: Trust = UNKNOWN


@dataclass(frozen=True, slots=True)
class Proposal:
    """Documentation for one unit; not proved yet.

    Attributes:
        unit: As it was found.
        edit: What would change.
        removed: What a person wrote and the code made untrue, entry by entry.
        trust: What is known of it.
        is_read: A person read it and agreed.
    """

    unit: CodeUnit
    edit: Edit
    removed: tuple[str, ...] = ()
    trust: Trust = UNKNOWN
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A file, and what could be written into it.

    Attributes:
        survey: The file before.
        house: The style of it.
        proposals: In source order.
        left_alone: Units that were asked for and have no proposal.
    """

    survey: Survey
    house: HouseStyle
    proposals: tuple[Proposal, ...]
    left_alone: tuple[LeftAlone, ...]


@dataclass(frozen=True, slots=True)
class DocumentedFile:
    """A file with the documentation that it was given.

    Attributes:
        survey: The file before.
        after: Its new text; equal to the old one where nothing could be written.
        written: What is in `after`.
        left_alone: Units that were asked for and are not.
    """

    survey: Survey
    after: bytes
    written: tuple[Proposal, ...]
    left_alone: tuple[LeftAlone, ...]

    @property
    def file(self) -> SourceFile:
        """The file before."""
        return self.survey.file

    def units(self) -> list[CodeUnit]:
        """Give each written unit as it reads in the file, with its new documentation."""
        units = self.survey.units
        # The proof holds that the same units stand in the same order.
        after = dict(zip(units, self.survey.language.units(self.after), strict=True))
        return [after[proposal.unit] for proposal in self.written]

    def docstrings(self) -> list[str]:
        """Give the new documentation of each written unit, as it reads in the file."""
        return [unit.docstring or "" for unit in self.units()]


@dataclass(frozen=True, slots=True)
class _Open:
    """A file that the model is not done with."""

    survey: Survey
    house: HouseStyle
    answers: list[Proposal | LeftAlone] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return len(self.answers) == len(self.survey.wanted)

    def draft(self) -> Draft:
        return Draft(
            self.survey,
            self.house,
            tuple(answer for answer in self.answers if isinstance(answer, Proposal)),
            tuple(answer for answer in self.answers if isinstance(answer, LeftAlone)),
        )


def document(
    surveys: Iterable[Survey],
    house_of: HouseOf,
    backend: Backend,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[DocumentedFile]:
    """Document what files lack; each comes out, in order, as soon as all of it is written.

    Args:
        surveys: As `drafts` has it.
        house_of: Tells the style of a file from its units.
        backend: The model.
        cancel: Stops within one token; files that came out before are complete.
        on_progress: Called with the number of units that the model has answered so far.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    yield from map(settle, drafts(surveys, house_of, backend, False, cancel, on_progress))


def drafts(
    surveys: Iterable[Survey],
    house_of: HouseOf,
    backend: Backend,
    merges: bool,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
    units_a_call: int = UNITS_A_CALL,
    manner: Manner = PLAIN,
) -> Iterator[Draft]:
    """Draft what files are to get; each comes out, in order, as soon as all of it is there.

    Args:
        surveys: Read one by one, as the model needs more to do; files of which nothing is wanted
            are passed over.
        house_of: Tells the style of a file from its units.
        backend: The model.
        merges: Documentation that is there is brought up to date; else it is replaced.
        cancel: Stops within one token.
        on_progress: Called with the number of units that the model has answered so far.
        units_a_call: How many the model is asked about at once.
        manner: What to show to the model, and what becomes of examples in its answers.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    open_: deque[_Open] = deque()
    questions = _questions(surveys, house_of, open_)
    answered = 0
    while chunk := list(islice(questions, units_a_call)):
        for asked, answer in _answer(chunk, backend, merges, cancel, manner):
            asked.answers.append(answer)
        answered += len(chunk)
        if on_progress:
            on_progress(answered)
        while open_ and open_[0].is_complete:
            yield open_.popleft().draft()


def propose(
    draft: Draft,
    unit: CodeUnit,
    backend: Backend,
    merges: bool,
    cancel: Event | None = None,
    manner: Manner = PLAIN,
) -> Proposal | LeftAlone:
    """Ask once more about one unit of a draft; the arguments are those of `drafts`."""
    again = _Open(draft.survey, draft.house)
    ((_, answer),) = _answer([(again, unit)], backend, merges, cancel, manner)
    return answer


def held_back(draft: Draft, least: float) -> Draft:
    """Leave alone what the model is less sure of; a draft of which nothing is known stays whole.

    Args:
        draft: Of one file.
        least: Confidence, in [0, 1].
    """
    unsure = [each for each in draft.proposals if each.trust.is_below(least)]
    left = [LeftAlone(each.unit, f"confidence below {least:g}", each.trust) for each in unsure]
    return replace(
        draft,
        proposals=tuple(each for each in draft.proposals if each not in unsure),
        left_alone=(*draft.left_alone, *left),
    )


def settle(draft: Draft) -> DocumentedFile:
    """Put the proposals of a draft into its file, those that can be proved."""
    survey = draft.survey
    proposals = {proposal.edit: proposal for proposal in draft.proposals}
    result = rewrite(survey.file, list(proposals), survey.language)
    refused = [LeftAlone(proposals[edit].unit, reason) for edit, reason in result.refused]
    written = tuple(proposals[edit] for edit in result.applied)
    return DocumentedFile(survey, result.after, written, (*draft.left_alone, *refused))


def _questions(
    surveys: Iterable[Survey], house_of: HouseOf, open_: deque[_Open]
) -> Iterator[tuple[_Open, CodeUnit]]:
    """Open each file of which something is wanted, and give its units one by one."""
    for survey in surveys:
        if survey.wanted:
            file = _Open(survey, house_of(survey.units))
            open_.append(file)
            yield from ((file, unit) for unit in survey.wanted)


def _answer(
    chunk: Sequence[tuple[_Open, CodeUnit]],
    backend: Backend,
    merges: bool,
    cancel: Event | None,
    manner: Manner,
) -> Iterator[tuple[_Open, Proposal | LeftAlone]]:
    """Ask the model once for each house style in the chunk, and once for what is to be merged."""
    answers: dict[int, Proposal | LeftAlone] = {}
    for house in dict.fromkeys(file.house for file, _ in chunk):
        here = [index for index, (file, _) in enumerate(chunk) if file.house == house]
        old = [index for index in here if merges and (chunk[index][1].docstring or "").strip()]
        new = [index for index in here if index not in old]
        shown = [_shown(*each, backend, manner) for each in chunk]
        fresh = _docstrings(chunk, new, shown, backend, cancel, manner)
        for index, written in zip(new, fresh, strict=True):
            answers[index] = _fresh(*chunk[index], written, manner)
        for index, entries in zip(old, _entries(chunk, old, shown, backend, cancel), strict=True):
            answers[index] = _merged(*chunk[index], entries)
    yield from ((file, answers[index]) for index, (file, _) in enumerate(chunk))


def _shown(file: _Open, unit: CodeUnit, backend: Backend, manner: Manner) -> Shown:
    return manner.shown(unit, file.survey.units, backend)


def _docstrings(
    chunk: Sequence[tuple[_Open, CodeUnit]],
    indices: Sequence[int],
    shown: Sequence[Shown],
    backend: Backend,
    cancel: Event | None,
    manner: Manner,
) -> list[Written | Unwritten]:
    if not indices:
        return []
    house = chunk[indices[0]][0].house
    units = [chunk[index][1] for index in indices]
    beside = [shown[index] for index in indices]
    return write_docstrings(units, backend, house, cancel, manner=manner, shown=beside)


def _entries(
    chunk: Sequence[tuple[_Open, CodeUnit]],
    indices: Sequence[int],
    shown: Sequence[Shown],
    backend: Backend,
    cancel: Event | None,
) -> list[Written]:
    beside = [shown[index] for index in indices]
    return write_updates([chunk[index][1] for index in indices], beside, backend, cancel)


def _fresh(
    file: _Open, unit: CodeUnit, written: Written | Unwritten, manner: Manner
) -> Proposal | LeftAlone:
    if isinstance(written, Unwritten):
        return LeftAlone(unit, written.reason)
    survey, docstring = file.survey, written.docstring
    if manner.run is not None and docstring.examples:
        docstring = kept_examples(docstring, survey.file.text.decode(), unit, manner.run)
    edit = documentation_edit(survey.file.text, unit, docstring, file.house, survey.language)
    return Proposal(unit, edit, trust=written.trust)


def _merged(file: _Open, unit: CodeUnit, entries: Written) -> Proposal | LeftAlone:
    merged = merge(unit, entries.docstring, file.house)
    if merged is None:
        return LeftAlone(unit, NO_ANSWER if wanted(unit) else NO_MERGE)
    edit = merged_edit(file.survey.file.text, unit, merged.lines, file.survey.language)
    if edit is None:
        return LeftAlone(unit, NO_MERGE)
    return Proposal(unit, edit, merged.removed, entries.trust)
