"""Carries a plan out on the lines of a docstring; a line that no change names stays as it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from batdoc.source.merge.order import extent
from batdoc.source.merge.plan import Plan
from batdoc.source.styles.located import Located, Mark, bare
from batdoc.source.styles.sections import Role, dedent

_Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines that arrive.

    Attributes:
        at: The line that they stand before.
        lines: As they are to stand there.
    """

    at: int
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """Replacements of ranges of lines, and the ranges that a person's words went with."""

    replaced: dict[_Range, Sequence[str]] = field(default_factory=dict)
    removed: list[_Range] = field(default_factory=list)


def carry_out(
    plan: Plan,
    additions: Sequence[Addition],
    instead: Sequence[str],
) -> tuple[list[str], list[str]]:
    """Change what a plan says.

    Args:
        plan: What changes.
        additions: Entries that arrive.
        instead: Lines that take the place of results that are not true; may be empty.

    Returns:
        The new lines, and the words that went, entry by entry.
    """
    lines = _spelled(plan.layout.lines, [*plan.spelled, *_parted(plan)])
    draft = _Draft()
    for slot, entry in plan.seats:
        if slot is not entry:
            draft.replaced[extent(slot)] = lines[slice(*extent(entry))]
    _remove(plan, {addition.at for addition in additions}, draft)
    if instead and plan.untrue:
        _put_instead(plan, instead, draft)
    removed = ["\n".join(dedent(plan.layout.lines[slice(*gone)])) for gone in draft.removed]
    return _assembled(lines, draft.replaced, additions), removed


def _spelled(lines: Sequence[str], marks: Sequence[tuple[Mark, str]]) -> list[str]:
    """Spell marked characters anew."""
    new = list(lines)
    for mark, text in sorted(marks, key=lambda each: -each[0].start):
        line = new[mark.line]
        new[mark.line] = line[: mark.start] + text + line[mark.end :]
    return new


def _parted(plan: Plan) -> Iterator[tuple[Mark, str]]:
    """Take single names out of entries that tell of several."""
    for entry in plan.layout.of(Role.PARAMS):
        if plan.is_gone(entry):
            continue
        marks = list(entry.names)
        while gone := next((m for m in marks if bare(m.of(plan.layout.lines)) in plan.gone), None):
            at = marks.index(gone)
            has_next = at + 1 < len(marks) and marks[at + 1].line == gone.line
            start = gone.start if has_next or not at else marks[at - 1].end
            yield Mark(gone.line, start, marks[at + 1].start if has_next else gone.end), ""
            marks.remove(gone)


def _remove(plan: Plan, arrivals: set[int], draft: _Draft) -> None:
    """Take out the entries that go, and the heading of a section that is left empty."""
    lines = plan.layout.lines
    going = [entry for entry in plan.layout.entries if plan.is_gone(entry)]
    leaving: list[tuple[_Range, Located]] = []
    for entry in going:
        ranges = [extent(entry), *_apart(entry)]
        draft.removed += ranges
        start, end = entry.section
        is_emptied = entry.heading_end > start and _is_emptied(lines, entry, going)
        if is_emptied and not any(start < at <= end for at in arrivals):
            ranges = [entry.section]
        leaving += [(gone, entry) for gone in ranges]
    for gone, entry in _joined(leaving):
        is_taken = any(gone[0] <= at <= gone[1] for at in arrivals)
        draft.replaced[gone if is_taken else _with_blank(lines, gone, entry)] = ()


def _joined(leaving: Iterable[tuple[_Range, Located]]) -> list[tuple[_Range, Located]]:
    """Join ranges that follow each other; what is joined ends as its last entry does."""
    joined: list[tuple[_Range, Located]] = []
    for gone, entry in sorted(leaving, key=lambda each: each[0]):
        if joined and gone[0] <= joined[-1][0][1]:
            start, end = joined.pop()[0]
            gone = (start, max(end, gone[1]))
        joined.append((gone, entry))
    return joined


def _put_instead(plan: Plan, instead: Sequence[str], draft: _Draft) -> None:
    section = plan.untrue[0].section
    for place in [each for each in draft.replaced if each[0] <= section[0] < each[1]]:
        del draft.replaced[place]
    draft.replaced[section] = instead


def _apart(entry: Located) -> list[_Range]:
    start, end = extent(entry)
    return [block for block in entry.blocks if not start <= block[0] < end]


def _is_emptied(lines: Sequence[str], entry: Located, going: Sequence[Located]) -> bool:
    """Tell whether nothing but the heading would be left of an entry's section."""
    held = {at for each in going for block in each.blocks for at in range(*block)}
    content = range(entry.heading_end, entry.section[1])
    return not any(lines[at].strip() and at not in held for at in content)


def _with_blank(lines: Sequence[str], gone: _Range, entry: Located) -> _Range:
    """Add the blank lines that would stand twice, or at an end, once a range is gone."""
    start, end = gone
    before = next((at for at in range(start, 0, -1) if lines[at - 1].strip()), 0)
    after = next((at for at in range(end, len(lines)) if lines[at].strip()), len(lines))
    if after == len(lines):
        return before, end
    is_last = end >= entry.section[1]
    if before < start and after > end:
        return (before, end) if is_last else (start, after)
    is_first = start == 0 or (start == entry.heading_end > entry.section[0] and not is_last)
    return (start, after) if is_first else gone


def _assembled(
    lines: Sequence[str],
    replaced: Mapping[_Range, Sequence[str]],
    additions: Sequence[Addition],
) -> list[str]:
    """Put lines together; what arrives at a place stands before what is replaced there."""
    new: list[str] = []
    at = 0
    arriving = [((addition.at, addition.at), addition.lines) for addition in additions]
    for (start, end), text in sorted([*arriving, *replaced.items()], key=lambda each: each[0]):
        new += [*lines[at:start], *text]
        at = max(at, end)
    return [*new, *lines[at:]]
