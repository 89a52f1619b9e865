"""What a file lacks, and the house style that it is to be given in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath
from typing import TypeVar

from batdoc.source.docstring import Style
from batdoc.source.errors import InputError, ParseError
from batdoc.source.files import SourceFile, read_source
from batdoc.source.git import is_source, repo_root, source_files
from batdoc.source.house.evidence import Evidence, Habit, collect
from batdoc.source.house.style import HouseStyle, judge
from batdoc.source.language import Language, language_of
from batdoc.source.rules import undocumented
from batdoc.source.units import CodeUnit

_MOST_NEIGHBOURS = 40

_Path = TypeVar("_Path", bound=PurePath | str)


@dataclass(frozen=True, slots=True)
class Survey:
    """A file and what it lacks.

    Attributes:
        file: The file.
        language: Of the file.
        units: All that it defines.
        wanted: Those that are to get documentation: where nothing else is asked for, those that
            should have some and have none.
    """

    file: SourceFile
    language: Language
    units: tuple[CodeUnit, ...]
    wanted: tuple[CodeUnit, ...]


def survey(file: SourceFile, include_private: bool) -> Survey:
    """Find what a file lacks.

    Raises:
        InputError: Its suffix belongs to no language that batdoc knows.
        ParseError: It is not valid in its language; the message names the file.
    """
    language = named_language(file.path)
    with naming(file.path):
        units = language.units(file.text)
    return Survey(file, language, tuple(units), tuple(undocumented(units, include_private)))


def named_language(path: Path) -> Language:
    """Load the language that a file's suffix tells.

    Raises:
        InputError: It belongs to no language that batdoc knows.
    """
    language = language_of(path)
    if language is None:
        raise InputError(f"{path} is in no language that batdoc knows; name a source file")
    return language


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an error that parsing raises name the file."""
    try:
        yield
    except ParseError as error:
        raise ParseError(f"{path} cannot be parsed: {error}") from None


def neighbours(
    folder: Path | None, is_left_out: Callable[[Path], bool] = lambda _: False
) -> list[Path]:
    """List the files that show the style around a folder.

    Args:
        folder: Where the work is; None where it is nowhere on the disk.
        is_left_out: Tells files that are no example.

    Returns:
        The repository's files; without one only the folder's own, for it may be a home folder.
    """
    root = repo_root(folder) if folder else None
    if root is not None:
        found = source_files(root)
    else:
        found = [path for path in sorted(folder.glob("*")) if is_source(path)] if folder else []
    return [path for path in found if not is_left_out(path)]


def sample(paths: Sequence[_Path]) -> Sequence[_Path]:
    """Pick evenly, out of many files, as many as are read for the manner of all."""
    step = -(-len(paths) // _MOST_NEIGHBOURS) or 1
    return paths[::step]


class HouseStyles:
    """Tells the style of a file: its own where it shows one, else that of its neighbours.

    Args:
        neighbours: Lists files of the same repository; called, and a sample of those in the
            file's language read, when it is first needed.
        line_length: The longest line, indentation included; None for what is settled or in use.
        style: Takes the place of the convention that would be found, in languages that know it.
        settle: Puts what is laid down for a language in the place of what was learned.
    """

    def __init__(
        self,
        neighbours: Callable[[], Sequence[Path]],
        line_length: int | None,
        style: Style | None,
        settle: Callable[[HouseStyle, str], HouseStyle] = lambda house, _: house,
    ) -> None:
        self._neighbours = cache(neighbours)
        asked = {Habit.STYLE: style, Habit.LINE_LENGTH: line_length}
        self._asked = {habit: value for habit, value in asked.items() if value is not None}
        self._settle = settle
        self._units: dict[str, list[CodeUnit]] = {}
        self._evidence: dict[str, Evidence] = {}

    def of(self, units: Sequence[CodeUnit]) -> HouseStyle:
        """Give the style for a file that defines `units`, of which there is at least one."""
        language = units[0].language
        evidence = collect(units, language).backed_by(self.evidence(language))
        return self._settle(judge(evidence), language).overridden(self._asked, language)

    def evidence(self, language: str) -> Evidence:
        """Count what the neighbours in a language show."""
        if language not in self._evidence:
            self._evidence[language] = collect(self.units(language), language)
        return self._evidence[language]

    def units(self, language: str) -> Sequence[CodeUnit]:
        """Give the units of a sample of the neighbours in a language."""
        if language not in self._units:
            paths = [path for path in self._neighbours() if _is_in(path, language)]
            self._units[language] = list(_readable_units(sample(paths)))
        return self._units[language]


def _is_in(path: Path, language: str) -> bool:
    found = language_of(path)
    return found is not None and found.name == language


def _readable_units(paths: Iterable[Path]) -> Iterator[CodeUnit]:
    """Give the units of those files that can be read; the others are no evidence."""
    for path in paths:
        language = language_of(path)
        try:
            yield from language.units(read_source(path).text) if language else ()
        except InputError:
            continue
