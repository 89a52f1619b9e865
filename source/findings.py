"""What a check finds, as data, and as one line of JSON between processes and runs."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from batdoc.source.rules import RULES, Rule

_RULE = {rule.code: rule for rule in RULES}


class Finding(NamedTuple):
    """A rule that a unit breaks.

    Attributes:
        rule: Which one.
        path: The file, as the user named it.
        line: Where the unit's declaration starts, decorators left out.
        name: The unit's qualified name.
        subject: The parameter, exception or part that it is about; may be empty.
        message: One sentence that names the mend.
    """

    rule: Rule
    path: Path
    line: int
    name: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one file.

    Attributes:
        path: As the user named it.
        findings: In source order.
        expected: How many units should be documented, comments and rules put aside.
        documented: How many of those are.
    """

    path: Path
    findings: tuple[Finding, ...]
    expected: int
    documented: int


def to_line(checked: Checked) -> bytes:
    """Write what was found in a file, but for the file's name."""
    rows = [[f.rule.code, f.line, f.name, f.subject, f.message] for f in checked.findings]
    return json.dumps([checked.expected, checked.documented, rows], ensure_ascii=False).encode()


def from_line(line: bytes, path: Path, codes: frozenset[str]) -> Checked:
    """Read what was found in a file.

    Args:
        line: Of a check by all rules.
        path: The file.
        codes: Of the rules to follow; what others found is left out.
    """
    expected, documented, rows = json.loads(line)
    findings = tuple(Finding(_RULE[row[0]], path, *row[1:]) for row in rows if row[0] in codes)
    return Checked(path, findings, expected, documented)
