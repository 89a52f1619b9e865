"""Which units of a file a run documents: by kind, name, length, and what they have already."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from batdoc.source.merge import needs_update
from batdoc.source.rules import documentable
from batdoc.source.units import CodeUnit, UnitKind


class Mode(Enum):
    """What becomes of documentation that is there already."""

    MISSING = "it stays"
    UPDATE = "entries that the code has left behind are brought up to date"
    REWRITE = "it is replaced"


@dataclass(frozen=True, slots=True)
class Selection:
    """What to pick among the units that could have documentation.

    Attributes:
        mode: Of those that have some.
        include_private: Also names that are private in their language.
        kinds: Any of these; all where there are none.
        names: Globs; one must match the name or the qualified name, where there are any.
        min_lines: Shorter units are passed over.
    """

    mode: Mode
    include_private: bool
    kinds: frozenset[UnitKind]
    names: tuple[str, ...]
    min_lines: int

    def of(self, units: Sequence[CodeUnit]) -> tuple[CodeUnit, ...]:
        """Pick from all units of a file."""
        return tuple(
            unit
            for unit in documentable(units, self.include_private)
            if self._matches(unit) and self._lacks(unit)
        )

    def _matches(self, unit: CodeUnit) -> bool:
        first, last = unit.lines
        return (
            (not self.kinds or unit.kind in self.kinds)
            and last - first + 1 >= self.min_lines
            and (not self.names or any(_is_called(unit, name) for name in self.names))
        )

    def _lacks(self, unit: CodeUnit) -> bool:
        if self.mode is Mode.REWRITE or not (unit.docstring or "").strip():
            return True
        return self.mode is Mode.UPDATE and needs_update(unit)


def _is_called(unit: CodeUnit, pattern: str) -> bool:
    return fnmatchcase(unit.qualified_name, pattern) or fnmatchcase(unit.name, pattern)
