"""The language server: handlers that translate, ask and answer.

Every edit is made for the document as it is when the model has answered, proved, and sent with
that version where the client can take it.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import aclosing

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from batdoc.lsp_server import actions, commands, diagnostics, hovers, translate
from batdoc.lsp_server.actions import Target
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.engine_client import ENGINE_COMMAND, EngineClient
from batdoc.lsp_server.lenses import lenses
from batdoc.lsp_server.positions import ByteOffset, Positions
from batdoc.lsp_server.session import Session
from batdoc.lsp_server.settings import Check
from batdoc.lsp_server.workspace_check import cleared
from batdoc.lsp_server.workspace_checker import Order
from batdoc.lsp_server.writing import write
from batdoc.source.errors import ModelError

_CHANGED = "the code changed meanwhile; ask again"
# The last characters of what opens documentation in one language or another.
_OPENERS = types.CompletionOptions(trigger_characters=['"', "'", "*", "/", "!", "#", "-"])
_DIAGNOSTICS = types.DiagnosticOptions(
    identifier=diagnostics.SOURCE, inter_file_dependencies=False, workspace_diagnostics=True
)


def build_server(engine_command: Sequence[str] = ENGINE_COMMAND) -> Session:
    """Make a server that is not connected yet.

    Args:
        engine_command: What starts the process that owns the model.
    """
    # pygls logs the messages that it cannot handle, and they carry the user's code.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    server = Session(EngineClient(engine_command))
    actions_options = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, *translate.KINDS.values()],
        resolve_provider=True,
    )
    server.feature(types.INITIALIZE)(_initialize)
    server.feature(types.INITIALIZED)(_initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(_configured)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(_opened)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(_changed)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(_closed)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, actions_options)(_offer)
    server.feature(types.CODE_ACTION_RESOLVE)(_resolve)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, _OPENERS)(_complete)
    # Without options pygls would serve it and tell nobody.
    inline_options = types.InlineCompletionOptions()
    server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, inline_options)(_complete_inline)
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, _DIAGNOSTICS)(_diagnose)
    server.feature(types.WORKSPACE_DIAGNOSTIC)(_diagnose_workspace)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=True))(_saved)
    server.feature(types.TEXT_DOCUMENT_HOVER)(_hover)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())(_lenses)
    server.feature(types.SHUTDOWN)(_shut_down)
    commands.register(server)
    return server


def serve_stdio(server: Session) -> None:
    """Serve the client at the other end of stdin and stdout until it leaves."""
    server.start_io()


def serve_tcp(server: Session, port: int, token: str) -> None:
    """Serve one client on the loopback interface until it leaves.

    The port is closed to others as soon as the first one is there.

    Args:
        server: From `build_server`.
        port: Where to listen.
        token: What the client must send before it is served: other users of the machine can
            reach the port, too.
    """
    server.connection.token = token
    with socket.create_server(("127.0.0.1", port)) as listening:
        connection, _ = listening.accept()
    with connection, connection.makefile("rb") as source, connection.makefile("wb") as sink:
        server.start_io(source, sink)


def _initialize(ls: Session, params: types.InitializeParams) -> None:
    ls.connection.keep_documents()
    options = params.initialization_options
    if isinstance(options, dict):
        options = {key: value for key, value in options.items() if key != "token"}
    ls.configure(options)


async def _initialized(ls: Session, params: types.InitializedParams) -> None:
    await ls.fetch_settings()


async def _configured(ls: Session, params: types.DidChangeConfigurationParams) -> None:
    sent = params.settings
    if isinstance(sent, dict) and "batdoc" in sent:
        ls.configure(sent["batdoc"])
    else:
        await ls.fetch_settings()


def _opened(ls: Session, params: types.DidOpenTextDocumentParams) -> None:
    ls.tell_of_trouble(params.text_document.uri)
    ls.prepare(params.text_document.uri)


def _changed(ls: Session, params: types.DidChangeTextDocumentParams) -> None:
    ls.tell_of_trouble(params.text_document.uri)
    ls.suggester.moved_on(params.text_document.uri)
    ls.prepare(params.text_document.uri)


def _closed(ls: Session, params: types.DidCloseTextDocumentParams) -> None:
    ls.suggester.forget(params.text_document.uri)
    ls.forget(params.text_document.uri)


async def _shut_down(ls: Session, params: None) -> None:
    await ls.engine.close()


async def _diagnose(
    ls: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Tell a client that asks what is wrong in a document."""
    snapshot = ls.snapshot(params.text_document.uri)
    found = await ls.diagnostics(snapshot) if snapshot else []
    return types.RelatedFullDocumentDiagnosticReport(items=found)


