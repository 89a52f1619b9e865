"""Questions about paths that have an answer for every path.

pathlib raises for a link that leads to itself and for what lies in a folder that is closed to the
user. To these questions that is a no; whoever reads the file will say what is wrong with it.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path


def real_path(path: Path) -> Path:
    """Make a path absolute and follow its links, as far as they lead."""
    return Path(os.path.realpath(path))


def is_there(path: Path) -> bool:
    """Tell whether there is anything at a path."""
    with suppress(OSError):
        return path.exists()
    return False


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder's or leads to one."""
    with suppress(OSError):
        return path.is_dir()
    return False


def is_regular_file(path: Path) -> bool:
    """Tell whether a path is a regular file's own, not a link's to one."""
    with suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False
