"""What `batdoc check` finds in an open document, as the protocol's diagnostics; no model."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lsprotocol import types

from batdoc.lsp_server import translate
from batdoc.lsp_server.actions import Target, Task
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.positions import ByteOffset, ColumnUnit, Positions
from batdoc.lsp_server.settings import Check
from batdoc.source.check import check
from batdoc.source.edits import digest
from batdoc.source.errors import ConfigError
from batdoc.source.files import SourceFile
from batdoc.source.findings import Finding
from batdoc.source.rules import RULES, choose
from batdoc.source.settings import Settings, load_settings
from batdoc.source.units import CodeUnit

SOURCE = "batdoc"
_MISSING = "BD1"  # the group of rules on what has no documentation
_CODES = frozenset(rule.code for rule in RULES)
_DRIFT = frozenset(code for code in _CODES if not code.startswith(_MISSING))


def codes_of(wanted: Check, settings: Settings | None) -> frozenset[str]:
    """Give the codes of the rules to follow.

    Args:
        wanted: What the user asks for.
        settings: Of the repository, which may leave out some; None outside of one.
    """
    asked = {Check.OFF: frozenset[str](), Check.DRIFT: _DRIFT, Check.ALL: _CODES}[wanted]
    return asked & choose(settings.select, settings.ignore) if settings else asked


def findings(
    snapshot: Snapshot,
    units: Sequence[CodeUnit],
    wanted: Check,
    is_wanted: Callable[[CodeUnit], bool] = lambda _: True,
) -> tuple[Finding, ...]:
    """Check a document.

    Args:
        snapshot: The document.
        units: All of it.
        wanted: Which rules to follow.
        is_wanted: Picks the units to look at.
    """
    settings = _settings_around(snapshot.path)
    codes = codes_of(wanted, settings)
    if not codes:
        return ()
    path = snapshot.path or Path("untitled")
    file = SourceFile(path, snapshot.source, "utf-8", b"", digest(snapshot.source))
    private = settings is not None and settings.private
    return check(file, snapshot.language, units, codes, private, is_wanted).findings


def _settings_around(path: Path | None) -> Settings | None:
    """Read what a file's repository lays down; the server tells elsewhere what is wrong with it."""
    try:
        return load_settings(path.parent) if path else None
    except ConfigError:
        return None


def is_solved_by(shown: types.Diagnostic, target: Target) -> bool:
    """Tell whether doing a task would mend a finding."""
    data = shown.data
    if shown.source != SOURCE or not isinstance(data, dict) or data.get("name") != target.name:
        return False
    is_missing = str(shown.code).startswith(_MISSING)
    return target.task is (Task.DOCSTRING if is_missing else Task.UPDATE)


def diagnostics(
    found: Sequence[Finding], source: bytes, unit: ColumnUnit
) -> list[types.Diagnostic]:
    """Spell findings.

    Args:
        found: In the document.
        source: The document.
        unit: What the client counts columns in.
    """
    positions = Positions(source, unit)
    return [_diagnostic(finding, positions, source) for finding in found]


def _diagnostic(finding: Finding, positions: Positions, source: bytes) -> types.Diagnostic:
    is_missing = finding.rule.code.startswith(_MISSING)
    severity = types.DiagnosticSeverity
    return types.Diagnostic(
        range=_line_range(finding.line - 1, positions, source),
        message=finding.message,
        severity=severity.Information if is_missing else severity.Warning,
        code=finding.rule.code,
        source=SOURCE,
        data={"rule": finding.rule.name, "name": finding.name, "subject": finding.subject},
    )


def _line_range(number: int, positions: Positions, source: bytes) -> types.Range:
    """Give what is written on a line, the white space around it left out."""
    line = positions.line(number)
    text = source[line.start : line.end]
    start = line.start + len(text) - len(text.lstrip())
    end = max(start, line.start + len(text.rstrip()))
    return types.Range(
        translate.position(positions.client(ByteOffset(start))),
        translate.position(positions.client(ByteOffset(end))),
    )
