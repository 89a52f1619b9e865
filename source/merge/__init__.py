"""Brings a docstring up to date with its code and leaves every other word of it alone.

Works on the lines as a person wrote them: nothing is rendered anew but the entries that arrive.
Where it cannot tell with certainty where something stands, it changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from batdoc.source.docstring import Docstring, Entry
from batdoc.source.house.style import HouseStyle
from batdoc.source.merge.entries import EntryWriter
from batdoc.source.merge.lines import carry_out
from batdoc.source.merge.plan import Plan, Wanted, plan
from batdoc.source.signature import Signature
from batdoc.source.styles import parse, render
from batdoc.source.styles.locate import locate
from batdoc.source.styles.located import bare
from batdoc.source.styles.sections import indent_of
from batdoc.source.units import CodeUnit

_TAB_WIDTH = 4
_NARROWEST = 30
_MOST_LINES = 5000  # nobody wrote more by hand, and comparing more takes its time
_MOST_ROUNDS = 3  # one change may be the evidence for another


@dataclass(frozen=True, slots=True)
class Merged:
    """A docstring that was brought up to date.

    Attributes:
        lines: Its lines, dedented, without quotes or comment marks.
        removed: What a person wrote and the code made untrue, entry by entry, as it stood.
        unanswered: Entries that are still missing, because nobody gave a text for them.
    """

    lines: tuple[str, ...]
    removed: tuple[str, ...]
    unanswered: tuple[Wanted, ...]


def needs_update(unit: CodeUnit) -> bool:
    """Tell whether a unit has documentation that its code has left behind."""
    found = plan(unit)
    return found is not None and bool(found.has_changes or found.wanted)


def wanted(unit: CodeUnit) -> tuple[Wanted, ...]:
    """Give the entries that a unit's documentation lacks, and that a model is to write."""
    found = plan(unit)
    return found.wanted if found else ()


def merge(unit: CodeUnit, fresh: Docstring | None, house: HouseStyle) -> Merged | None:
    """Bring a unit's docstring up to date.

    Args:
        unit: Documented.
        fresh: Has the texts of entries that are missing; an entry without one is not added.
        house: Whether types are repeated, and how long a line may be.

    Returns:
        None where nothing is to change, or nothing can be changed with certainty: another run
        would find nothing to do.
    """
    merged: Merged | None = None
    for _ in range(_MOST_ROUNDS):
        step = _merged_once(unit, fresh, house)
        if step is None:
            return merged
        removed = (*(merged.removed if merged else ()), *step.removed)
        merged = Merged(step.lines, removed, step.unanswered)
        unit = replace(unit, docstring="\n".join(step.lines))
    return None


def _merged_once(unit: CodeUnit, fresh: Docstring | None, house: HouseStyle) -> Merged | None:
    found = plan(unit)
    if found is None or len(found.layout.lines) > _MOST_LINES:
        return None
    answers = _answers(found, fresh, unit.signature, house)
    if not (found.has_changes or answers):
        return None
    unanswered = tuple(gap for gap in found.wanted if gap not in answers)
    for copies in (True, False) if answers else (False,):
        lines, removed = _carried_out(found, answers, unit, house, copies)
        if tuple(lines) != found.layout.lines and _holds(found, lines, unit.language, answers):
            return Merged(tuple(lines), tuple(removed), unanswered)
    return None


def _answers(
    found: Plan, fresh: Docstring | None, signature: Signature, house: HouseStyle
) -> dict[Wanted, Entry]:
    """Find the entries that have a text, and give them the types that the house repeats."""
    if fresh is None:
        return {}
    types = {p.name: p.annotation for p in signature.parameters} | {"": signature.returns}
    given = {("returns", ""): fresh.returns} if fresh.returns else {}
    given |= {("params", bare(entry.name)): entry for entry in fresh.params}
    given |= {("raises", _last(entry.name)): entry for entry in fresh.raises}
    answers: dict[Wanted, Entry] = {}
    for gap in found.wanted:
        entry = given.get((gap.field, _last(bare(gap.name))))
        if entry is not None and entry.text.strip():
            is_typed = house.documents_types and gap.field != "raises"
            type_ = types.get(bare(gap.name)) if is_typed else None
            answers[gap] = Entry(gap.name, " ".join(type_.split()) if type_ else None, entry.text)
    return answers


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _carried_out(
    found: Plan, answers: Mapping[Wanted, Entry], unit: CodeUnit, house: HouseStyle, copies: bool
) -> tuple[list[str], list[str]]:
    """Give the new lines and the words that went; `copies` as of `EntryWriter`."""
    width = max(house.line_length - len(unit.indent.expandtabs(_TAB_WIDTH)), _NARROWEST)
    order = {p.name: at for at, p in enumerate(unit.signature.parameters)}
    given = {
        field: [entry for gap, entry in answers.items() if gap.field == field]
        for field in ("params", "raises", "returns")
    }
    writer = EntryWriter(found, unit.language, width, copies)
    additions = [*writer.params(order, given["params"]), *writer.raises(given["raises"])]
    instead: list[str] = []
    for result in given["returns"]:
        style = found.layout.docstring.style
        instead = render(Docstring("", "", (), result, None, (), "", style), width)
    return carry_out(found, additions, instead)


def _margin(lines: Sequence[str]) -> int:
    """Give the indentation that all lines but the first share, and that a file would not keep."""
    return min((indent_of(line) for line in lines[1:] if line.strip()), default=0)


def _holds(found: Plan, lines: Sequence[str], language: str, answers: Iterable[Wanted]) -> bool:
    """Tell whether the new lines read as the old ones, but for what was to change."""
    before, text = found.layout.docstring, "\n".join(lines)
    renamed = {bare(mark.of(found.layout.lines)): bare(new) for mark, new in found.spelled}
    kept = {
        renamed.get(name, name): entry.text
        for name, entry in ((bare(entry.name), entry) for entry in before.params)
        if name not in found.gone
    }
    arrived = {bare(gap.name) for gap in answers if gap.field == "params"}
    after = parse(text, language=language)
    now = {bare(entry.name): entry.text for entry in after.params}
    is_empty = not after.entries
    return (
        _margin(lines) in (0, _margin(found.layout.lines))
        and (is_empty or (locate(text, language) is not None and after.style is before.style))
        and after.summary == before.summary
        and set(now) - set(kept) <= arrived
        and all(now.get(name) == words for name, words in kept.items())
        and {entry.name for entry in before.raises} <= {entry.name for entry in after.raises}
    )
