"""Where batdoc keeps things of its own: in the user's folders, never in a repository.

The environment variable BATDOC_DATA names one folder for all of it.
"""

import os
from pathlib import Path

from batdoc.source.errors import ConfigError

DATA_VARIABLE = "BATDOC_DATA"


def named_folder() -> Path | None:
    """Give the folder that BATDOC_DATA names, or None where it is not set.

    Raises:
        ConfigError: It is relative, so that any folder entered could bring files to trust.
    """
    named = os.environ.get(DATA_VARIABLE)
    if named is None:
        return None
    if not Path(named).is_absolute():
        raise ConfigError(f'{DATA_VARIABLE} is "{named}"; make it an absolute path')
    return Path(named)


def state_folder() -> Path:
    """Give the folder for what must outlive a run, such as the journal; it need not exist.

    Raises:
        ConfigError: BATDOC_DATA is relative.
    """
    named = named_folder()
    if named is not None:
        return named
    from platformdirs import user_state_path

    return user_state_path("batdoc", appauthor=False)


def cache_folder() -> Path:
    """Give the folder for what can be found again at any time; it need not exist.

    Raises:
        ConfigError: BATDOC_DATA is relative.
    """
    named = named_folder()
    if named is not None:
        return named / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("batdoc", appauthor=False)
