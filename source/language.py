"""What a language must tell batdoc, and the registry of those that do.

A language is one file in source.languages with one object that satisfies `Language`.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import PurePath
from typing import Protocol

from batdoc.source.edits import Edit
from batdoc.source.errors import InputError
from batdoc.source.units import CodeUnit


class Language(Protocol):
    """The seam between batdoc and one programming language; all of it pure text to text.

    Source bytes are UTF-8 without a BOM, newlines as in the file.
    """

    name: str
    suffixes: tuple[str, ...]

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find every unit, in source order.

        Raises:
            ParseError: The source is not valid in this language.
        """
        ...

    def parses(self, code: str) -> bool:
        """Tell whether `code` is valid on its own."""
        ...

    def place(self, source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
        """Make the edit that gives `unit` the documentation `lines`, or replaces what it has.

        Args:
            source: The file that `unit` was found in.
            unit: Where to put it.
            lines: The text, rendered in a style, dedented, without quotes or comment marks.
        """
        ...

    def place_body(self, source: bytes, unit: CodeUnit, body: str) -> Edit:
        """Make the edit that replaces the code of a stub, documentation kept.

        Args:
            source: The file that `unit` was found in.
            unit: The stub.
            body: The statements, dedented.
        """
        ...

    def skeleton(self, source: bytes) -> object:
        """Give a value that is equal for two sources exactly when only documentation differs."""
        ...


_MODULES = {"python": "batdoc.source.languages.python"}
_SUFFIXES = {".py": "python", ".pyi": "python"}


def get_language(name: str) -> Language:
    """Load a language by its registry name.

    Raises:
        InputError: No such language.
    """
    if name not in _MODULES:
        raise InputError(f'no language "{name}"; there are: {", ".join(sorted(_MODULES))}')
    language: Language = import_module(_MODULES[name]).LANGUAGE
    return language


def language_of(path: PurePath) -> Language | None:
    """Load the language that a file's suffix tells, or None."""
    name = _SUFFIXES.get(path.suffix.lower())
    return get_language(name) if name else None
