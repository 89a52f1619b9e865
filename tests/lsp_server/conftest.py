"""A client that talks to the server as an editor does: over the pipes of a real process."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from batdoc.lsp_server.positions import ClientPosition, ColumnUnit, Positions

SCRIPTED = [sys.executable, str(Path(__file__).with_name("scripted_server.py"))]


def capabilities(encoding, progress, versions, hovers, tags):
    """What a current editor can do."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind(encoding)]
        ),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=hovers),
            code_action=types.CodeActionClientCapabilities(
                data_support=True,
                resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"]),
                tag_support=types.CodeActionTagOptions(tags) if tags else None,
            ),
        ),
        window=types.WindowClientCapabilities(work_done_progress=progress),
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=versions),
        ),
    )


class Editor:
    """One open document, and the requests that an editor makes for it."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.uri = f"file:///nowhere/{uuid4()}.py"
        self.text = ""
        self.version = 0

    async def start(
        self,
        encoding="utf-16",
        options=None,
        progress=True,
        versions=True,
        folder=None,
        hovers=None,
        tags=None,
    ):
        client = capabilities(encoding, progress, versions, hovers, tags)
        folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)] if folder else None
        params = types.InitializeParams(
            capabilities=client,
            initialization_options=options,
            workspace_folders=folders,
        )
        return await self.client.initialize_session(params)

    def open(self, text, language="python"):
        self.text, self.version = text, 1
        item = types.TextDocumentItem(self.uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text):
        self.text, self.version = text, self.version + 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    async def actions(self, line, only=None):
        place = types.Position(line, 0)
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri),
                types.Range(place, place),
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )
        return list(found or [])

    async def resolve(self, line):
        action = (await self.actions(line))[-1]
        return await self.client.code_action_resolve_async(action)

    async def inline(self, line, column):
        return await self.client.text_document_inline_completion_async(
            types.InlineCompletionParams(
                types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
                types.TextDocumentIdentifier(self.uri),
                types.Position(line, column),
            )
        )

    async def complete(self, line, column):
        return await self.client.text_document_completion_async(
            types.CompletionParams(
                types.TextDocumentIdentifier(self.uri), types.Position(line, column)
            )
        )

    def request(self, method, params):
        """Send a request, and tell its number too, so that it can be cancelled."""
        number = str(uuid4())
        answer = self.client.protocol.send_request_async(method, params, msg_id=number)
        return number, asyncio.ensure_future(answer)

    def applied(self, edit, unit=ColumnUnit.UTF16):
        """Apply an edit as an editor would: to the version that it was made for."""
        (change,) = edit.document_changes
        assert change.text_document.uri == self.uri
        assert change.text_document.version == self.version
        source = self.text.encode()
        positions = Positions(source, unit)
        for text_edit in change.edits:
            ends = (text_edit.range.start, text_edit.range.end)
            start, end = (positions.offset(ClientPosition(p.line, p.character)) for p in ends)
            source = source[:start] + text_edit.new_text.encode() + source[end:]
        return source.decode()

    async def shown(self):
        """Wait for a message that the editor shows."""
        while not self.client.messages:
            await asyncio.sleep(0.01)
        return self.client.messages[-1].message

    async def busy(self):
        """Wait until a progress display is there that has not ended; gives its token."""
        while True:
            for token, reports in self.client.progress_reports.items():
                if [report.kind for report in reports] == ["begin"]:
                    return token
            await asyncio.sleep(0.01)


@pytest_lsp.fixture(config=ClientServerConfig(server_command=SCRIPTED))
async def lsp_client_of_one_test(lsp_client: LanguageClient):
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def fresh_editor(lsp_client_of_one_test: LanguageClient) -> Editor:
    """An editor whose server is not initialized yet."""
    return Editor(lsp_client_of_one_test)


@pytest_lsp.fixture(config=ClientServerConfig(server_command=SCRIPTED), scope="module")
async def lsp_client_of_a_module(lsp_client: LanguageClient):
    await Editor(lsp_client).start()
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(lsp_client_of_a_module: LanguageClient) -> Editor:
    """An editor with a document of its own; tests of a module share the server."""
    lsp_client_of_a_module.messages.clear()
    return Editor(lsp_client_of_a_module)


@pytest.fixture
def make_editor():
    """Make an editor of a client that the test started itself."""
    return Editor
