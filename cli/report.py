"""One object that collects what happened to files, tells it, and decides the exit code."""

from collections import Counter
from pathlib import Path

import click

from batdoc.cli.common import loudness
from batdoc.models.document import DocumentedFile
from batdoc.source.errors import BatdocError
from batdoc.source.units import CodeUnit


class Report:
    """Outcomes of one run.

    Args:
        is_finding: Documentation that was written counts as a finding: nothing was changed yet.
    """

    def __init__(self, is_finding: bool) -> None:
        self.is_finding = is_finding
        self.counts: Counter[str] = Counter()
        self._left_alone: Counter[str] = Counter()

    def documented(self, result: DocumentedFile) -> None:
        """Note a file that was documented."""
        self.counts["docstrings"] += len(result.written)
        self.counts["files"] += bool(result.written)
        self.counts["left_alone"] += len(result.left_alone)
        path = result.file.path
        for left in result.left_alone:
            self._left_alone[left.reason] += 1
            _explain(path, left.unit, left.reason)
        for proposal in result.written:
            if sureness := proposal.trust.words():
                _explain(path, proposal.unit, sureness)
            for words in proposal.removed:
                _explain(path, proposal.unit, f"took out: {' '.join(words.split())}")

    def missing(self, path: Path, unit: CodeUnit) -> None:
        """Note, and list on stdout, a unit without documentation."""
        self.counts["missing"] += 1
        what = f"{unit.kind.value} {unit.qualified_name}"
        place = f"{click.format_filename(path)}:{unit.lines[0]}"
        click.echo(f"{place}: {what} has no docstring")

    def failed(self, path: Path, error: BatdocError) -> None:
        """Note, and tell at once, a file that could not be used; the run goes on."""
        self.counts["failed"] += 1
        click.secho(f"batdoc: {error}", fg="red", err=True)

    @property
    def exit_code(self) -> int:
        """2 if a file could not be used, 1 if there are findings, else 0."""
        if self.counts["failed"]:
            return 2
        has_findings = self.counts["missing"] or (self.is_finding and self.counts["docstrings"])
        return 1 if has_findings else 0

    @property
    def has_outcomes(self) -> bool:
        """Tell whether there is anything to summarize."""
        return any(self.counts.values())

    def summarize(self) -> None:
        """Say on stderr, in one line, what happened."""
        if loudness() >= 0:
            click.echo(self.summary(), err=True)

    def summary(self) -> str:
        """Give the line that `summarize` prints."""
        counts = self.counts
        parts = [
            f"{_count(counts['docstrings'], 'docstring')} in {_count(counts['files'], 'file')}"
        ]
        if self._left_alone:
            reasons = "; ".join(f"{n}: {why}" for why, n in self._left_alone.most_common())
            parts.append(f"{counts['left_alone']} left alone ({reasons})")
        if counts["missing"]:
            parts = [f"{_count(counts['missing'], 'docstring')} missing"]
        if counts["failed"]:
            parts.append(f"{_count(counts['failed'], 'file')} could not be used")
        return ", ".join(parts)


def _explain(path: Path, unit: CodeUnit, what: str) -> None:
    """Tell, where the user wants to know it, what became of one unit."""
    if loudness() > 0:
        click.echo(f"{path}:{unit.lines[0]}: {unit.qualified_name}: {what}", err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
