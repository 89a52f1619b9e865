"""Every file in tests/data/cases: a source, what the model answers, and the source afterwards.

A case is run through the whole command on a real file, once with its replies and once more to see
that nothing is left to change. Its first line says what it shows; then come options (`name`,
`newline`, `encoding`, `bom`, `options`, `python`, `complete`), then the texts. Characters that
cannot be seen stand as their pictures: ␉ tab, ␍ carriage return, ␌ form feed, ␇ bell, ␛ escape,
and ␃ for the end of a file whose last line is not ended.
"""

import ast
import codecs
import re
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "data" / "cases"
# Those in `merge` are run by the tests of merging.
CASES = sorted(path for path in FOLDER.rglob("*.txt") if path.parent.name != "merge")
PICTURES = str.maketrans({"␉": "\t", "␍": "\r", "␌": "\f", "␇": "\a", "␛": "\x1b"})


@dataclass(frozen=True)
class Case:
    options: dict[str, str]
    before: bytes
    replies: Iterable[str]
    after: bytes


def read_case(path: Path) -> Case:
    head, *sections = re.split("^=== ", path.read_text("utf-8"), flags=re.MULTILINE)
    texts = [section.partition("\n") for section in sections]
    options = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
    (before,) = (text for name, _, text in texts if name == "before")
    (after,) = (text for name, _, text in texts if name == "after")
    replies = [text.translate(PICTURES).strip("\n") for name, _, text in texts if name == "reply"]
    again = repeat(replies[-1]) if replies else ()  # what cannot be used is asked for again
    return Case(options, to_bytes(before, options), chain(replies, again), to_bytes(after, options))


def to_bytes(text: str, options: dict[str, str]) -> bytes:
    text = text.removesuffix("\n").removesuffix("␃") if text.endswith("␃\n") else text
    newline = {"CRLF": "\r\n"}.get(options.get("newline", ""), "\n")
    data = text.translate(PICTURES).replace("\n", newline)
    bom = codecs.BOM_UTF8 if options.get("bom") == "yes" else b""
    return bom + data.encode(options.get("encoding", "utf-8"))


def test_there_are_cases():
    assert len(CASES) > 40


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, batdoc, tmp_path: Path):
    case = read_case(path)
    needed = tuple(map(int, case.options.get("python", "3.11").split(".")))
    is_readable = sys.version_info >= needed
    file = tmp_path / case.options.get("name", "shop.py")
    file.write_bytes(case.before)
    arguments = ["doc", file.name, "--write", *case.options.get("options", "").split()]
    if "complete" in case.options:
        arguments = ["complete", f"{file.name}:{case.options['complete']}", "--write"]
    result = batdoc(*arguments, replies=case.replies)
    assert result.exit_code == (0 if is_readable else 2), result.output
    assert file.read_bytes() == (case.after if is_readable else case.before)
    if is_readable and file.suffix == ".py":
        assert warnings_of(case.after) == warnings_of(case.before)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_second_run_changes_nothing(path: Path, batdoc, tmp_path: Path):
    case = read_case(path)
    file = tmp_path / case.options.get("name", "shop.py")
    file.write_bytes(case.after)
    arguments = ["doc", file.name, "--write", *case.options.get("options", "").split()]
    batdoc(*arguments, replies=repeat(""))
    assert file.read_bytes() == case.after


def warnings_of(source: bytes) -> int:
    """Count what Python warns of, such as escapes that it does not know."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ast.parse(source)
    return len(caught)
