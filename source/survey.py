"""What a file lacks, and the house style that it is to be given in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from batdoc.source.docstring import Style
from batdoc.source.errors import InputError, ParseError
from batdoc.source.files import SourceFile, read_source
from batdoc.source.house_style import HouseStyle, learn
from batdoc.source.language import Language, language_of
from batdoc.source.rules import undocumented
from batdoc.source.styles import detect
from batdoc.source.units import CodeUnit

_ENOUGH_EVIDENCE = 3
_MOST_NEIGHBOURS = 40


@dataclass(frozen=True, slots=True)
class Survey:
    """A file and what it lacks.

    Attributes:
        file: The file.
        language: Of the file.
        units: All that it defines.
        missing: Those that should be documented and are not.
    """

    file: SourceFile
    language: Language
    units: tuple[CodeUnit, ...]
    missing: tuple[CodeUnit, ...]


def survey(file: SourceFile, include_private: bool) -> Survey:
    """Find what a file lacks.

    Raises:
        InputError: Its suffix belongs to no language that batdoc knows.
        ParseError: It is not valid in its language; the message names the file.
    """
    language = language_of(file.path)
    if language is None:
        raise InputError(f"{file.path} is in no language that batdoc knows; name a .py file")
    try:
        units = language.units(file.text)
    except ParseError as error:
        raise ParseError(f"{file.path} cannot be parsed: {error}") from None
    return Survey(file, language, tuple(units), tuple(undocumented(units, include_private)))


class HouseStyles:
    """Tells the style of a file: its own where it shows one, else that of its neighbours.

    Args:
        neighbours: Lists files of the same repository; called, and a sample of them read, when
            it is first needed.
        line_length: The longest line, indentation included.
        style: Takes the place of the convention that would be found, if not None.
    """

    def __init__(
        self, neighbours: Callable[[], Sequence[Path]], line_length: int, style: Style | None
    ) -> None:
        self._neighbours = neighbours
        self._line_length = line_length
        self._style = style

    def of(self, units: Sequence[CodeUnit]) -> HouseStyle:
        """Give the style for a file that defines `units`."""
        shown = sum(detect(unit.docstring) is not Style.PLAIN for unit in units if unit.docstring)
        house = self._learn(units) if shown >= _ENOUGH_EVIDENCE else self._neighbourhood
        return replace(house, style=self._style) if self._style else house

    @cached_property
    def _neighbourhood(self) -> HouseStyle:
        paths = self._neighbours()
        step = -(-len(paths) // _MOST_NEIGHBOURS) or 1
        return self._learn(_readable_units(paths[::step]))

    def _learn(self, units: Iterable[CodeUnit]) -> HouseStyle:
        return learn(units, self._line_length)


def _readable_units(paths: Iterable[Path]) -> Iterator[CodeUnit]:
    """Give the units of those files that can be read; the others are no evidence."""
    for path in paths:
        language = language_of(path)
        try:
            yield from language.units(read_source(path).text) if language else ()
        except InputError:
            continue
