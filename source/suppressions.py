"""Findings that a comment waves through: `# noqa`, or `# noqa: BD101` for some rules only.

The comment stands on a line of the declaration or on the docstring's last line. Other languages
write it with their own marks: `// noqa: BD101`, `-- noqa`, `/* noqa */`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from batdoc.source.evidence import witness
from batdoc.source.files import SourceFile
from batdoc.source.language import Language
from batdoc.source.outline import Outline
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
        language: Of the file.
    """

    def __init__(self, file: SourceFile, language: Language) -> None:
        self._source = file.text
        self._language = language
        self._has_any = b"noqa" in file.text.lower()

    def holds(self, unit: Outline, code: str) -> bool:
        """Tell whether a comment waves a rule through.

        Args:
            unit: Of the file.
            code: The rule's.
        """
        if not self._has_any:
            return False
        first, place = unit.declared_at, self._places.get(_key(unit))
        header_end = self._line_of(place.insert_at - 1) if place else first
        lines = [first, *range(first + 1, header_end + 1)]
        if place and place.doc_span:
            lines.append(self._line_of(place.doc_span.end))
        # Most lines need not be read twice: whether the word stands in a comment is slow to tell.
        return not self._marked.isdisjoint(lines) and waves_through(self._comments, lines, code)

    @cached_property
    def _marked(self) -> frozenset[int]:
        lines = self._source.lower().split(b"\n")
        return frozenset(number for number, line in enumerate(lines, 1) if b"noqa" in line)

    @cached_property
    def _comments(self) -> Mapping[int, str]:
        return witness(self._language.name).comments(self._source)

    @cached_property
    def _places(self) -> Mapping[tuple[str, int], CodeUnit]:
        return {_key(unit): unit for unit in self._language.units(self._source)}

    def _line_of(self, at: int) -> int:
        return self._source.count(b"\n", 0, at) + 1


def _key(unit: Outline) -> tuple[str, int]:
    return unit.qualified_name, unit.declared_at


def waves_through(comments: Mapping[int, str], lines: Iterable[int], code: str) -> bool:
    """Tell whether a comment on one of the lines names a rule, or names none and means all."""
    for line in lines:
        for found in _NOQA.finditer(comments.get(line, "")):
            codes = re.findall(_CODE, found["codes"] or "")
            if not codes or any(code.startswith(each.upper()) for each in codes):
                return True
    return False
