"""One file checked: which rules it breaks, and how much of it is documented. Needs no model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from batdoc.source.drift import drift
from batdoc.source.evidence import witness
from batdoc.source.rules import RULE_NAMED, Rule, documentable, rule_for_missing
from batdoc.source.suppressions import Suppressions
from batdoc.source.survey import Survey
from batdoc.source.units import CodeUnit


@dataclass(frozen=True, slots=True)
class Finding:
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


def check(
    found: Survey,
    codes: frozenset[str],
    include_private: bool,
    is_wanted: Callable[[CodeUnit], bool],
) -> Checked:
    """Check one file.

    Args:
        found: The file and its units.
        codes: Of the rules to follow.
        include_private: Also private units must have documentation; what they say is checked
            in any case.
        is_wanted: Picks the units to look at.
    """
    expected = [u for u in documentable(found.units, include_private) if is_wanted(u)]
    documented = sum(bool((unit.docstring or "").strip()) for unit in expected)
    suppressions = Suppressions(found.file, found.language.name)
    findings = tuple(
        finding
        for unit, finding in _findings(found, expected, is_wanted)
        if finding.rule.code in codes
        and not suppressions.holds(unit, finding.line, finding.rule.code)
    )
    return Checked(found.file.path, findings, len(expected), documented)


def _findings(
    found: Survey, expected: list[CodeUnit], is_wanted: Callable[[CodeUnit], bool]
) -> Iterator[tuple[CodeUnit, Finding]]:
    around = {unit.qualified_name: unit for unit in found.units if not unit.is_overload}
    must_have = {unit.span for unit in expected}
    for unit in found.units:
        if unit.is_overload or not is_wanted(unit):
            continue
        broken = list(_broken(unit, unit.span in must_have, around))
        line = witness(unit.language).evidence(unit).declared_at if broken else 0
        for rule, subject, message in broken:
            name = unit.qualified_name
            yield unit, Finding(rule, found.file.path, line, name, subject, message)


def _broken(
    unit: CodeUnit, must_have: bool, around: dict[str, CodeUnit]
) -> Iterator[tuple[Rule, str, str]]:
    """Give each rule that a unit breaks, with the subject and the message."""
    if (unit.docstring or "").strip():
        for problem in drift(unit, around):
            yield RULE_NAMED[problem.code], problem.subject, problem.message
    elif must_have:
        words = "docstring" if unit.language == "python" else "documentation"
        message = f"the {unit.kind.value} has no {words}; write one"
        yield rule_for_missing(unit.kind), "", message
