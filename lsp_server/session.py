"""What a client's session holds: its documents, settings, and the engine that writes for it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter
from pygls.uris import to_fs_path

from batdoc import __version__
from batdoc.lsp_server.actions import Task
from batdoc.lsp_server.diagnostics import diagnostics, findings
from batdoc.lsp_server.documents import Snapshot, UnitCache, take_snapshot
from batdoc.lsp_server.engine_client import EngineClient
from batdoc.lsp_server.open_documents import OpenDocuments
from batdoc.lsp_server.positions import ColumnUnit
from batdoc.lsp_server.protocol import Protocol
from batdoc.lsp_server.readings import Readings
from batdoc.lsp_server.settings import DEFAULTS, Settings, read_settings, settle_for
from batdoc.lsp_server.suggester import Suggester
from batdoc.lsp_server.sureness import Sureness
from batdoc.lsp_server.translate import column_unit
from batdoc.lsp_server.wire import Answer, Request
from batdoc.lsp_server.workspace_check import WorkspaceCheck
from batdoc.source.units import CodeUnit

_PAUSE = 0.1  # seconds without a change until a document's units are found


class Session(LanguageServer):
    """The server's state.

    Args:
        engine: Writes documentation and bodies.
    """

    def __init__(self, engine: EngineClient) -> None:
        super().__init__(
            "batdoc",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.settings = DEFAULTS
        self.engine = engine
        readings = Readings()
        self.suggester = Suggester(self.ask, readings)
        self.workspace_check = WorkspaceCheck()
        self.sureness = Sureness()
        self._units = UnitCache(readings)
        self._told: set[str] = set()
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._checking: asyncio.Task[None] | None = None
        self._is_running = False

    @property
    def documents(self) -> OpenDocuments:
        """What the editor shows."""
        assert isinstance(self.workspace, OpenDocuments)
        return self.workspace

    @property
    def connection(self) -> Protocol:
        """How the server speaks."""
        assert isinstance(self.protocol, Protocol)
        return self.protocol

    def snapshot(self, uri: str) -> Snapshot | None:
        """Copy an open document, or give None if batdoc has nothing to do with it."""
        document = self.documents.find(uri)
        if document is None or document.data is None:
            return None
        return take_snapshot(uri, document.version, document.data, document.language_id, _path(uri))

    async def units(self, snapshot: Snapshot) -> Sequence[CodeUnit]:
        """Give a snapshot's units; they are found once a version."""
        return await self._units.units(snapshot)

    @property
    def column_unit(self) -> ColumnUnit:
        """What the client counts columns in."""
        return column_unit(self.workspace.position_encoding)

    def prepare(self, uri: str) -> None:
        """Find a document's units as soon as typing pauses, so that actions come at once."""
        if task := self._preparing.pop(uri, None):
            task.cancel()
        self._preparing[uri] = asyncio.get_running_loop().create_task(self._prepare(uri))

    async def _prepare(self, uri: str) -> None:
        await asyncio.sleep(_PAUSE)
        snapshot = self.snapshot(uri)
        if snapshot is None:
            return
        await self.units(snapshot)
        if not self._asks_for_diagnostics:
            await self._publish(snapshot)

    async def diagnostics(self, snapshot: Snapshot) -> list[types.Diagnostic]:
        """Check a document; found once a version, off the loop."""
        units, wanted = await self.units(snapshot), self.settings.check
        found = await asyncio.to_thread(findings, snapshot, units, wanted)
        return diagnostics(found, snapshot.source, self.column_unit)

    async def _publish(self, snapshot: Snapshot) -> None:
        """Tell a client that does not ask, unless the document changed meanwhile."""
        found = await self.diagnostics(snapshot)
        if self.snapshot(snapshot.uri) == snapshot:
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(snapshot.uri, found, snapshot.version)
            )

    @property
    def _asks_for_diagnostics(self) -> bool:
        document = self.client_capabilities.text_document
        return document is not None and document.diagnostic is not None

    async def _check_again(self) -> None:
        """Show what the new settings ask for."""
        workspace = self.client_capabilities.workspace
        lenses = workspace.code_lens if workspace else None
        if lenses is not None and lenses.refresh_support:
            await self.workspace_code_lens_refresh_async(None)
        refreshes = workspace.diagnostics if workspace else None
        if self._asks_for_diagnostics:
            if refreshes is not None and refreshes.refresh_support:
                await self.workspace_diagnostic_refresh_async(None)
            return
        for uri in self.workspace.text_documents:
            self.prepare(uri)

    def forget(self, uri: str) -> None:
        """Drop what is known of a document that was closed, and what is shown of it."""
        if task := self._preparing.pop(uri, None):
            task.cancel()
        self._units.forget(uri)
        if not self._asks_for_diagnostics:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def ask(self, task: Task, snapshot: Snapshot, source: bytes, unit: CodeUnit) -> Answer:
        """Ask the engine to write for a unit.

        Args:
            task: What to write.
            snapshot: The document.
            source: Where the unit was found: the document, or a part of it.
            unit: What to write for.

        Raises:
            ModelError: It cannot; the message says why.
        """
        settings = self.settings
        for complaint in settle_for(snapshot.path.parent if snapshot.path else None)[1]:
            self._tell_once(complaint, types.MessageType.Warning)
        request = Request(
            task=task.value,
            language=snapshot.language.name,
            source=source.decode(),
            start=unit.span.start,
            name=unit.qualified_name,
            file=str(snapshot.path) if snapshot.path else None,
            model=settings.model,
            style=settings.style.value if settings.style else None,
            line_length=settings.line_length,
        )
        answer = await self.engine.ask(request)
        self.sureness.note(unit, answer)
        return answer

    def configure(self, value: object) -> None:
        """Take the client's settings; what is wrong with them is told."""
        was = self.settings
        self.settings, complaints = read_settings(value, self.folders())
        for complaint in complaints:
            self._tell_once(complaint, types.MessageType.Warning)
        if self.settings != was:
            self.suggester.clear()
        if self.settings.model != was.model:
            self.engine.stop()
        if self._is_running and _shown(self.settings) != _shown(was):
            self.workspace_check.something_changed()
            self._checking = asyncio.get_running_loop().create_task(self._check_again())

    def use_model(self, model: str) -> None:
        """Use another model until the settings change."""
        self.settings = replace(self.settings, model=model)
        self.suggester.clear()
        self.engine.stop()

    def folders(self) -> list[Path]:
        """Give the folders that are open in the editor."""
        uris = [folder.uri for folder in self.workspace.folders.values()]
        uris += [self.workspace.root_uri] if self.workspace.root_uri else []
        return [path for uri in uris if (path := _path(uri))]

    async def fetch_settings(self) -> None:
        """Ask the client for its settings, if it can tell them."""
        self._is_running = True
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return
        item = types.ConfigurationItem(section="batdoc")
        with suppress(JsonRpcException):  # it can, but will not: what it sent at first stays
            (value,) = await self.workspace_configuration_async(types.ConfigurationParams([item]))
            if value:
                self.configure(value)

    def tell_of_trouble(self, uri: str) -> None:
        """Show, the first time, why a document that the editor shows is not known."""
        document = self.documents.find(uri)
        if document is not None and document.trouble:
            self.show_once(f"{document.filename}: {document.trouble}")

    def show_once(self, message: str) -> None:
        """Show a sentence that the user must know, the first time that it comes up."""
        if message not in self._told:
            self._told.add(message)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def warn(self, message: str) -> None:
        """Show a sentence on what was asked for and could not be done."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def _tell_once(self, message: str, kind: types.MessageType) -> None:
        if message not in self._told:
            self._told.add(message)
            self.window_log_message(types.LogMessageParams(kind, message))

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Log a mistake in the server by its type alone: its message could quote the user's code.

        pygls would show every one in a window of its own.
        """
        if not isinstance(error, JsonRpcException) or error.code == types.ErrorCodes.InternalError:
            kind = str(error).partition(":")[0] if isinstance(error, JsonRpcException) else ""
            name = kind or type(error).__name__
            self._tell_once(f"batdoc met an internal error ({name})", types.MessageType.Error)


def _shown(settings: Settings) -> tuple[object, ...]:
    """Give the settings that what is shown without being asked for follows from."""
    return settings.check, settings.check_workspace, settings.code_lens


def _path(uri: str) -> Path | None:
    """Give the file that a URI names, if it names one on this system."""
    name = to_fs_path(uri)
    return Path(name) if name and Path(name).is_absolute() else None
