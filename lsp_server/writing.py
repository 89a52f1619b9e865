"""A target written: the model is asked, and the proved edit is for the document as it is then."""

import asyncio

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException

from batdoc.lsp_server import actions
from batdoc.lsp_server.actions import Target, Task
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.progress import shown_progress
from batdoc.lsp_server.proving import Remembering
from batdoc.lsp_server.session import Session
from batdoc.lsp_server.wire import Answer, BodyAnswer
from batdoc.models.trust import CUT
from batdoc.source.edits import Edit
from batdoc.source.errors import ModelError, ProofError
from batdoc.source.language import Language
from batdoc.source.units import CodeUnit

_CHANGED = "the code changed meanwhile; ask again"
_NO_ANSWER = "the model gave no usable answer; nothing was changed"


async def write(ls: Session, uri: str, target: Target, title: str) -> tuple[Snapshot, Edit]:
    """Have a target written.

    Args:
        ls: Whose documents and model to use.
        uri: The document.
        target: In it.
        title: What progress is shown under.

    Returns:
        The document as it is now, and the edit that was proved for it.

    Raises:
        JsonRpcContentModified: The code changed, or there is nothing left to do.
        JsonRpcException: The model cannot be used, had nothing, or it could not be proved.
    """
    snapshot, unit = await _find(ls, uri, target)
    proving = Remembering(snapshot.language)
    prepared = asyncio.create_task(asyncio.to_thread(proving.prepare, snapshot.source))
    async with shown_progress(ls, title):
        try:
            answer = await ls.ask(target.task, snapshot, snapshot.source, unit)
        except ModelError as error:
            ls.show_once(str(error))
            raise _failure(str(error)) from None
    await prepared
    words = unit.docstring
    snapshot, unit = await _find(ls, uri, target)
    if unit.docstring != words:
        raise JsonRpcContentModified(_CHANGED)
    try:
        edit = await _proved_edit(snapshot, unit, target.task, answer, proving)
    except JsonRpcException as error:
        # Some clients say nothing of a failed action, and the user waits.
        ls.warn(error.message)
        raise
    if ls.snapshot(uri) != snapshot:
        raise JsonRpcContentModified(_CHANGED)
    if answer.is_cut:
        shown = "documentation" if isinstance(answer, BodyAnswer) else "code"
        ls.warn(f"{unit.qualified_name}: its {shown} is {CUT}")
    return snapshot, edit


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


async def _proved_edit(
    snapshot: Snapshot, unit: CodeUnit, task: Task, answer: Answer, language: Language
) -> Edit:
    """Make the edit off the loop: the proof parses the document several times.

    Raises:
        JsonRpcException: The model had nothing, or it could not be proved.
    """
    source = snapshot.source

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
