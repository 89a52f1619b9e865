"""Which files belong to a tree: what git tracks or would track, else a careful walk.

Git is asked for names and stored bytes only: no hook, no file system monitor of the repository's
own choice and no network.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from batdoc.source.errors import InputError
from batdoc.source.language import SUFFIXES
from batdoc.source.paths import is_regular_file, is_there, real_path

_NOT_SOURCE = frozenset({"__pycache__", "build", "dist", "venv", "env"})
# Other people's code, which a repository may hold a copy of.
_VENDORED = frozenset(
    {
        *("node_modules", "bower_components", "site-packages", ".venv"),
        *("vendor", "_vendor", "vendored", "_vendored", "third_party", "thirdparty"),
    }
)
_BLOB = re.compile(rb"^[0-9a-f]+ blob ([0-9]+)$")
# A hook that runs batdoc has these set for its own repository, which need not be the one asked for.
_REPOSITORY_VARIABLES = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"}
)


def repo_root(path: Path) -> Path | None:
    """Find the root of the git work tree that holds `path`, or None."""
    start = real_path(path)
    return next((p for p in (start, *start.parents) if is_there(p / ".git")), None)


def source_files(root: Path) -> list[Path]:
    """List a folder's files in languages that batdoc knows, sorted; links are left out.

    In a git work tree: those that are tracked, and those that are untracked and not ignored.
    Copies of other people's code (`node_modules`, `vendor`, `third_party`) are left out, tracked
    or not. Untracked files in folders that hold no source (hidden ones, virtual environments,
    `build`, `dist`) are left out, as they are without git.
    """
    names = _git_names(root)
    if names is None:
        found = _walk(root)
    else:
        tracked, untracked = names
        own = (name for name in tracked if _VENDORED.isdisjoint(name.parts[:-1]))
        found = (root / name for name in {*own, *(n for n in untracked if _is_wanted(root, n))})
    return sorted(filter(is_source, found), key=lambda path: path.parts)


def _git_names(root: Path) -> tuple[set[Path], set[Path]] | None:
    """Ask git for tracked and untracked names, or None if it cannot tell."""
    if repo_root(root) is None:
        return None
    try:
        return _ls_files(root, "--cached"), _ls_files(root, "--others", "--exclude-standard")
    except (OSError, subprocess.CalledProcessError):
        return None


def _ls_files(root: Path, *options: str) -> set[Path]:
    listing = _git(root, "ls-files", "-z", *options)
    names = (os.fsdecode(name) for name in listing.split(b"\0"))
    return {Path(name) for name in names if _has_known_suffix(name)}


def _walk(root: Path) -> Iterator[Path]:
    for folder, subfolders, files in os.walk(root):  # does not follow links to folders
        subfolders[:] = [name for name in subfolders if _is_source_folder(Path(folder, name))]
        yield from (Path(folder, name) for name in files if _has_known_suffix(name))


def _is_wanted(root: Path, name: Path) -> bool:
    return all(_is_source_folder(root / parent) for parent in list(name.parents)[:-1])


def _is_source_folder(folder: Path) -> bool:
    name = folder.name
    is_environment = is_there(folder / "pyvenv.cfg")
    is_foreign = name in _NOT_SOURCE or name in _VENDORED
    return not (name.startswith(".") or is_foreign or is_environment)


def is_source(path: Path) -> bool:
    """Tell by its suffix whether a path is a file in a language that batdoc knows; no link is."""
    return _has_known_suffix(path.name) and is_regular_file(path)


def _has_known_suffix(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122 -- thousands of them


def contents_at(root: Path, revision: str, names: Sequence[str]) -> dict[str, bytes]:
    """Read files as they were where the work parted from a revision, those that there were.

    No filter or converter that a repository may name is run, and nothing is fetched.

    Args:
        root: Of the work tree.
        revision: A commit, branch or tag.
        names: Paths relative to `root`, with slashes; one with a newline in it is left out.

    Raises:
        InputError: Git does not know the revision, or cannot be run.
    """
    names = [name for name in names if "\n" not in name]
    try:
        tip = _git(root, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}")
        commit = _fork_point(root, tip.decode().strip())
        asked = "".join(f"{commit}:{name}\n" for name in names)
        answers = _git(root, "cat-file", "--batch", data=os.fsencode(asked))
    except OSError:
        raise InputError("git cannot be run; install it, or leave --changed-since out") from None
    except subprocess.CalledProcessError:
        raise InputError(
            f'git knows no revision "{revision}" in {root}; fetch or correct it'
        ) from None
    return dict(_contents(names, answers))


def _fork_point(root: Path, commit: str) -> str:
    """Find where the work parted from a commit; the commit itself where no history tells."""
    try:
        return _git(root, "merge-base", "HEAD", commit).decode().strip()
    except subprocess.CalledProcessError:
        return commit


def _contents(names: Sequence[str], answers: bytes) -> Iterator[tuple[str, bytes]]:
    """Read what `cat-file --batch` says: a line with a size, so many bytes and a newline."""
    at = 0
    for name in names:
        end = answers.index(b"\n", at)
        head, at = answers[at:end], end + 1
        found = _BLOB.search(head)
        if found:
            size = int(found[1])
            yield name, answers[at : at + size]
            at += size + 1


def _git(root: Path, *arguments: str, data: bytes = b"") -> bytes:
    variables = {k: v for k, v in os.environ.items() if k not in _REPOSITORY_VARIABLES}
    return subprocess.run(
        ["git", "-c", "core.fsmonitor=false", *arguments],
        cwd=root,
        env=variables | {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"},
        input=data,
        capture_output=True,
        check=True,
    ).stdout
