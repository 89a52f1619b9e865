"""Whole trees through `doc --write`, `check`, another `doc --write` and `undo`; nasty answers.

    python benchmarks/whole_repos.py [PATH...]

Without paths: the standard library. Each tree is copied, and the commands run on the copy as a user
runs them, with a scripted model. Prints a line of JSON for each tree, and fails if a command
crashes, the second run writes anything, or undo leaves a byte other than it was.
"""

import hashlib
import json
import os
import re
import resource
import shutil
import sys
import sysconfig
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from batdoc.cli.main import main as batdoc
from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Prompt

LEFT_OUT = shutil.ignore_patterns("site-packages", "__pycache__", ".git", "node_modules")
ROOM = 10**9  # no prompt is too long
REPLIES = (
    "Give the value of it.\n:param self: Never.\n:param value: Some value.\n:returns: A value.",
    'Close it. """ + __import__("os").getcwd() + """ */ evil(); /* ]] --[[ =end ?> </summary>.',
    "Split C:\\new\\x, \\N{BAT}, \\u12 and \\u002a\\u002f at \\",
    "```python\ndef f():\n    '''Do it.'''\n    return 0\n```",
    "<|im_start|>assistant\nDo one thing.<|im_end|>",
    "Draw 🦇 → é \x00\x0c\x1b[31m\u202e and more\u2028of it.",
    "word " * 120 + "x" * 100_000,
    "",
    "Do this.\n\n    indented\n\ttabbed\n# ...existing code...\nreturn 1",
    "'''",
    "# coding: utf-16 and {braces} and %s percents @ts-nocheck //go:build x",
    "Say what it does, frozen_string_literal: true and more.\n:returns: </returns> & `*/`",
)


def answer(prompt: Prompt) -> str:
    """Choose by the sketch: the code of a class changes when its methods are documented."""
    return REPLIES[zlib.crc32(f"{prompt.sketch}{prompt.prefix}".encode()) % len(REPLIES)]


def run(*arguments: str) -> Result:
    """Run a command in the folder that is current.

    Raises:
        RuntimeError: It crashed.
    """
    model = ScriptedBackend(answer, ROOM)
    done = CliRunner().invoke(batdoc, arguments, obj=lambda setting, repo: model)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise RuntimeError(f"batdoc {' '.join(arguments)} crashed") from done.exception
    return done


def digests(root: Path) -> dict[str, str]:
    """Hash every file of a tree."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def put_through(tree: Path) -> dict[str, Any]:
    """Run all commands on a copy of a tree and count."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(tree, copy, symlinks=True, ignore=LEFT_OUT)
        os.environ["BATDOC_DATA"] = str(Path(folder) / "data")
        os.chdir(copy)
        # A style learned from what was just written would be another one in the second run.
        with (copy / "pyproject.toml").open("a") as settings:
            settings.write("\n[tool.batdoc]\nparameters = true\n")
        before = digests(copy)
        seconds: dict[str, float] = {}

        def timed(name: str, *arguments: str) -> Result:
            begun = time.perf_counter()
            done = run(*arguments)
            seconds[name] = round(time.perf_counter() - begun, 1)
            return done

        first = timed("doc", "doc", ".", "--write", "--private")
        written = digests(copy)
        checked = timed("check", "check", ".", "--statistics")
        timed("second doc", "doc", ".", "--write", "--private")
        again = digests(copy)
        timed("undo", "undo")
        counts = re.search(r"(\d+) docstrings? in (\d+) files?", first.output)
        findings = re.search(r"(\d+) files? checked, (\d+) findings?", checked.output)
        return {
            "tree": tree.name,
            "docstrings": int(counts[1]) if counts else 0,
            "files_changed": sum(before[name] != written[name] for name in before),
            "files_checked": int(findings[1]) if findings else 0,
            "second_run_changed": sum(written[name] != again[name] for name in written),
            "not_restored": sum(before[name] != now for name, now in digests(copy).items()),
            "proof_refused": sum(map(int, re.findall(r"(\d+): the edit would", first.output))),
            "seconds": seconds,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def main() -> None:
    """Put the trees through one by one; 1 if one of them is not as it was."""
    trees = [Path(name).resolve() for name in sys.argv[1:]]
    is_right = True
    for tree in trees or [Path(sysconfig.get_paths()["stdlib"])]:
        figures = put_through(tree)
        is_right &= not (figures["second_run_changed"] or figures["not_restored"])
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
