"""What is offered above declarations: to document them, or to bring what they say up to date."""

from collections import Counter
from collections.abc import Iterator, Sequence

from batdoc.lsp_server.actions import Target, Task, is_open
from batdoc.source.rules import documentable
from batdoc.source.units import CodeUnit


def lenses(units: Sequence[CodeUnit]) -> Iterator[tuple[CodeUnit, Target]]:
    """Offer at most one task for each unit that users of the code see.

    Args:
        units: All of a document.
    """
    seen_by_users = set(map(id, documentable(units, include_private=False)))
    seen: Counter[tuple[str, str]] = Counter()
    for unit in units:
        ordinal = seen[unit.qualified_name, unit.key]
        seen[unit.qualified_name, unit.key] += 1
        if id(unit) not in seen_by_users:
            continue
        task = next((t for t in (Task.DOCSTRING, Task.UPDATE) if is_open(unit, t)), None)
        if task is not None:
            yield unit, Target(task, unit.qualified_name, unit.key, ordinal)
