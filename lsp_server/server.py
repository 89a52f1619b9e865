"""The language server: handlers that translate, ask and answer.

Every edit is made for the document as it is when the model has answered, proved, and sent with
that version where the client can take it.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from batdoc.lsp_server import actions, commands, completion, diagnostics, translate
from batdoc.lsp_server.actions import Target, Task
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.engine_client import ENGINE_COMMAND, EngineClient
from batdoc.lsp_server.positions import Positions
from batdoc.lsp_server.progress import shown_progress
from batdoc.lsp_server.session import Session
from batdoc.lsp_server.wire import Answer, BodyAnswer
from batdoc.source.edits import Edit
from batdoc.source.errors import ModelError, ProofError
from batdoc.source.units import CodeUnit

_CHANGED = "the code changed meanwhile; ask again"
_NO_ANSWER = "the model gave no usable answer; nothing was changed"
_LABEL = "body from docstring"
_DIAGNOSTICS = types.DiagnosticOptions(
    identifier=diagnostics.SOURCE, inter_file_dependencies=False, workspace_diagnostics=False
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
    server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions())(_complete)
    # Without options pygls would serve it and tell nobody.
    inline_options = types.InlineCompletionOptions()
    server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, inline_options)(_complete_inline)
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, _DIAGNOSTICS)(_diagnose)
    server.feature(types.SHUTDOWN)(_shut_down)
    commands.register(server)
    return server


def serve_stdio(server: Session) -> None:
    """Serve the client at the other end of stdin and stdout until it leaves."""
    server.start_io()


def serve_tcp(server: Session, port: int) -> None:
    """Serve one client on the loopback interface until it leaves.

    The port is closed to others as soon as the first one is there.

    Args:
        server: From `build_server`.
        port: Where to listen.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        connection, _ = listening.accept()
    with connection, connection.makefile("rb") as source, connection.makefile("wb") as sink:
        server.start_io(source, sink)


def _initialize(ls: Session, params: types.InitializeParams) -> None:
    ls.configure(params.initialization_options)


async def _initialized(ls: Session, params: types.InitializedParams) -> None:
    await ls.fetch_settings()


async def _configured(ls: Session, params: types.DidChangeConfigurationParams) -> None:
    sent = params.settings
    if isinstance(sent, dict) and "batdoc" in sent:
        ls.configure(sent["batdoc"])
    else:
        await ls.fetch_settings()


def _opened(ls: Session, params: types.DidOpenTextDocumentParams) -> None:
    ls.prepare(params.text_document.uri)


def _changed(ls: Session, params: types.DidChangeTextDocumentParams) -> None:
    ls.prepare(params.text_document.uri)


def _closed(ls: Session, params: types.DidCloseTextDocumentParams) -> None:
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


