"""What a run that was cut short had settled, so that it can go on where it ended."""

from pathlib import Path

from batdoc.source.journal import Journal
from batdoc.source.journal.records import Run
from batdoc.source.journal.undo import writes
from batdoc.source.paths import real_path
from batdoc.source.units import CodeUnit


def interrupted_run(journal: Journal, root: Path) -> Run | None:
    """Find the newest run of a repository, if it was cut short and nothing of it was undone."""
    newest = next((run for run in journal.runs() if run.root == root), None)
    if newest is None or newest.is_finished:
        return None
    was_undone = any(change.is_undone for change in journal.changes(newest.id))
    return None if was_undone else newest


class Settled:
    """The units that a run need not be asked about again: written or refused, same code as then.

    A change that was recorded and never made is forgotten in the journal, too.

    Args:
        journal: Has the run.
        run: Cut short.
    """

    def __init__(self, journal: Journal, run: Run) -> None:
        changes = journal.changes(run.id)
        made = {change.id for change in writes(changes, run.is_finished)}
        self._keys: set[tuple[Path, str, str]] = set()
        for change in changes:
            if change.after is None or change.id in made:
                self._keys |= {(change.path, unit.name, unit.key) for unit in change.units}
            else:
                journal.withdraw(change.id)

    def holds(self, path: Path, unit: CodeUnit) -> bool:
        """Tell whether a unit of a file is settled."""
        return (real_path(path), unit.qualified_name, unit.key) in self._keys
