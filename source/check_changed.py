"""Only what changed since a revision checked."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from batdoc.source.changes import changes_since
from batdoc.source.check import check
from batdoc.source.errors import InputError
from batdoc.source.files import read_source
from batdoc.source.findings import Checked
from batdoc.source.survey import survey


def check_changed(
    files: Sequence[Path], codes: frozenset[str], include_private: bool, revision: str
) -> Iterator[Checked | InputError]:
    """Check the units that are new or other than at a revision.

    Args:
        files: As the user named them.
        codes: Of the rules to follow.
        include_private: Also private units must have documentation.
        revision: A commit, branch or tag.

    Yields:
        What was found in each file, or what is wrong with it.

    Raises:
        InputError: A file is in no work tree, or git does not know the revision.
    """
    is_wanted = changes_since(files, revision)
    for path in files:
        try:
            found = survey(read_source(path), include_private)
        except InputError as error:
            yield error
            continue
        is_changed = partial(is_wanted, path)
        yield check(found.file, found.language, found.units, codes, include_private, is_changed)
