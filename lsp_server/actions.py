"""What can be done at a place in a document, and the proved edit that does it; no protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from batdoc.source.docstring import Docstring
from batdoc.source.edits import Edit, apply_edits
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import Language
from batdoc.source.merge import merge, needs_update
from batdoc.source.merge.edit import merged_edit
from batdoc.source.proof import prove, prove_body
from batdoc.source.rewrite import documentation_edit
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind


class Task(Enum):
    """What a model can be asked to write."""

    DOCSTRING = "docstring"
    UPDATE = "update"
    REWRITE = "rewrite"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Target:
    """A unit, named so that it can be found again after other code changed.

    Attributes:
        task: What is to be written.
        name: The unit's qualified name.
        key: Of its code.
        ordinal: Its place among units of the same name and key, from 0.
    """

    task: Task
    name: str
    key: str
    ordinal: int


def offers(units: Sequence[CodeUnit], line: ByteSpan) -> list[Target]:
    """Tell what can be written where the cursor is: for the innermost unit there.

    Args:
        units: All of the document.
        line: The line that the cursor is on.
    """
    around = [u for u in units if u.span.start < line.end and u.span.end > line.start]
    if not around:
        return []
    unit = max(around, key=lambda u: (u.span.start, -u.span.end))
    return [_target(units, unit, task) for task in Task if is_open(unit, task)]


def is_open(unit: CodeUnit, task: Task) -> bool:
    """Tell whether a task makes sense for a unit: only a rewrite writes over what exists."""
    has_words = bool((unit.docstring or "").strip())
    if unit.is_overload:
        return False
    if task is Task.DOCSTRING:
        return not has_words
    if task is Task.UPDATE:
        return has_words and needs_update(unit)
    if task is Task.REWRITE:
        return has_words
    return has_words and unit.is_stub and unit.kind is not UnitKind.CLASS


def find_again(units: Sequence[CodeUnit], target: Target) -> CodeUnit | None:
    """Find a target in the current units; None if its code changed or the task was done."""
    same = _alike(units, target.name, target.key)
    if len(same) > 1:
        same = same[target.ordinal : target.ordinal + 1]
    return same[0] if same and is_open(same[0], target.task) else None


def _target(units: Sequence[CodeUnit], unit: CodeUnit, task: Task) -> Target:
    ordinal = _alike(units, unit.qualified_name, unit.key).index(unit)
    return Target(task, unit.qualified_name, unit.key, ordinal)


def _alike(units: Sequence[CodeUnit], name: str, key: str) -> list[CodeUnit]:
    return [unit for unit in units if unit.qualified_name == name and unit.key == key]


def docstring_edit(
    source: bytes, unit: CodeUnit, docstring: Docstring, house: HouseStyle, language: Language
) -> Edit:
    """Make the proved edit that documents a unit.

    Raises:
        ProofError: It would change more than documentation.
    """
    edit = documentation_edit(source, unit, docstring, house, language)
    prove(source, apply_edits(source, [edit]), [edit], language)
    return edit


def update_edit(
    source: bytes,
    unit: CodeUnit,
    entries: Docstring | None,
    house: HouseStyle,
    language: Language,
) -> Edit | None:
    """Make the proved edit that brings a unit's documentation up to date.

    Args:
        source: The document.
        unit: Documented.
        entries: Has the texts of what is missing.
        house: The style of the document.
        language: Of the document.

    Returns:
        None where nothing can be changed with certainty.

    Raises:
        ProofError: It would change more than documentation.
    """
    merged = merge(unit, entries, house)
    edit = merged_edit(source, unit, merged.lines, language) if merged else None
    if edit is not None:
        prove(source, apply_edits(source, [edit]), [edit], language)
    return edit


def body_edit(source: bytes, unit: CodeUnit, body: str, language: Language) -> Edit:
    """Make the proved edit that gives a stub its body.

    Raises:
        ProofError: It would change more than the body.
    """
    edit = language.place_body(source, unit, body)
    prove_body(source, apply_edits(source, [edit]), edit, unit, language)
    return edit
