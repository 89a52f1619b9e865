"""How the findings of `batdoc check` are printed: for people, programs, SARIF viewers, GitHub."""

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import click

from batdoc import __version__
from batdoc.source.findings import Finding
from batdoc.source.rules import RULES, Rule

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of one run.

    Attributes:
        files: That were checked.
        failed: Files that could not be.
        findings: That are told.
        expected: Units that should be documented.
        documented: Those of them that are.
    """

    files: int
    failed: int
    findings: int
    expected: int
    documented: int

    @property
    def share(self) -> float:
        """The documented share in percent; all of nothing is 100."""
        return 100 * self.documented / self.expected if self.expected else 100.0


def percent(share: float) -> str:
    """Write a share with one digit, rounded down: only all is 100%."""
    return f"{math.floor(share * 10) / 10:g}%"


def summary(totals: Totals) -> str:
    """Say in one line what a run found."""
    parts = [
        f"{_count(totals.files, 'file')} checked",
        _count(totals.findings, "finding"),
        f"{percent(totals.share)} of {totals.expected} documented",
    ]
    if totals.failed:
        parts.append(f"{_count(totals.failed, 'file')} could not be used")
    return ", ".join(parts)


def statistics(findings: Iterable[Finding]) -> str:
    """Count findings by rule, most first."""
    counts = Counter(finding.rule for finding in findings)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0].code))
    return "".join(f"{count:>6}  {rule.code}  {rule.name}\n" for rule, count in ranked)


def _text(findings: Sequence[Finding], _: Totals) -> str:
    """Write a line a finding, as compilers do."""
    return "".join(
        f"{click.format_filename(f.path)}:{f.line}: {f.rule.code} {f.name}: {f.message}\n"
        for f in findings
    )


def _json(findings: Sequence[Finding], totals: Totals) -> str:
    return _dump(
        {
            "files": totals.files,
            "failed": totals.failed,
            "expected": totals.expected,
            "documented": totals.documented,
            "findings": [
                {
                    "code": f.rule.code,
                    "rule": f.rule.name,
                    "path": f.path.as_posix(),
                    "line": f.line,
                    "name": f.name,
                    "subject": f.subject,
                    "message": f.message,
                }
                for f in findings
            ],
        }
    )


def _sarif(findings: Sequence[Finding], _: Totals) -> str:
    """Write SARIF 2.1.0."""
    driver = {
        "name": "batdoc",
        "version": __version__,
        "rules": [_sarif_rule(rule) for rule in RULES],
    }
    run = {"tool": {"driver": driver}, "results": [_sarif_result(f) for f in findings]}
    return _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.finds},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": _sarif_level(rule)},
    }


def _sarif_level(rule: Rule) -> str:
    return "note" if rule.is_advice else "warning"


def _sarif_result(finding: Finding) -> dict[str, object]:
    place = {
        "artifactLocation": {"uri": _uri(finding.path)},
        "region": {"startLine": finding.line},
    }
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": RULES.index(finding.rule),
        "level": _sarif_level(finding.rule),
        "message": {"text": f"{finding.name}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": finding.name}],
            }
        ],
        "partialFingerprints": {"batdoc/v1": _fingerprint(finding)},
    }


def _uri(path: Path) -> str:
    """Give a path relative to the folder that batdoc runs in, or a file's address outside of it."""
    resolved, here = path.resolve(), Path.cwd()
    if resolved.is_relative_to(here):
        return quote(os.fsencode(resolved.relative_to(here).as_posix()))
    return resolved.as_uri()


def _fingerprint(finding: Finding) -> str:
    """Tell a finding from others, whatever its line."""
    parts = (_uri(finding.path), finding.name, finding.rule.code, finding.subject)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _github(findings: Sequence[Finding], _: Totals) -> str:
    """Write GitHub's workflow commands, which become annotations."""
    return "".join(map(_annotation, findings))


def _annotation(finding: Finding) -> str:
    rule = finding.rule
    level = "notice" if rule.is_advice else "error"
    path = _property(click.format_filename(finding.path.as_posix()))
    title = _property(f"{rule.code} {rule.name}")
    message = _escaped(f"{finding.name}: {finding.message}")
    return f"::{level} file={path},line={finding.line},title={title}::{message}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _dump(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


FORMATS: Mapping[str, Callable[[Sequence[Finding], Totals], str]] = {
    "github": _github,
    "json": _json,
    "sarif": _sarif,
    "text": _text,
}
