"""Whose words a docstring has: a model's, as long as nobody read them or wrote others.

What `doc --write` wrote unseen is no evidence of what people here say: shown to a model, or taught,
it would be said more often without being any truer.
"""

from functools import cached_property
from pathlib import Path

from batdoc.source.edits import digest
from batdoc.source.errors import BatdocError
from batdoc.source.journal import Journal, journal_path
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit


def mark_of(unit: CodeUnit) -> str:
    """Give what tells a unit's docstring again, wherever it stands and in whatever style.

    Returns:
        A digest of the unit's name and its first sentence: where that stays, so does its author.
    """
    summary = parse(unit.docstring or "", language=unit.language).summary
    return digest(f"{unit.qualified_name}\n{' '.join(summary.split())}".encode())


class Unread:
    """Tells the docstrings that a model wrote and nobody read.

    Args:
        path: Of the journal, which is read when it is first asked for; None for the user's. Where
            there is none, or none that can be read, nothing is known.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def holds(self, unit: CodeUnit) -> bool:
        """Tell whether a unit's docstring is one of them."""
        return bool(unit.docstring and self._marks) and mark_of(unit) in self._marks

    @cached_property
    def _marks(self) -> frozenset[str]:
        try:
            file = self._path or journal_path()
            if not file.is_file():
                return frozenset()
            with Journal(file) as journal:
                return journal.marks()
        except BatdocError:
            return frozenset()
