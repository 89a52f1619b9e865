"""From the paths on a command line to the files that are meant."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from batdoc.cli.common import loudness
from batdoc.source.paths import is_folder, real_path
from batdoc.source.settings import Settings
from batdoc.source.targets import files_in


def common_folder(paths: Sequence[Path]) -> Path:
    """Give the folder that holds all the paths: where settings are looked for."""
    real = [real_path(path) for path in paths]
    return Path(os.path.commonpath([p if is_folder(p) else p.parent for p in real]))


def target_files(paths: Sequence[Path], settings: Settings) -> list[Path]:
    """Expand folders; each file comes once, in the order named.

    A file that is named is taken as it is; of a folder, those that `files_in` lists.
    """
    named = [f for p in paths for f in (files_in(p, settings, _tell) if is_folder(p) else [p])]
    if len(paths) == 1:
        return named
    files: dict[Path, Path] = {}
    for file in named:
        files.setdefault(real_path(file), file)
    return list(files.values())


def _tell(sentence: str) -> None:
    if loudness() >= 0:
        click.secho(f"batdoc: {sentence}", fg="yellow", err=True)
