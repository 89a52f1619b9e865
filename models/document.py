"""Surveyed files and a backend in, documented files out; what is written is proved.

Reads and writes no file: the command line does, and the language server has its own way.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Event

from batdoc.models.authoring import write_docstrings
from batdoc.models.backend import Backend
from batdoc.source.docstring import Docstring
from batdoc.source.edits import Edit
from batdoc.source.files import SourceFile
from batdoc.source.house_style import HouseStyle
from batdoc.source.rewrite import documentation_edit, rewrite
from batdoc.source.survey import Survey
from batdoc.source.units import CodeUnit

HouseOf = Callable[[Sequence[CodeUnit]], HouseStyle]

UNITS_A_CALL = 64  # enough to keep a batching engine busy, few enough that results come early
NO_ANSWER = "the model gave no usable answer"


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A unit that stays undocumented, and why."""

    unit: CodeUnit
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentedFile:
    """A file with the documentation that it was given.

    Attributes:
        file: The file before.
        after: Its new text; equal to the old one where nothing could be written.
        written: Units that are documented now, as they were before.
        left_alone: The others that should have been.
    """

    file: SourceFile
    after: bytes
    written: tuple[CodeUnit, ...]
    left_alone: tuple[LeftAlone, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    survey: Survey
    house: HouseStyle
    answers: list[Docstring | None] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return len(self.answers) == len(self.survey.missing)


def document(
    surveys: Iterable[Survey],
    house_of: HouseOf,
    backend: Backend,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[DocumentedFile]:
    """Document what files lack; each comes out, in order, as soon as all of it is written.

    Args:
        surveys: Read one by one, as the model needs more to do; files that lack nothing are
            passed over.
        house_of: Tells the style of a file from its units.
        backend: The model.
        cancel: Stops within one token; files that came out before are complete.
        on_progress: Called with the number of units that the model has answered so far.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    open_: deque[_Draft] = deque()
    questions = _questions(surveys, house_of, open_)
    answered = 0
    while chunk := list(islice(questions, UNITS_A_CALL)):
        for draft, docstring in _answer(chunk, backend, cancel):
            draft.answers.append(docstring)
        answered += len(chunk)
        if on_progress:
            on_progress(answered)
        while open_ and open_[0].is_complete:
            yield _finish(open_.popleft())


def _questions(
    surveys: Iterable[Survey], house_of: HouseOf, open_: deque[_Draft]
) -> Iterator[tuple[_Draft, CodeUnit]]:
    """Open a draft for each file that lacks something, and give its units one by one."""
    for survey in surveys:
        if survey.missing:
            draft = _Draft(survey, house_of(survey.units))
            open_.append(draft)
            yield from ((draft, unit) for unit in survey.missing)


def _answer(
    chunk: Sequence[tuple[_Draft, CodeUnit]], backend: Backend, cancel: Event | None
) -> Iterator[tuple[_Draft, Docstring | None]]:
    """Ask the model once for each house style in the chunk."""
    for house in dict.fromkeys(draft.house for draft, _ in chunk):
        drafts, units = zip(*((d, u) for d, u in chunk if d.house == house), strict=True)
        yield from zip(drafts, write_docstrings(units, backend, house, cancel), strict=True)


def _finish(draft: _Draft) -> DocumentedFile:
    survey = draft.survey
    edits: dict[Edit, CodeUnit] = {}
    left_alone: list[LeftAlone] = []
    for unit, docstring in zip(survey.missing, draft.answers, strict=True):
        if docstring is None:
            left_alone.append(LeftAlone(unit, NO_ANSWER))
            continue
        edit = documentation_edit(survey.file.text, unit, docstring, draft.house, survey.language)
        edits[edit] = unit
    result = rewrite(survey.file, list(edits), survey.language)
    left_alone += [LeftAlone(edits[edit], reason) for edit, reason in result.refused]
    written = tuple(edits[edit] for edit in result.applied)
    return DocumentedFile(survey.file, result.after, written, tuple(left_alone))
