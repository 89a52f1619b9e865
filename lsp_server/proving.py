"""A language that remembers what it said of a text, so that a proof can begin before its edit.

Half of a proof is about the document as it is. That half is done while the model still writes.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from batdoc.source.edits import Edit
from batdoc.source.errors import InputError
from batdoc.source.language import Language
from batdoc.source.outline import Outline
from batdoc.source.units import CodeUnit

_Said = TypeVar("_Said")


class Remembering:
    """Asks a language, and asks it nothing twice; see `batdoc.source.language.Language`.

    For one proof: it forgets nothing.

    Args:
        language: Knows.
    """

    def __init__(self, language: Language) -> None:
        self.name = language.name
        self._language = language
        self._units: dict[bytes, list[CodeUnit]] = {}
        self._skeletons: dict[bytes, object] = {}

    def prepare(self, source: bytes) -> None:
        """Learn what a proof needs to know of the text as it is."""
        try:
            self.units(source)
            self.skeleton(source)
        except InputError:
            pass  # the proof will meet it again, and tell

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find every unit, in source order.

        Raises:
            ParseError: The source is not valid in this language.
        """
        return _known(self._units, source, self._language.units)

    def skeleton(self, source: bytes) -> object:
        """Give what is equal for two sources exactly when only documentation differs."""
        return _known(self._skeletons, source, self._language.skeleton)

    def outlines(self, source: bytes) -> Sequence[Outline]:
        """Find what a checker needs."""
        return self._language.outlines(source)

    def parses(self, code: str) -> bool:
        """Tell whether `code` is valid on its own."""
        return self._language.parses(code)

    def place(self, source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
        """Make the edit that documents a unit."""
        return self._language.place(source, unit, lines)

    def place_body(self, source: bytes, unit: CodeUnit, body: str) -> Edit:
        """Make the edit that replaces the code of a stub."""
        return self._language.place_body(source, unit, body)


def _known(said: dict[bytes, _Said], source: bytes, ask: Callable[[bytes], _Said]) -> _Said:
    if source not in said:
        said[source] = ask(source)
    return said[source]
