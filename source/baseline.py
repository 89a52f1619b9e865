"""Findings that a repository lives with: a file of them, so that only new ones are told.

A finding is known by its file, the unit's qualified name, the rule and what it is about; lines may
move. The file is JSON, sorted, so that changes to it read well.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from batdoc.source.errors import InputError
from batdoc.source.findings import Finding

_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What a finding is known by.

    Attributes:
        path: Relative to the folder of the baseline, with slashes.
        name: Of the unit.
        rule: Its code, and what it is about where it names something: `BD202 timeout`.
    """

    path: str
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that are known.

    Attributes:
        folder: Where the file lies; an absolute path.
        known: The findings.
    """

    folder: Path
    known: frozenset[Known]

    def is_new(self, finding: Finding) -> bool:
        """Tell whether a finding is not known."""
        return self._identify(finding) not in self.known

    def updated(self, findings: Iterable[Finding], checked: Iterable[Path]) -> "Baseline":
        """Take in what was found now.

        Args:
            findings: They become known.
            checked: Files whose other findings are forgotten, as are those of files that are gone.
        """
        seen = {self._relative(path) for path in checked}
        kept = {k for k in self.known if k.path not in seen and (self.folder / k.path).exists()}
        return Baseline(self.folder, frozenset(kept | {self._identify(f) for f in findings}))

    def text(self) -> str:
        """Give the file's content."""
        files: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for known in sorted(self.known):
            files[known.path][known.name].append(known.rule)
        return json.dumps({"version": _VERSION, "findings": files}, indent=2) + "\n"

    def _identify(self, finding: Finding) -> Known:
        rule = f"{finding.rule.code} {finding.subject}".rstrip()
        return Known(self._relative(finding.path), finding.name, rule)

    def _relative(self, path: Path) -> str:
        resolved = path.resolve()
        try:
            return PurePath(os.path.relpath(resolved, self.folder)).as_posix()
        except ValueError:  # another drive
            return resolved.as_posix()


def empty_baseline(path: Path) -> Baseline:
    """Give what a baseline that is still to be written knows."""
    return Baseline(path.resolve().parent, frozenset())


def read_baseline(path: Path) -> Baseline:
    """Read a file of findings.

    Raises:
        InputError: It cannot be read, or it is none.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["version"] != _VERSION:
            raise InputError(f"{path} is of another version; delete it and use --update-baseline")
        known = frozenset(
            Known(file, str(name), str(rule))
            for file, names in content["findings"].items()
            for name, rules in names.items()
            for rule in rules
        )
    except OSError:
        raise InputError(f"{path} cannot be read; write it with --update-baseline") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{path} is no baseline; delete it and use --update-baseline") from None
    return Baseline(path.resolve().parent, known)
