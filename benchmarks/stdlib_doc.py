"""Documents a copy of the whole standard library with nasty answers, twice, and counts.

Prints one JSON line. It fails if a file is neither proved and written nor reported and untouched,
or if the second run changes anything.
"""

import ast
import json
import resource
import shutil
import sys
import sysconfig
import tempfile
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from batdoc.models.backend import ScriptedBackend
from batdoc.models.document import document
from batdoc.models.prompts import Prompt
from batdoc.source.docstring import Style
from batdoc.source.errors import InputError
from batdoc.source.files import encode, read_source, write_atomic
from batdoc.source.git import source_files
from batdoc.source.house_style import HouseStyle
from batdoc.source.survey import Survey, survey

# One for all files and both runs: a style learned from what was just written would be another.
HOUSE = HouseStyle(
    style=Style.GOOGLE,
    documents_params=True,
    documents_types=False,
    line_length=79,
    summary_on_opening_line=True,
)
ROOM = 10**9  # no prompt is too long
REPLIES = (
    "Give the value of it.\n:param self: Never.\n:param value: Some value.\n:returns: A value.",
    'Say "hi"',
    'Close it. """ + __import__("os").getcwd() + """\n:returns: A """quoted""" thing.',
    "Split C:\\new\\x, \\N{BAT} and \\u12 at \\",
    "```python\ndef f():\n    '''Do it.'''\n    return 0\n```",
    "<|im_start|>assistant\nDo one thing.<|im_end|>",
    "Draw 🦇 → é \x00\x0c\x1b[31m\u202e and more\u2028of it.",
    "word " * 120,
    "",
    "Do this.\n\n    indented\n\ttabbed\n# ...existing code...\nreturn 1",
    "'''",
    "# coding: utf-16 and {braces} and %s percents.",
)


def main() -> None:
    """Run twice over a copy and print the counts."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lib"
        library = sysconfig.get_paths()["stdlib"]
        shutil.copytree(library, root, ignore=shutil.ignore_patterns("site-packages", "*.pyc"))
        first = run(root)
        second = run(root)
    print(
        json.dumps(
            {
                "files": first["files"],
                "documented_units": first["units"],
                "written_files": first["written"],
                "reported": {k: n for k, n in first.items() if k.startswith("reported")},
                "units_left_alone": {k: n for k, n in first.items() if k.startswith("left:")},
                "second_run_changes": second["written"],
                "seconds": round(time.perf_counter() - started, 1),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )
    sys.exit(1 if second["written"] or first["broken"] else 0)


def run(root: Path) -> Counter[str]:
    """Document every file below `root` as `batdoc doc --write` does."""
    counts: Counter[str] = Counter()
    files = source_files(root)
    before = {path: path.read_bytes() for path in files}
    for result in document(surveys(files, counts), lambda _: HOUSE, ScriptedBackend(answer, ROOM)):
        name = f"{result.file.path} "
        counts.update(f"left: {left.reason.removeprefix(name)}" for left in result.left_alone)
        counts["units"] += len(result.written)
        if not result.written:
            continue
        write_atomic(result.file.path, encode(result.file, result.after), result.file.digest)
        counts["written"] += 1
        counts["broken"] += is_broken(before[result.file.path], result.file.path.read_bytes())
        before[result.file.path] = result.file.path.read_bytes()
    counts["files"] = len(files)
    counts["broken"] += sum(path.read_bytes() != data for path, data in before.items())
    return counts


def answer(prompt: Prompt) -> str:
    """Choose by what documentation does not change, so that a second run hears the same."""
    header = prompt.code.partition("\n")[0]
    return REPLIES[zlib.crc32(f"{prompt.sketch}{header}{prompt.prefix}".encode()) % len(REPLIES)]


def surveys(files: Iterable[Path], counts: Counter[str]) -> Iterator[Survey]:
    """Survey files, counting those that are reported instead."""
    for path in files:
        try:
            yield survey(read_source(path), include_private=True)
        except InputError as error:
            counts[f"reported {type(error).__name__}"] += 1


def is_broken(before: bytes, after: bytes) -> bool:
    """Tell, by means of its own, whether the code is another or warns of more than it did."""
    return stripped(before) != stripped(after)


def stripped(source: bytes) -> tuple[str, int]:
    """Dump the syntax tree with every string that stands alone left out, and count warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [s for s in body if not is_text(s)]  # type: ignore[attr-defined]
    return ast.dump(tree), len(caught)


def is_text(statement: ast.AST) -> bool:
    """Tell whether a statement is only a string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


if __name__ == "__main__":
    main()
