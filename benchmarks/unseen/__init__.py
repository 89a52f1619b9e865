"""Functions that people documented, in code bases that the starter never saw."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from batdoc.source.docstring import Docstring, Style
from batdoc.source.errors import InputError
from batdoc.source.files import read_source
from batdoc.source.house.precedents import Known, Precedents
from batdoc.source.styles import parse
from batdoc.source.survey import sample, survey
from batdoc.source.units import CodeUnit, UnitKind
from batdoc.trainer.rollout import human_doc
from batdoc.trainer.starter.packages import HELD_OUT_PACKAGES

_LONGEST = 2_500  # characters of code

Files = dict[str, Sequence[CodeUnit]]


@dataclass(frozen=True, slots=True)
class Case:
    """A function that a person documented, and what its code base says beside it.

    Attributes:
        unit: The function.
        human: What the person said, as far as the code tells it.
        in_documented_file: The precedents that users get.
        in_bare_file: Those that they get where no other function of the file is documented.
    """

    unit: CodeUnit
    human: Docstring
    in_documented_file: Known
    in_bare_file: Known


def installed() -> Iterator[Path]:
    """Find the packages that the starter never saw, those that are installed."""
    for name in HELD_OUT_PACKAGES:
        found = find_spec(name.replace("-", "_"))
        if found and found.submodule_search_locations:
            yield Path(found.submodule_search_locations[0])


def cases(folder: Path, most: int) -> list[Case]:
    """Choose functions of a code base, the same for each run; its tests are left out."""
    files = _files(folder)
    precedents = Precedents(lambda _: (unit for name in sample([*files]) for unit in files[name]))
    documented = [(name, unit) for name, units in files.items() for unit in units if _counts(unit)]
    return [
        Case(
            unit,
            parse(human_doc(unit), Style.REST),
            precedents.known(unit, files[name]),
            precedents.known(unit, [replace(each, docstring=None) for each in files[name]]),
        )
        for name, unit in random.Random(0).sample(documented, min(most, len(documented)))
    ]


def _files(folder: Path) -> Files:
    files: Files = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        try:
            units = survey(read_source(path), include_private=False).units
        except InputError:
            continue
        if "test" not in name:
            files[name] = units
    return files


def _counts(unit: CodeUnit) -> bool:
    is_function = unit.kind is not UnitKind.CLASS and not unit.is_stub
    is_public = not (unit.is_overload or unit.is_nested)
    return is_function and is_public and len(unit.code) < _LONGEST and bool(human_doc(unit))
