"""Whose words a docstring has: a model's, as long as nobody read them or wrote others.

What `doc --write` wrote unseen is no evidence of what people here say: shown to a model, or taught,
it would be said more often without being any truer.
"""

from pathlib import Path

from batdoc.source.edits import digest
from batdoc.source.errors import BatdocError
from batdoc.source.journal import Journal, journal_path
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit


def mark(unit: CodeUnit) -> str:
    """Give what tells a unit's docstring again, wherever it stands and in whatever style.

    Returns:
        A digest of the unit's name and its first sentence: where that stays, so does its author.
    """
    summary = parse(unit.docstring or "", language=unit.language).summary
    return digest(f"{unit.qualified_name}\n{' '.join(summary.split())}".encode())


class Unread:
    """Tells the docstrings that a model wrote and nobody read.

    Args:
        marks: Of them.
    """

    def __init__(self, marks: frozenset[str]) -> None:
        self._marks = marks

    @classmethod
    def recorded(cls, path: Path | None = None) -> "Unread":
        """Read what the journal knows; nothing where there is none, or none that can be read.

        Args:
            path: Of the journal; None for the user's.
        """
        try:
            file = path or journal_path()
            if not file.is_file():
                return cls(frozenset())
            with Journal(file) as journal:
                return cls(journal.marks())
        except BatdocError:
            return cls(frozenset())

    def holds(self, unit: CodeUnit) -> bool:
        """Tell whether a unit's docstring is one of them."""
        return bool(self._marks and unit.docstring) and mark(unit) in self._marks
