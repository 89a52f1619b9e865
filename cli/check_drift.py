"""`batdoc check --drift`: docstrings that seem to tell of something else than their code does."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import NamedTuple

import click

from batdoc.cli.common import cancel_on_interrupt, loudness, progress
from batdoc.cli.targets import common_folder
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.catalogue import starter_path
from batdoc.models.semantic_drift import (
    ENOUGH,
    Described,
    Drifted,
    DriftJudge,
    are_english,
    described,
)
from batdoc.source.changes import changes_since
from batdoc.source.errors import Cancelled, InputError
from batdoc.source.files import read_source
from batdoc.source.findings import Finding
from batdoc.source.language import language_of
from batdoc.source.paths import real_path
from batdoc.source.rules import DRIFT
from batdoc.source.suppressions import Suppressions
from batdoc.source.survey import Survey, neighbours, survey

_LANGUAGE = "python"  # nothing else was measured
_MOST_NEIGHBOURS = 200


class _Place(NamedTuple):
    """A function of a file, in words that can be judged."""

    found: Survey
    said: Described


def drift_findings(files: Sequence[Path], since: str | None) -> Mapping[Path, list[Finding]]:
    """Find docstrings that fit their functions worse than a fresh one would.

    They are held against the functions of these files and of others of the same repository.

    Args:
        files: That can be read, as the user named them.
        since: Judge only functions that changed since this revision; None for all.

    Raises:
        Cancelled: Ctrl-C was pressed.
        InputError: A file is in no work tree, or git does not know the revision.
    """
    asked = [file for file in files if _is_judged(file)]
    findings: dict[Path, list[Finding]] = defaultdict(list)
    with cancel_on_interrupt() as cancel:
        own = list(_places(asked, cancel))
        code_base = [*own, *_places(_others(asked), cancel)]
        is_wanted = changes_since(asked, since) if since is not None else lambda _, __: True
        wanted = [i for i, at in enumerate(own) if is_wanted(at.found.file.path, at.said.unit)]
        for place, drifted in _judged(code_base, wanted, cancel):
            suppressions = Suppressions(place.found.file, place.found.language)
            if not suppressions.holds(drifted.unit, DRIFT.code):
                path = place.found.file.path
                findings[path].append(_finding(path, drifted))
    return findings


def _is_judged(file: Path) -> bool:
    language = language_of(file)
    return language is not None and language.name == _LANGUAGE


def _places(files: Sequence[Path], cancel: Event) -> Iterator[_Place]:
    """Read the documented functions of files; a file that cannot be read has none."""
    for file in files:
        if cancel.is_set():
            raise Cancelled("cancelled")
        try:
            found = survey(read_source(file), include_private=True)
        except InputError:
            continue
        saids = map(described, found.units)
        yield from (_Place(found, said) for said in saids if said is not None)


def _others(files: Sequence[Path]) -> list[Path]:
    """List some other files of the repository, spread evenly."""
    named = set(map(real_path, files))
    around = neighbours(common_folder(files) if files else None)
    others = [path for path in around if _is_judged(path) and real_path(path) not in named]
    return others[:: -(-len(others) // _MOST_NEIGHBOURS) or 1]


def _judged(
    places: Sequence[_Place], wanted: Sequence[int], cancel: Event
) -> Iterator[tuple[_Place, Drifted]]:
    """Yield what drifted among the wanted places, given by their indices."""
    if not wanted:
        return
    functions = [place.said for place in places]
    if len(functions) < ENOUGH:
        _tell(f"--drift needs {ENOUGH} documented functions to compare with; name more files")
        return
    if not are_english(functions):
        _tell("--drift reads English only, and finds little of it here; nothing is compared")
        return
    count = f"{len(wanted)} docstring{'s' if len(wanted) > 1 else ''}"
    _tell(f"comparing {count} with the code by {starter_path().name}")
    with (
        closing(LlamaCppBackend(starter_path())) as backend,
        progress("docstrings", is_shown=True) as show,
    ):
        judge = DriftJudge(functions, backend)
        for at, drifted in judge.drifted(wanted, cancel, show):
            yield places[at], drifted


def _finding(path: Path, drifted: Drifted) -> Finding:
    unit = drifted.unit
    why = (
        f'the docstring\'s words fit "{drifted.rival.qualified_name}" better'
        if drifted.rival
        else "the docstring has few words of this code"
    )
    message = f'{why}; a fresh one would begin "{drifted.fresh}"; read both'
    return Finding(DRIFT, path, unit.declared_at, unit.qualified_name, "", message)


def _tell(sentence: str) -> None:
    if loudness() >= 0:
        click.echo(f"batdoc: {sentence}", err=True)
