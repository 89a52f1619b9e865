"""Reads a suite from the user's own files; batdoc ships none and fetches none."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batdoc.source.errors import InputError
from batdoc.trainer.suites.formats import FORMATS, Format
from batdoc.trainer.suites.programs import missing_tool
from batdoc.trainer.suites.task import Task

_ENDINGS = ("*.jsonl", "*.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Suite:
    """Tasks that can be run here.

    Attributes:
        tasks: In the order of the files, each once.
        left_out: Why the tasks of a language cannot be run here, by language.
    """

    tasks: tuple[Task, ...]
    left_out: Mapping[str, str]


def read_suite(name: str, path: Path) -> Suite:
    """Read a suite.

    Args:
        name: One of `FORMATS`.
        path: A file of JSON lines, perhaps packed by gzip, or a folder of such files.

    Raises:
        InputError: A file cannot be read, or holds something else.
    """
    tasks: dict[str, Task] = {}
    left_out: dict[str, str] = {}
    for file in _files(path):
        for number, line in enumerate(_lines(file), 1):
            try:
                task = _read(line, FORMATS[name], left_out)
            except (InputError, ValueError, SyntaxError) as error:
                why = f"line {number} of {file} is no task of {name}: {error}"
                raise InputError(f"{why}; name the suite's own file") from None
            if task is not None:
                tasks.setdefault(task.name, task)
    return Suite(tuple(tasks.values()), left_out)


def _read(line: str, form: Format, left_out: dict[str, str]) -> Task | None:
    """Read one line; None where its language cannot be run, which is noted."""
    record: object = json.loads(line)
    if not isinstance(record, dict):
        raise InputError("it is not an object")
    language = form.language(record)
    if why := missing_tool(language):
        left_out[language] = why
        return None
    return form.task(record)


def _files(path: Path) -> list[Path]:
    files = sorted(file for ending in _ENDINGS for file in path.glob(ending))
    files = files if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path} holds no {' or '.join(_ENDINGS)} file; name the suite's folder")
    return files


def _lines(file: Path) -> Iterator[str]:
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {error}; fetch the suite anew") from None
    return (line for line in text.split("\n") if line.strip())
