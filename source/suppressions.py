"""Findings that a comment waves through: `# noqa`, or `# noqa: BD101` for some rules only.

The comment stands on a line of the declaration or on the docstring's last line. Other languages
write it with their own marks: `// noqa: BD101`, `-- noqa`, `/* noqa */`.
"""

import re
from collections.abc import Iterable, Mapping

from batdoc.source.evidence import witness
from batdoc.source.files import SourceFile
from batdoc.source.units import CodeUnit

_CODE = r"[A-Za-z]+[0-9]+"
_NOQA = re.compile(
    rf"(?:#|//|--|/\*)\s*noqa\b(?:\s*:\s*(?P<codes>{_CODE}(?:[\s,]+{_CODE})*)|(?!\s*:))",
    re.IGNORECASE,
)


class Suppressions:
    """The comments of a file.

    Args:
        file: The file.
        language: Of the file, by its registry name.
    """

    def __init__(self, file: SourceFile, language: str) -> None:
        self._source = file.text
        has_any = b"noqa" in file.text.lower()
        self._comments = witness(language).comments(file.text) if has_any else {}

    def holds(self, unit: CodeUnit, declared_at: int, code: str) -> bool:
        """Tell whether a comment waves a rule through.

        Args:
            unit: Of the file.
            declared_at: The line of the file on which its declaration starts.
            code: The rule's.
        """
        if not self._comments:
            return False
        lines = range(declared_at, max(declared_at, self._line_of(unit.insert_at - 1)) + 1)
        last = [self._line_of(unit.doc_span.end)] if unit.doc_span else []
        return waves_through(self._comments, (*lines, *last), code)

    def _line_of(self, at: int) -> int:
        return self._source.count(b"\n", 0, at) + 1


def waves_through(comments: Mapping[int, str], lines: Iterable[int], code: str) -> bool:
    """Tell whether a comment on one of the lines names a rule, or names none and means all."""
    for line in lines:
        for found in _NOQA.finditer(comments.get(line, "")):
            codes = re.findall(_CODE, found["codes"] or "")
            if not codes or any(code.startswith(each.upper()) for each in codes):
                return True
    return False
