"""Which units of a file differ from those of an earlier text of it, wherever they stand now."""

from collections.abc import Callable
from pathlib import Path

from batdoc.source.errors import InputError
from batdoc.source.files import decode_source
from batdoc.source.language import language_of
from batdoc.source.units import CodeUnit, UnitKind


def changed_since(path: Path, before: bytes | None) -> Callable[[CodeUnit], bool]:
    """Make a test that tells whether a unit is new or differs from an earlier text.

    Args:
        path: The file.
        before: Its earlier bytes; None where there was no such file. Where they cannot be read
            as source, every unit has changed.
    """
    known = frozenset(map(_identity, _units(path, before))) if before is not None else frozenset()
    return lambda unit: _identity(unit) not in known


def _units(path: Path, data: bytes) -> list[CodeUnit]:
    language = language_of(path)
    try:
        return language.units(decode_source(path, data).text) if language else []
    except InputError:
        return []


def _identity(unit: CodeUnit) -> tuple[object, ...]:
    """Give what makes a unit what it is; of a class, not what its methods do."""
    if unit.kind is UnitKind.CLASS:
        return unit.qualified_name, unit.header, unit.docstring, unit.signature
    return unit.qualified_name, "\n".join(unit.text.splitlines()), unit.docstring