async def _diagnose_workspace(
    ls: Session, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    """Tell what is wrong in files that are not open; by parts, to a client that takes them so."""
    known = {previous.uri: previous.value for previous in params.previous_result_ids}
    if not ls.settings.check_workspace:
        return types.WorkspaceDiagnosticReport([cleared(uri) for uri in known])
    folders = [str(folder) for folder in ls.folders()]
    order = Order(folders, ls.settings.check.value, ls.column_unit.value)
    items = []
    shown = [*ls.workspace.text_documents]
    async with aclosing(ls.workspace_check.reports(order, known, shown)) as reports:
        async for report in reports:
            if params.partial_result_token is None:
                items.append(report)
            else:
                part = types.WorkspaceDiagnosticReportPartialResult([report])
                ls.progress(types.ProgressParams(params.partial_result_token, part))
    return types.WorkspaceDiagnosticReport(items)


def _saved(ls: Session, params: types.DidSaveTextDocumentParams) -> None:
    ls.workspace_check.something_changed()
    document = ls.documents.find(params.text_document.uri)
    if document is not None and params.text is not None and not document.says(params.text):
        document.take(params.text)
        ls.prepare(params.text_document.uri)


async def _hover(ls: Session, params: types.HoverParams) -> types.Hover | None:
    """Tell what the documentation under the pointer lacks, and how sure a model was of it."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None:
        return None
    units = await ls.units(snapshot)
    positions = Positions(snapshot.source, ls.column_unit)
    at = positions.offset(translate.read_position(params.position))
    found = hovers.named_at(units, snapshot.source, positions.line(params.position.line), at)
    if found is None:
        return None
    unit, name = found
    wanted = Check.OFF if ls.settings.check is Check.OFF else Check.ALL
    told = await asyncio.to_thread(
        diagnostics.findings, snapshot, units, wanted, lambda each: each is unit
    )
    is_markdown = translate.shows_markdown(ls.client_capabilities)
    words = hovers.words(told, ls.sureness.of(unit), is_markdown)
    kind = types.MarkupKind.Markdown if is_markdown else types.MarkupKind.PlainText
    if not words:
        return None
    return types.Hover(types.MarkupContent(kind, words), translate.range_of(name, positions))


async def _lenses(ls: Session, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Offer what is missing above each declaration, where the user wants that."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or not ls.settings.code_lens:
        return []
    units = await ls.units(snapshot)
    found = await asyncio.to_thread(lambda: list(lenses(units)))
    return [translate.code_lens(snapshot, unit, target, commands.WRITE) for unit, target in found]


async def _offer(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what could be written at the cursor, without asking the model."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or not translate.can_resolve(ls.client_capabilities):
        return []
    units = await ls.units(snapshot)
    line = Positions(snapshot.source, ls.column_unit).line(params.range.start.line)
    is_tagged = translate.knows_tags(ls.client_capabilities)
    offered = [
        action
        for target in actions.offers(units, line)
        for action in _actions(snapshot, target, is_tagged, params.context.diagnostics)
    ]
    only = params.context.only
    return [action for action in offered if translate.is_wanted(action, only)]


def _actions(
    snapshot: Snapshot, target: Target, is_tagged: bool, shown: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    """Offer a target, and also as the mend of what is shown of its unit."""
    yield translate.code_action(snapshot, target, is_tagged)
    solved = [d for d in shown if diagnostics.is_solved_by(d, target)]
    if solved:
        yield translate.quick_fix(snapshot, target, is_tagged, solved)


async def _resolve(ls: Session, action: types.CodeAction) -> types.CodeAction:
    """Write what was offered."""
    found = translate.read_target(action.data)
    if found is None:
        raise JsonRpcInvalidParams("this action is not one of batdoc's")
    uri, target = found
    snapshot, edit = await write(ls, uri, target, action.title)
    is_versioned = translate.takes_versions(ls.client_capabilities)
    action.edit = translate.workspace_edit(snapshot, [edit], ls.column_unit, is_versioned)
    return action


async def _complete_inline(
    ls: Session, params: types.InlineCompletionParams
) -> list[types.InlineCompletionItem]:
    """Show the documentation that was just opened, or the body that waits at the cursor."""
    made = await _suggestion(ls, params.text_document.uri, params.position)
    return [types.InlineCompletionItem(made.new_text, range=made.range)] if made else []


async def _complete(ls: Session, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Offer the same text to clients that show no ghost text."""
    made = await _suggestion(ls, params.text_document.uri, params.position)
    if made is None:
        return []
    return [
        types.CompletionItem(
            label=made.new_text.strip().splitlines()[0],
            detail="batdoc",
            kind=types.CompletionItemKind.Snippet,
            documentation=made.new_text,
            text_edit=made,
            insert_text_mode=types.InsertTextMode.AsIs,
        )
    ]


async def _suggestion(ls: Session, uri: str, place: types.Position) -> types.TextEdit | None:
    """Make what is to be inserted at a position; None if nothing belongs there or none came."""
    snapshot = ls.snapshot(uri)
    if snapshot is None:
        return None
    positions = Positions(snapshot.source, ls.column_unit)
    offset = positions.offset(translate.read_position(place))
    try:
        made = await ls.suggester.suggest(snapshot, offset)
    except ModelError as error:
        ls.show_once(str(error))
        return None
    if ls.snapshot(uri) != snapshot:
        raise JsonRpcContentModified(_CHANGED)
    if made is None:
        return None
    ends = (offset, ByteOffset(offset + len(made.replaced)))
    start, end = (translate.position(positions.client(at)) for at in ends)
    return types.TextEdit(types.Range(start, end), made.text.decode())
