"""What a language must tell batdoc, and the registry of those that do.

A language is one file in source.languages with one object that satisfies `Language`.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import PurePath
from typing import Protocol

from batdoc.source.edits import Edit
from batdoc.source.errors import InputError
from batdoc.source.outline import Outline
from batdoc.source.units import CodeUnit


class Language(Protocol):
    """The seam between batdoc and one programming language; all of it pure text to text.

    Source bytes are UTF-8 without a BOM, newlines as in the file.
    """

    name: str

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find every unit, in source order.

        Raises:
            ParseError: The source is not valid in this language.
        """
        ...

    def outlines(self, source: bytes) -> Sequence[Outline]:
        """Find what `units` finds, in the same order, for those who need not know its places.

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


_SUFFIXES = {
    "python": (".py", ".pyi"),
    "javascript": (".js", ".mjs", ".cjs", ".jsx"),
    "typescript": (".ts", ".mts", ".cts"),
    "tsx": (".tsx",),
    "go": (".go",),
    "ruby": (".rb", ".rake"),
    "rust": (".rs",),
    "java": (".java",),
    "lua": (".lua",),
    "c": (".c", ".h"),
    "cpp": (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx"),
    "csharp": (".cs",),
    "php": (".php",),
}
_LANGUAGE_OF = {suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes}
LANGUAGES = tuple(_SUFFIXES)
SUFFIXES = frozenset(_LANGUAGE_OF)


def get_language(name: str) -> Language:
    """Load a language by its registry name.

    Raises:
        InputError: No such language.
    """
    if name not in _SUFFIXES:
        raise InputError(f'no language "{name}"; there are: {", ".join(sorted(LANGUAGES))}')
    language: Language = import_module(f"batdoc.source.languages.{name}").LANGUAGE
    return language


def suffix_of(name: str) -> str:
    """Give the suffix that most files of a language have, by its registry name."""
    return _SUFFIXES[name][0]


def language_of(path: PurePath) -> Language | None:
    """Load the language that a file's suffix tells, or None."""
    name = _LANGUAGE_OF.get(path.suffix.lower())
    return get_language(name) if name else None
