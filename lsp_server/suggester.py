"""Suggestions for documents that are being typed in.

One suggestion a document is kept, so that typing along it costs nothing, and one is being made at
a time: requests for the same place share it, and a change or a request elsewhere ends it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from batdoc.lsp_server.actions import Task
from batdoc.lsp_server.completion import find_spot
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.readings import Readings
from batdoc.lsp_server.suggestion import Spot, Suggestion
from batdoc.lsp_server.wire import Answer
from batdoc.source.errors import ProofError
from batdoc.source.units import CodeUnit

Ask = Callable[[Task, Snapshot, bytes, CodeUnit], Awaitable[Answer]]

_PAUSE = 0.05  # seconds without a change until the model is asked


@dataclass(slots=True)
class _Making:
    """A suggestion that is being made, and how many requests wait for it."""

    snapshot: Snapshot
    offset: int
    task: asyncio.Task[Suggestion | None]
    waiting: int = 0


class Suggester:
    """Makes suggestions, and remembers the last one of each document.

    Args:
        ask: Asks the model.
        readings: Reads documents.
    """

    def __init__(self, ask: Ask, readings: Readings) -> None:
        self._ask = ask
        self._readings = readings
        self._known: dict[str, Suggestion] = {}
        self._making: dict[str, _Making] = {}

    async def suggest(self, snapshot: Snapshot, offset: int) -> Suggestion | None:
        """Give what to show at the cursor; None if nothing belongs there, or it moved on.

        Args:
            snapshot: The document.
            offset: The cursor, in bytes.

        Raises:
            ModelError: The model cannot be used.
        """
        known = self._known.get(snapshot.uri)
        rest = known.rest(snapshot.source, offset) if known else None
        if rest is not None:
            return rest if rest.text else None
        making = self._making.get(snapshot.uri)
        if making is None or (making.snapshot, making.offset) != (snapshot, offset):
            self.moved_on(snapshot.uri)
            task = asyncio.create_task(self._make(snapshot, offset))
            making = self._making[snapshot.uri] = _Making(snapshot, offset, task)
        return await self._wait(making)

    def moved_on(self, uri: str) -> None:
        """End what is being made for a document."""
        if making := self._making.pop(uri, None):
            making.task.cancel()

    def clear(self) -> None:
        """Drop what was made with other settings."""
        self._known.clear()

    def forget(self, uri: str) -> None:
        """Drop what is known of a document that was closed."""
        self.moved_on(uri)
        self._known.pop(uri, None)

    async def _wait(self, making: _Making) -> Suggestion | None:
        """Wait together with others; the last one that gives up ends it."""
        making.waiting += 1
        try:
            await asyncio.wait([making.task])
        finally:
            making.waiting -= 1
            if not making.waiting:
                making.task.cancel()  # nothing to one that is done
                if self._making.get(making.snapshot.uri) is making:
                    del self._making[making.snapshot.uri]
        return None if making.task.cancelled() else making.task.result()

    async def _make(self, snapshot: Snapshot, offset: int) -> Suggestion | None:
        spot = await asyncio.to_thread(self._find, snapshot, offset)
        if spot is None:
            return None
        await asyncio.sleep(_PAUSE)
        # Off the loop: the proof parses the document several times.
        prepared = asyncio.create_task(asyncio.to_thread(spot.prepare))
        answer = await self._ask(spot.task, snapshot, spot.block, spot.unit)
        await prepared
        try:
            made = await asyncio.to_thread(spot.suggestion, answer)
        except ProofError:
            return None
        if made is not None:
            self._known[snapshot.uri] = made
        return made

    def _find(self, snapshot: Snapshot, offset: int) -> Spot | None:
        language = snapshot.language

        def units(source: bytes) -> Sequence[CodeUnit]:
            return self._readings.units(snapshot.uri, source, language)

        return find_spot(snapshot.source, offset, language, units)
