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
        self._is_finding = is_finding
        self._documented = 0
        self._files = 0
        self._left_alone: Counter[str] = Counter()
        self._missing = 0
        self._failed = 0

    def documented(self, result: DocumentedFile) -> None:
        """Note a file that was documented."""
        self._documented += len(result.written)
        self._files += bool(result.written)
        for left in result.left_alone:
            self._left_alone[left.reason] += 1
            if loudness() > 0:
                place = f"{result.file.path}:{left.unit.lines[0]}"
                click.echo(f"{place}: {left.unit.qualified_name}: {left.reason}", err=True)

    def missing(self, path: Path, unit: CodeUnit) -> None:
        """Note, and list on stdout, a unit without documentation."""
        self._missing += 1
        what = f"{unit.kind.value} {unit.qualified_name}"
        click.echo(f"{path}:{unit.lines[0]}: {what} has no docstring")

    def failed(self, error: BatdocError) -> None:
        """Note, and tell at once, a file that could not be used; the run goes on."""
        self._failed += 1
        click.secho(f"batdoc: {error}", fg="red", err=True)

    @property
    def exit_code(self) -> int:
        """2 if a file could not be used, 1 if there are findings, else 0."""
        if self._failed:
            return 2
        has_findings = self._missing or (self._is_finding and self._documented)
        return 1 if has_findings else 0

    @property
    def has_outcomes(self) -> bool:
        """Tell whether there is anything to summarize."""
        return bool(self._documented or self._left_alone or self._missing or self._failed)

    def summarize(self) -> None:
        """Say on stderr, in one line, what happened."""
        if loudness() >= 0:
            click.echo(self.summary(), err=True)

    def summary(self) -> str:
        """Give the line that `summarize` prints."""
        parts = [f"{_count(self._documented, 'docstring')} in {_count(self._files, 'file')}"]
        if self._left_alone:
            reasons = "; ".join(f"{n}: {why}" for why, n in self._left_alone.most_common())
            parts.append(f"{self._left_alone.total()} left alone ({reasons})")
        if self._missing:
            parts = [f"{_count(self._missing, 'docstring')} missing"]
        if self._failed:
            parts.append(f"{_count(self._failed, 'file')} could not be used")
        return ", ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
