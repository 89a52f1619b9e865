"""Which units of a file differ from those of an earlier text of it, wherever they stand now."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from batdoc.source.errors import InputError
from batdoc.source.files import decode_source
from batdoc.source.git import contents_at, repo_root
from batdoc.source.language import language_of
from batdoc.source.paths import real_path
from batdoc.source.units import CodeUnit, UnitKind


def changes_since(files: Sequence[Path], revision: str) -> Callable[[Path, CodeUnit], bool]:
    """Make a test that tells whether a unit of one of the files changed since a revision.

    Git is asked once a work tree.

    Args:
        files: Those that will be asked about.
        revision: A commit, branch or tag.

    Raises:
        InputError: A file is in no work tree, or git does not know the revision.
    """
    names: dict[Path, dict[str, Path]] = defaultdict(dict)
    for file in files:
        root = repo_root(file)
        if root is None:
            raise InputError(f"{file} is in no git work tree; leave --changed-since out")
        names[root][real_path(file).relative_to(root).as_posix()] = file
    tests: dict[Path, Callable[[CodeUnit], bool]] = {}
    for root, paths in names.items():
        before = contents_at(root, revision, list(paths))
        tests |= {path: changed_since(path, before.get(name)) for name, path in paths.items()}
    return lambda path, unit: tests[path](unit)


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
