"""From the paths on a command line to the files that are meant."""

import os
from collections.abc import Sequence
from pathlib import Path

from batdoc.cli.settings import Settings
from batdoc.source.git import repo_root, source_files


def common_folder(paths: Sequence[Path]) -> Path:
    """Give the folder that holds all the paths: where settings are looked for."""
    resolved = [path.resolve() for path in paths]
    return Path(os.path.commonpath([p if p.is_dir() else p.parent for p in resolved]))


def target_files(paths: Sequence[Path], settings: Settings) -> list[Path]:
    """Expand folders; each file comes once, in the order named.

    A file that is named is taken as it is. In a folder, what the settings exclude is left out, and
    so are `.pyi` stubs: their documentation stands in the module beside them.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        for file in _in_folder(path, settings) if path.is_dir() else [path]:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def neighbours(folder: Path, settings: Settings) -> list[Path]:
    """List files that show the style around `folder`: its repository's, else its own."""
    root = repo_root(folder)
    files = source_files(root) if root else sorted(folder.glob("*.py"))
    return [file for file in files if not settings.excludes(file)]


def _in_folder(folder: Path, settings: Settings) -> list[Path]:
    files = source_files(folder)
    return [f for f in files if f.suffix != ".pyi" and not settings.excludes(f)]
