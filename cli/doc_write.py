"""How `batdoc doc --write` writes: each file is recorded in the journal before it is replaced."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batdoc.models.document import DocumentedFile, Proposal
from batdoc.models.trust import Trust
from batdoc.source.errors import InputError
from batdoc.source.files import encode, write_atomic
from batdoc.source.journal import Journal, journal_path
from batdoc.source.journal.authorship import mark_of
from batdoc.source.journal.records import UnitRecord
from batdoc.source.journal.resume import Settled, interrupted_run
from batdoc.source.units import CodeUnit


class Writer:
    """Writes the files of one run.

    Args:
        journal: Open.
        run: The run's id.
        settled: What the run settled before it was resumed, if it is.
    """

    def __init__(self, journal: Journal, run: int, settled: Settled | None) -> None:
        self._settled = settled
        self._journal = journal
        self._run = run

    def is_settled(self, path: Path, unit: CodeUnit) -> bool:
        """Tell whether the run was through with a unit before it was resumed."""
        return self._settled is not None and self._settled.holds(path, unit)

    def write(self, result: DocumentedFile) -> None:
        """Record what was settled in a file, and replace the file if anything was written.

        Raises:
            InputError: The file changed since it was read, is read-only, or the disk refuses.
            JournalError: It could not be recorded; the file is as it was.
        """
        units = _units(result)
        if not units:
            return
        file, before = result.file, encode(result.file, result.file.text)
        after = encode(file, result.after) if result.written else None
        change = self._journal.record(self._run, file.path, before, after, units)
        if after is None:
            return
        try:
            write_atomic(file.path, after, file.digest)
        except InputError:
            self._journal.withdraw(change)
            raise

    def finish(self) -> None:
        """Note that the run came to its end; one that is not finished can be resumed."""
        self._journal.finish(self._run)


@contextmanager
def open_writer(command: str, root: Path, resumes: bool) -> Iterator[Writer]:
    """Begin a run, or go on with the one that was cut short.

    Args:
        command: As it was typed.
        root: Of the repository, or the folder that holds all paths.
        resumes: Go on.

    Raises:
        InputError: There is no run to go on with.
        JournalError: The journal cannot be used.
    """
    with Journal(journal_path()) as journal:
        if not resumes:
            yield Writer(journal, journal.begin(command, root), None)
            return
        run = interrupted_run(journal, root)
        if run is None:
            raise InputError(f"no interrupted run in {root}; leave --resume out")
        yield Writer(journal, run.id, Settled(journal, run))


def _units(result: DocumentedFile) -> list[UnitRecord]:
    written = [
        _record(proposal.unit, proposal.trust, is_written=True, mark=_mark(proposal, unit))
        for proposal, unit in zip(result.written, result.units(), strict=True)
    ]
    left = [_record(each.unit, each.trust, is_written=False) for each in result.left_alone]
    return written + left


def _record(unit: CodeUnit, trust: Trust, is_written: bool, mark: str = "") -> UnitRecord:
    confidence, verified = trust.confidence, trust.verified
    return UnitRecord(unit.qualified_name, unit.key, is_written, confidence, verified, mark)


def _mark(proposal: Proposal, after: CodeUnit) -> str:
    """Give what tells again a docstring of the model's that nobody read."""
    told = mark_of(after)
    return "" if proposal.is_read or told == mark_of(proposal.unit) else told
