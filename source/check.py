"""One file checked: which rules it breaks, and how much of it is documented. Needs no model."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from batdoc.source.drift import drift
from batdoc.source.files import SourceFile
from batdoc.source.findings import Checked, Finding
from batdoc.source.language import Language
from batdoc.source.outline import Outline
from batdoc.source.rules import RULE_NAMED, Rule, documentable, rule_for_missing
from batdoc.source.suppressions import Suppressions

_Unit = TypeVar("_Unit", bound=Outline)


def check(
    file: SourceFile,
    language: Language,
    units: Sequence[_Unit],
    codes: frozenset[str],
    include_private: bool,
    is_wanted: Callable[[_Unit], bool],
) -> Checked:
    """Check one file.

    Args:
        file: The file.
        language: Of the file.
        units: All that it declares.
        codes: Of the rules to follow.
        include_private: Also private units must have documentation; what they say is checked
            in any case.
        is_wanted: Picks the units to look at.
    """
    expected = [u for u in documentable(units, include_private) if is_wanted(u)]
    documented = sum(bool((unit.docstring or "").strip()) for unit in expected)
    suppressions = Suppressions(file, language)
    findings = tuple(
        finding
        for unit, finding in _findings(file.path, units, expected, is_wanted)
        if finding.rule.code in codes and not suppressions.holds(unit, finding.rule.code)
    )
    return Checked(file.path, findings, len(expected), documented)


def _findings(
    path: Path,
    units: Sequence[_Unit],
    expected: Sequence[_Unit],
    is_wanted: Callable[[_Unit], bool],
) -> Iterator[tuple[_Unit, Finding]]:
    around = {unit.qualified_name: unit for unit in units if not unit.is_overload}
    must_have = set(map(id, expected))
    for unit in units:
        if unit.is_overload or not is_wanted(unit):
            continue
        for rule, subject, message in _broken(unit, id(unit) in must_have, around):
            name, line = unit.qualified_name, unit.declared_at
            yield unit, Finding(rule, path, line, name, subject, message)


def _broken(
    unit: _Unit, must_have: bool, around: dict[str, _Unit]
) -> Iterator[tuple[Rule, str, str]]:
    """Give each rule that a unit breaks, with the subject and the message."""
    if (unit.docstring or "").strip():
        for problem in drift(unit, around):
            yield RULE_NAMED[problem.code], problem.subject, problem.message
    elif must_have:
        words = "docstring" if unit.language == "python" else "documentation"
        message = f"the {unit.kind.value} has no {words}; write one"
        yield rule_for_missing(unit.kind), "", message
