"""The last text of each document that could be read, so that the next one is read in less time."""

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

from batdoc.source.language import Language
from batdoc.source.units import CodeUnit


class Reading(Protocol):
    """A text, and what was found in it."""

    @property
    def units(self) -> Sequence[CodeUnit]:
        """All of the text, in source order."""
        ...

    def again(self, source: bytes) -> Self:
        """Read what the text became, at the cost of what changed.

        Raises:
            ParseError: It is not valid any more.
        """
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """A language that need not read the whole of a text that changed a little."""

    def read(self, source: bytes) -> Reading:
        """Read a text of which nothing is known.

        Raises:
            ParseError: It is not valid.
        """
        ...


class Readings:
    """Reads documents; may be used from several threads."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Reading] = {}

    def units(self, document: str, source: bytes, language: Language) -> Sequence[CodeUnit]:
        """Find the units of a text.

        Args:
            document: Whose text it is, or nearly.
            source: The text.
            language: Of the text.

        Raises:
            ParseError: It is not valid.
        """
        if not isinstance(language, ReadsAgain):
            return language.units(source)
        key = (document, language.name)
        known = self._last.get(key)
        reading = known.again(source) if known is not None else language.read(source)
        self._last[key] = reading
        return reading.units

    def forget(self, document: str) -> None:
        """Drop what is known of a document."""
        for key in [key for key in self._last if key[0] == document]:
            del self._last[key]
