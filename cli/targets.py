"""From the paths on a command line to the files that are meant."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from batdoc.cli.common import loudness
from batdoc.source.files import MOST_BYTES
from batdoc.source.generated import is_generated
from batdoc.source.git import source_files
from batdoc.source.paths import is_folder, real_path
from batdoc.source.settings import Settings


def common_folder(paths: Sequence[Path]) -> Path:
    """Give the folder that holds all the paths: where settings are looked for."""
    real = [real_path(path) for path in paths]
    return Path(os.path.commonpath([p if is_folder(p) else p.parent for p in real]))


def target_files(paths: Sequence[Path], settings: Settings) -> list[Path]:
    """Expand folders; each file comes once, in the order named.

    A file that is named is taken as it is. In a folder, what the settings exclude is left out, and
    so are copies of other people's code, generated files, files that are too large (of which is
    told) and `.pyi` stubs: their documentation stands in the module beside them.
    """
    named = [f for p in paths for f in (_in_folder(p, settings) if is_folder(p) else [p])]
    if len(paths) == 1:
        return named
    files: dict[Path, Path] = {}
    for file in named:
        files.setdefault(real_path(file), file)
    return list(files.values())


def _in_folder(folder: Path, settings: Settings) -> Iterator[Path]:
    for file in source_files(folder):
        if file.suffix == ".pyi" or settings.excludes(file) or is_generated(file):
            continue
        size = _size(file)
        if size <= MOST_BYTES:
            yield file
        elif loudness() >= 0:
            note = f"{file} is left out: {size / 1e6:.0f} MB are more than batdoc reads"
            click.secho(f"batdoc: {note}", fg="yellow", err=True)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # whoever reads it will say what is wrong
