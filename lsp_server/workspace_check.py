"""Diagnostics of whole folders, for a client that asks for them again and again.

The first answer comes at once. Later ones wait until something was saved, or a while, for clients
ask anew as soon as they are answered. Of files with the same findings as before, only that is said.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict
from hashlib import sha256

from lsprotocol import types
from lsprotocol.converters import get_converter

from batdoc.lsp_server.workspace_checker import Order

_COMMAND = (sys.executable, "-P", "-m", "batdoc.lsp_server.workspace_checker")
_PAUSE = 30.0  # seconds between two looks at files that other programs may have changed
_MOST_LINE = 1 << 24  # bytes of one file's findings
_Report = (
    types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport
)


class WorkspaceCheck:
    """When folders are checked, and what is said of it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._changed.set()

    def something_changed(self) -> None:
        """Let the request that waits be answered."""
        self._changed.set()

    async def reports(
        self, order: Order, known: Mapping[str, str], shown: Sequence[str]
    ) -> AsyncGenerator[_Report, None]:
        """Check folders in a process of their own; it ends when nobody waits for it.

        Args:
            order: What to check.
            known: Result ids by URI, from an earlier answer.
            shown: URIs of open documents, which are told of when they are asked for.
        """
        if known:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _PAUSE)
        self._changed.clear()
        seen: set[str] = set()
        try:
            async with aclosing(_checked(order)) as found:
                async for uri, items in found:
                    seen.add(uri)
                    if uri not in shown and (items or uri in known):
                        yield _report(uri, items, known.get(uri))
        except BaseException:
            self._changed.set()  # not all has been told
            raise
        for uri in known.keys() - seen - set(shown):
            yield cleared(uri)  # it is there no more


def cleared(uri: str) -> types.WorkspaceFullDocumentDiagnosticReport:
    """Take back what was told of a file."""
    return types.WorkspaceFullDocumentDiagnosticReport(uri, [])


def _report(uri: str, items: list[types.Diagnostic], known: str | None) -> _Report:
    mark = sha256(repr(items).encode()).hexdigest()[:16]
    if mark == known:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, mark)
    return types.WorkspaceFullDocumentDiagnosticReport(uri, items, result_id=mark)


async def _checked(order: Order) -> AsyncGenerator[tuple[str, list[types.Diagnostic]], None]:
    converter = get_converter()
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=sys.prefix, limit=_MOST_LINE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        async for line in process.stdout:
            told = json.loads(line)
            yield told["uri"], converter.structure(told["items"], list[types.Diagnostic])
    except BaseException:  # nobody waits any more
        with suppress(ProcessLookupError):
            process.terminate()
        raise
    finally:
        await process.wait()
