"""The outcome of `batdoc doc` as one JSON document, for scripts."""

import json
from pathlib import Path

import click

from batdoc.cli.report import Report
from batdoc.models.document import DocumentedFile
from batdoc.models.trust import UNKNOWN, Trust
from batdoc.source.errors import BatdocError
from batdoc.source.units import CodeUnit

_COUNTS = ("files", "docstrings", "left_alone", "missing", "failed")


class JsonReport(Report):
    """A report whose outcomes come on stdout when all is done; messages stay on stderr."""

    def __init__(self, is_finding: bool) -> None:
        super().__init__(is_finding)
        self._files: dict[Path, dict[str, object]] = {}

    def documented(self, result: DocumentedFile) -> None:
        """Note a file that was documented."""
        super().documented(result)
        state = "proposed" if self.is_finding else "written"
        units = [
            _unit(proposal.unit, state, proposal.trust)
            | {"docstring": text, "removed": list(proposal.removed)}
            for proposal, text in zip(result.written, result.docstrings(), strict=True)
        ]
        units += [
            _unit(left.unit, "left alone", left.trust) | {"reason": left.reason}
            for left in result.left_alone
        ]
        self._add(result.file.path, state if result.written else "unchanged", units)

    def missing(self, path: Path, unit: CodeUnit) -> None:
        """Note a unit without documentation."""
        self.counts["missing"] += 1
        self._add(path, "unchanged", [_unit(unit, "missing", UNKNOWN)])

    def failed(self, path: Path, error: BatdocError) -> None:
        """Note, and tell at once, a file that could not be used; the run goes on."""
        super().failed(path, error)
        self._add(path, "failed", [])
        self._files[path]["reason"] = str(error)

    def summarize(self) -> None:
        """Print the document; what happened, in one line, goes to stderr as well."""
        summary = {name: self.counts[name] for name in _COUNTS}
        click.echo(json.dumps({"files": list(self._files.values()), "summary": summary}, indent=2))
        super().summarize()

    def _add(self, path: Path, state: str, units: list[dict[str, object]]) -> None:
        """Put units to their file; a path may come more than once."""
        file = self._files.setdefault(path, {"path": path.as_posix(), "state": state, "units": []})
        known = file["units"]
        assert isinstance(known, list)
        known += units


def _unit(unit: CodeUnit, state: str, trust: Trust) -> dict[str, object]:
    return {
        "name": unit.qualified_name,
        "kind": unit.kind.value,
        "line": unit.lines[0],
        "state": state,
        "confidence": _rounded(trust.confidence),
        "verified": _rounded(trust.verified),
        "is_cut": trust.is_cut,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
