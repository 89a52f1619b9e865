"""Runs a task's file and its tests in the sandbox, and tells whether the tests got to their end.

A program that ends early, `sys.exit(0)` before its tests, has passed none of them: a random word
that only the last line prints is what counts. A model that set out to deceive could read its own
file for the word; none is known to, and what it gains would be seen in its text.
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from batdoc.source.sandbox import Ending, Limits, run

_SECONDS = 10.0
_PYTHON_MEMORY = 1 << 30
_NODE_MEMORY = 2 << 30  # of address space, of which node takes more than it uses
_NODE_HEAP = 512  # MB


class Verdict(Enum):
    """What became of a body."""

    PASSED = "passed"
    FAILED = "failed"
    TIMEOUT = "timed out"
    NO_BODY = "without a body"


@dataclass(frozen=True, slots=True)
class Runner:
    """How the programs of a language are run.

    Attributes:
        tool: What must be installed for it, or None.
        limits: What a program may use.
        wrap: Makes a Python program for the sandbox from the code and the word that it says last.
    """

    tool: str | None
    limits: Limits
    wrap: Callable[[str, str], str]


def missing_tool(language: str) -> str | None:
    """Tell in words what a language's tasks cannot be run for, or None."""
    runner = _RUNNERS.get(language)
    if runner is None:
        return f"batdoc runs {' and '.join(sorted(_RUNNERS))} ones"
    if runner.tool is not None and shutil.which(runner.tool) is None:
        return f"{runner.tool} is not installed"
    return None


def judge(code: str, tests: str, language: str) -> Verdict:
    """Run code and the tests behind it, within limits; takes up to some ten seconds.

    Args:
        code: A whole file.
        tests: What follows it.
        language: One that `missing_tool` has nothing against.

    Raises:
        InputError: The system has no such limits.
    """
    word = secrets.token_hex(16)
    runner = _RUNNERS[language]
    outcome = run(runner.wrap(f"{code}\n{tests}", word), runner.limits)
    if outcome.ending is Ending.TIMEOUT:
        return Verdict.TIMEOUT
    return Verdict.PASSED if outcome.stdout.endswith(word) else Verdict.FAILED


_PYTHON = """\
import contextlib, io, sys

class Silence(io.TextIOBase):
    def write(self, text):
        return len(text)

with contextlib.redirect_stdout(Silence()):
    exec(compile({code!r}, "task.py", "exec"), {{"__name__": "__main__"}})
sys.stdout.write({word!r})
"""


def _python(code: str, word: str) -> str:
    return _PYTHON.format(code=code, word=word)


# console.assert only warns; and some tasks hash by a package that need not be installed.
_JAVASCRIPT = """\
(() => {
  console.assert = (held) => { if (!held) throw new Error("Assertion failed"); };
  console.log = () => {};
  const Module = require("module"), load = Module._load;
  const md5 = (text) => require("crypto").createHash("md5").update(text).digest("hex");
  Module._load = (name, ...rest) => (name === "js-md5" ? md5 : load(name, ...rest));
})();
"""
_NODE = """\
import os

with open("task.js", "w") as file:
    file.write({code!r})
os.execv({node!r}, ["node", "--max-old-space-size={heap}", "task.js"])
"""


def _javascript(code: str, word: str) -> str:
    whole = f'{_JAVASCRIPT}{code}\nprocess.stdout.write("{word}");\n'
    return _NODE.format(code=whole, node=shutil.which("node"), heap=_NODE_HEAP)


_RUNNERS = {
    "python": Runner(None, Limits(_SECONDS, _PYTHON_MEMORY), _python),
    "javascript": Runner("node", Limits(_SECONDS, _NODE_MEMORY), _javascript),
}
