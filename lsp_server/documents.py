"""Immutable snapshots of open documents, and their units, found once a version off the loop."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from batdoc.lsp_server.readings import Readings
from batdoc.source.errors import InputError
from batdoc.source.language import Language, get_language, language_of
from batdoc.source.units import CodeUnit

# What editors call those languages that have another name here.
_ALIASES = {"javascriptreact": "javascript", "typescriptreact": "tsx"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it was at one moment.

    Attributes:
        uri: As the client spells it.
        version: The client's count of changes; None if it does not count.
        source: The text as UTF-8.
        language: Of the text.
        path: The file, or None for a document that is no file.
    """

    uri: str
    version: int | None
    source: bytes
    language: Language
    path: Path | None


def take_snapshot(
    uri: str, version: int | None, source: bytes, language_id: str | None, path: Path | None
) -> Snapshot | None:
    """Copy a document, or give None if it is in no language that batdoc knows.

    Args:
        uri: As the client spells it.
        version: The client's count of changes.
        source: What the client shows, as UTF-8.
        language_id: What the client says that it is; documents without a file have only that.
        path: The file, or None.
    """
    language = _language(language_id, path)
    return Snapshot(uri, version, source, language, path) if language else None


def _language(language_id: str | None, path: Path | None) -> Language | None:
    try:
        return get_language(_ALIASES.get(language_id or "", language_id or ""))
    except InputError:
        return language_of(path) if path else None


class UnitCache:
    """Finds the units of documents off the loop, once a version.

    Args:
        readings: Reads them.
    """

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        # Two, so that a small document does not wait until a large one is read.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="units")
        self._found: dict[str, tuple[Snapshot, asyncio.Future[Sequence[CodeUnit]]]] = {}

    async def units(self, snapshot: Snapshot) -> Sequence[CodeUnit]:
        """Give the units of a snapshot; a text that cannot be parsed has none."""
        known = self._found.get(snapshot.uri)
        if known is None or known[0] != snapshot:
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._threads, self._read, snapshot)
            known = self._found[snapshot.uri] = (snapshot, future)
        # A request that is cancelled must not cancel what other requests wait for.
        return await asyncio.shield(known[1])

    def forget(self, uri: str) -> None:
        """Drop what is known of a document that was closed."""
        self._found.pop(uri, None)
        self._readings.forget(uri)

    def _read(self, snapshot: Snapshot) -> Sequence[CodeUnit]:
        try:
            return self._readings.units(snapshot.uri, snapshot.source, snapshot.language)
        except InputError:
            return ()
