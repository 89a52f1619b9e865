"""The real server with an engine whose model is a script; run by the tests, never installed.

`python scripted_server.py` is the server, `python scripted_server.py engine` its engine process.
"""

import os
import sys
import time
from pathlib import Path

from batdoc.lsp_server.engine import serve
from batdoc.lsp_server.server import build_server, serve_stdio
from batdoc.models.backend import ScriptedBackend
from batdoc.models.catalogue import resolve
from batdoc.models.confidence import Scale
from batdoc.models.prompts import Direction
from batdoc.source.errors import Cancelled

DOCSTRING = "Add two numbers.\n:param a: The first.\n:param b: The second.\n:returns: Their sum."
BODY = "    return a + b"
LONG_BODY = "    total = a + b\n    return total"
EXIT_STATUS = 66


class _Backend(ScriptedBackend):
    """Answers every prompt alike, but for functions whose names ask for trouble."""

    def __init__(self):
        super().__init__(_reply, scale=Scale((-2.0, *[-1.0] * 19, 0.0)))

    def generate(self, prompts, limits, stop=(), cancel=None):
        code = prompts[0].code
        if "def slow" in code:
            cancel.wait(60)
            raise Cancelled("cancelled")
        if "def late" in code:
            time.sleep(1)  # long enough for a person to type on a busy machine
        if "def crash" in code:
            os._exit(EXIT_STATUS)
        if "def broken" in code:
            raise ZeroDivisionError(code)
        if "def noisy" in code:
            sys.stdout.write("not protocol")
            sys.stdout.flush()
            os.write(1, b"not protocol either\n")
        return super().generate(prompts, limits, stop, cancel)


def _reply(prompt):
    if "def empty" in prompt.code:
        return ""
    if prompt.direction is Direction.TO_DOC:
        return DOCSTRING
    return LONG_BODY if "def long" in prompt.code else BODY


def _locate(model, repo):
    return str(resolve(model, repo) if model else Path(__file__))


if __name__ == "__main__":
    if sys.argv[1:] == ["engine"]:
        serve(_locate, lambda path: _Backend())
    else:
        serve_stdio(build_server([sys.executable, __file__, "engine"]))
