"""Which entries stand under each other, and how they come into the signature's order."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from batdoc.source.styles.locate import Layout
from batdoc.source.styles.located import Located
from batdoc.source.styles.sections import Role

Seat = tuple[Located, Located]


def extent(entry: Located) -> tuple[int, int]:
    """Give an entry's lines and those of its type, if they follow at once."""
    start, end = entry.blocks[0]
    for block in sorted(entry.blocks):
        if block[0] == end:
            end = block[1]
    return start, end


def runs(layout: Layout) -> list[list[Located]]:
    """Group the entries of parameters that stand under each other with nothing between."""
    found: list[list[Located]] = []
    for entry in layout.of(Role.PARAMS):
        if found and _is_next(layout.lines, found[-1][-1], entry):
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def _is_next(lines: Sequence[str], last: Located, entry: Located) -> bool:
    has_heading = entry.heading_end != entry.section[0]
    if has_heading and last.section != entry.section:
        return False
    end = extent(last)[1]
    return end <= entry.start and not any(line.strip() for line in lines[end : entry.start])


def gap(run: Sequence[Located]) -> list[str]:
    """Give the blank lines that stand between each two entries of a run."""
    gaps = [after.start - extent(before)[1] for before, after in pairwise(run)]
    return [""] * min(gaps, default=0)


def seats(layout: Layout, rank: Callable[[Located], int | None]) -> list[Seat]:
    """Give each place of a parameter's entry and the entry that is to stand there.

    Entries are put in order within their run only: words between them may tell of those next to
    them.

    Args:
        layout: The docstring.
        rank: Gives an entry's place in the signature; entries without one keep their places.
    """
    found: list[Seat] = []
    for run in runs(layout):
        ranked = [(place, at) for at, entry in enumerate(run) if (place := rank(entry)) is not None]
        slots = [at for _, at in ranked]
        seated = dict(zip(slots, (at for _, at in sorted(ranked)), strict=True))
        found += [(slot, run[seated.get(at, at)]) for at, slot in enumerate(run)]
    return found
