"""From folders to the files in them that are meant: sources that people of the repository wrote."""

from collections.abc import Callable, Iterator
from pathlib import Path

from batdoc.source.files import MOST_BYTES
from batdoc.source.generated import is_generated
from batdoc.source.git import source_files
from batdoc.source.settings import Settings


def files_in(
    folder: Path, settings: Settings, tell: Callable[[str], None] = lambda _: None
) -> Iterator[Path]:
    """List the files of a folder that are to be looked at, sorted.

    What the settings exclude is left out, and so are copies of other people's code, generated
    files, files that are too large and `.pyi` stubs: their documentation stands in the module
    beside them.

    Args:
        folder: Where to look, folders inside it included.
        settings: Of the repository.
        tell: Gets a sentence for each file that is too large.
    """
    for file in source_files(folder):
        if file.suffix == ".pyi" or settings.excludes(file) or is_generated(file):
            continue
        size = _size(file)
        if size <= MOST_BYTES:
            yield file
        else:
            tell(f"{file} is left out: {size / 1e6:.0f} MB are more than batdoc reads")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # whoever reads it will say what is wrong
