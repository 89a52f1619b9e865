"""Evidence for a checker in the languages that are documented in comments: little, and certain."""

import re
from collections.abc import Mapping, Sequence

from batdoc.source.docstring import last_part
from batdoc.source.evidence import Evidence
from batdoc.source.language import get_language
from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.outline import Outline
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit, UnitKind

_CATCHES = re.compile(r"\b(?:catch|rescue|except|pcall|xpcall|recover)\b")
_GENERAL = ("Exception", "Throwable", "Error", "StandardError", "RuntimeException")


class CommentWitness:
    """See `batdoc.source.evidence.Witness`."""

    def __init__(self, language: str) -> None:
        found = get_language(language)
        assert isinstance(found, CommentedLanguage)
        self._of = found

    def evidence(self, unit: Outline) -> Evidence:
        """Read one unit; where something is caught, nothing is said to escape."""
        assert isinstance(unit, CodeUnit)
        has_body = bool(unit.footer) or unit.kind is UnitKind.PROPERTY
        raises = () if _CATCHES.search(unit.code) else unit.signature.raises
        return Evidence(
            is_wrapped=False,
            is_open=unit.signature.returns is None and (unit.is_stub or not has_body),
            is_abstract=unit.is_stub or not has_body,
            returns_value=unit.signature.returns_value,
            escaping=frozenset(last_part(name) for name in raises),
            implicit=frozenset(self._told_by_types(unit)),
        )

    def _told_by_types(self, unit: CodeUnit) -> Sequence[str]:
        """Give the parameters that types tell of, where there are entries for few of them.

        An entry for none of the parameters shows that others were left behind.
        """
        if not self._of.types_suffice:
            return ()
        parameters = unit.signature.parameters
        typed = [p.name for p in parameters if p.annotation]
        told = {e.name for e in parse(unit.docstring or "", language=unit.language).params}
        is_current = told <= {p.name for p in parameters}
        return typed if is_current and 2 * len(told & set(typed)) <= len(typed) else ()

    def is_kind_of(self, name: str, general: str) -> bool:
        """Tell whether an exception is that one, or the general one is all that can be."""
        return name == general or last_part(general) in _GENERAL

    def comments(self, source: bytes) -> Mapping[int, str]:
        """Give a file's comments by line, from 1."""
        return self._of.comments(source)


def make(language: str) -> CommentWitness:
    """Make the witness of a language, by its registry name."""
    return CommentWitness(language)