async def _offer(ls: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what could be written at the cursor, without asking the model."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or not translate.can_resolve(ls.client_capabilities):
        return []
    units = await ls.units(snapshot)
    line = Positions(snapshot.source, ls.column_unit).line(params.range.start.line)
    offered = [
        action
        for target in actions.offers(units, line)
        for action in _actions(snapshot, target, params.context.diagnostics)
    ]
    only = params.context.only
    return [action for action in offered if translate.is_wanted(action, only)]


def _actions(
    snapshot: Snapshot, target: Target, shown: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    """Offer a target, and also as the mend of what is shown of its unit."""
    yield translate.code_action(snapshot, target)
    solved = [d for d in shown if diagnostics.is_solved_by(d, target)]
    if solved:
        yield translate.quick_fix(snapshot, target, solved)


async def _resolve(ls: Session, action: types.CodeAction) -> types.CodeAction:
    """Write what was offered."""
    found = translate.read_target(action)
    if found is None:
        raise JsonRpcInvalidParams("this action is not one of batdoc's")
    uri, target = found
    snapshot, unit = await _find(ls, uri, target)
    async with shown_progress(ls, action.title):
        try:
            answer = await ls.ask(target.task, snapshot, snapshot.source, unit)
        except ModelError as error:
            ls.show_once(str(error))
            raise _failure(str(error)) from None
    words = unit.docstring
    snapshot, unit = await _find(ls, uri, target)
    if unit.docstring != words:
        raise JsonRpcContentModified(_CHANGED)
    try:
        edit = await _proved_edit(snapshot, unit, target.task, answer)
    except JsonRpcException as error:
        # Some clients say nothing of a failed action, and the user waits.
        ls.warn(error.message)
        raise
    if ls.snapshot(uri) != snapshot:
        raise JsonRpcContentModified(_CHANGED)
    is_versioned = translate.takes_versions(ls.client_capabilities)
    action.edit = translate.workspace_edit(snapshot, [edit], ls.column_unit, is_versioned)
    return action


async def _find(ls: Session, uri: str, target: Target) -> tuple[Snapshot, CodeUnit]:
    """Find a target in the document as it is now.

    Raises:
        JsonRpcContentModified: Its code changed, or there is nothing left to do.
    """
    snapshot = ls.snapshot(uri)
    units = await ls.units(snapshot) if snapshot else ()
    unit = actions.find_again(units, target)
    if snapshot is None or unit is None:
        raise JsonRpcContentModified(_CHANGED)
    return snapshot, unit


async def _proved_edit(snapshot: Snapshot, unit: CodeUnit, task: Task, answer: Answer) -> Edit:
    """Make the edit off the loop: the proof parses the document several times.

    Raises:
        JsonRpcException: The model had nothing, or it could not be proved.
    """
    source, language = snapshot.source, snapshot.language

    def make() -> Edit | None:
        if isinstance(answer, BodyAnswer):
            body = answer.body
            return actions.body_edit(source, unit, body, language) if body else None
        words, house = answer.docstring, answer.house
        if task is Task.UPDATE:
            return actions.update_edit(source, unit, words, house, language)
        return actions.docstring_edit(source, unit, words, house, language) if words else None

    try:
        edit = await asyncio.to_thread(make)
    except ProofError as error:
        raise _failure(str(error)) from None
    if edit is None:
        raise _failure(_NO_ANSWER)
    return edit


def _failure(message: str) -> JsonRpcException:
    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed)


async def _complete_inline(
    ls: Session, params: types.InlineCompletionParams
) -> list[types.InlineCompletionItem]:
    """Show the body of the function that waits for one at the cursor."""
    text = await _body_at(ls, params.text_document.uri, params.position)
    if text is None:
        return []
    here = types.Range(params.position, params.position)
    return [types.InlineCompletionItem(insert_text=text, range=here)]


async def _complete(ls: Session, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Offer the same body to clients that show no ghost text."""
    text = await _body_at(ls, params.text_document.uri, params.position)
    if text is None:
        return []
    here = types.Range(params.position, params.position)
    return [
        types.CompletionItem(
            label=_LABEL,
            kind=types.CompletionItemKind.Snippet,
            documentation=text,
            text_edit=types.TextEdit(here, text),
            insert_text_mode=types.InsertTextMode.AsIs,
        )
    ]


async def _body_at(ls: Session, uri: str, position: types.Position) -> str | None:
    """Write the body to insert at a position; None if none belongs there or none came."""
    snapshot = ls.snapshot(uri)
    if snapshot is None:
        return None
    positions = Positions(snapshot.source, ls.column_unit)
    offset = positions.offset(translate.read_position(position))
    spot = completion.find_spot(snapshot.source, offset, snapshot.language)
    if spot is None:
        return None
    try:
        answer = await ls.ask(Task.BODY, snapshot, spot.block, spot.unit)
        if not isinstance(answer, BodyAnswer) or not answer.body:
            return None
        text = completion.insertion(spot, answer.body, snapshot.language)
    except ModelError as error:
        ls.show_once(str(error))
        return None
    except ProofError:
        return None
    if ls.snapshot(uri) != snapshot:
        raise JsonRpcContentModified(_CHANGED)
    return text
