"""The cases of benchmarks/drift.py from git: docstrings from before they changed with the code."""

import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from batdoc.models.backend import Scorer
from batdoc.models.semantic_drift import Described, DriftJudge, described
from batdoc.models.word_fit import stems
from drift_parts.cases import CodeBase, Row, is_left_out, read, row, units

_COMMITS, _MOST_FILES = 2000, 40  # larger commits rename and reformat
_MOST_A_COMMIT, _MOST = 3, 40  # cases
_LEAST_CHANGE = 0.25  # share of the docstring's words that are not in both


class _Change(NamedTuple):
    """A file in a commit and before it."""

    file: str
    before: bytes
    after: bytes


class _Case(NamedTuple):
    """A function after a change of its code and its docstring.

    Attributes:
        base: The code base after it: the file as of then, the others as of today.
        at: The function's index in it.
        before: The function as it was.
        change: Share of the docstring's words that are not in both.
    """

    base: CodeBase
    at: int
    before: Described
    change: float


def history(repo: Path, backend: Scorer) -> list[Row]:
    """Measure functions with the docstring from before a change and with that from after it."""
    rows: list[Row] = []
    for case in islice(_cases(repo), _MOST):
        functions = case.base.functions
        judge = DriftJudge(functions, backend)
        found = judge.measure([(case.at, case.before), (case.at, functions[case.at])])
        for kind, measures in zip(("before", "after"), found, strict=True):
            rows.append(row(kind, measures) | {"change": case.change})
    return rows


def _cases(repo: Path) -> Iterator[_Case]:
    today = _today(repo)
    for changes in _commits(repo):
        found = (case for change in changes for case in _changed(change, today))
        yield from islice(found, _MOST_A_COMMIT)


def _changed(change: _Change, today: CodeBase) -> Iterator[_Case]:
    """Yield the functions of a file whose code and docstring changed together."""
    before = {said.unit.qualified_name: said for said in _described(change.before)}
    after = _described(change.after)
    rest = [f for f, file in zip(today.functions, today.files, strict=True) if file != change.file]
    base = CodeBase([*after, *rest], [])
    names = Counter(said.unit.qualified_name for said in after)
    for at, said in enumerate(after):
        old = before.get(said.unit.qualified_name)
        if old is None or old.unit.key == said.unit.key or names[said.unit.qualified_name] > 1:
            continue
        share = _share_changed(old.text, said.text)
        if share >= _LEAST_CHANGE:
            yield _Case(base, at, old, share)


def _share_changed(one: str, other: str) -> float:
    first, second = set(stems(one)), set(stems(other))
    return 1 - len(first & second) / len(first | second)


def _described(data: bytes) -> list[Described]:
    return [said for said in map(described, units(data)) if said is not None]


def _today(repo: Path) -> CodeBase:
    """Read the newest commit."""
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(_git(repo, "archive", "HEAD"))) as archive:
            archive.extractall(folder, filter="data")
        return read(Path(folder))


def _commits(repo: Path) -> Iterator[Iterator[_Change]]:
    """Yield the changed Python files of each commit, newest first; merges are left out."""
    log = _git(
        *(repo, "log", "--no-merges", f"-{_COMMITS}", "--diff-filter=M", "--format=%x00%H"),
        *("--name-only", "--", "*.py"),
    )
    for entry in log.decode().split("\0")[1:]:
        commit, *files = entry.split()
        kept = [file for file in files if not is_left_out(file)]
        if len(files) <= _MOST_FILES:
            yield (
                _Change(file, _git(repo, "show", f"{commit}^:{file}"), after)
                for file in kept
                if (after := _git(repo, "show", f"{commit}:{file}"))
            )


def _git(repo: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(repo), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout
