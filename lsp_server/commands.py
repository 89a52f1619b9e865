"""What a client can have done by name: whole files and workspaces documented, the engine restarted.

Each file gets one edit, which the editor undoes as one. What cannot be written is counted, and a
file that changed meanwhile is left alone.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams
from pygls.uris import from_fs_path

from batdoc.lsp_server import translate
from batdoc.lsp_server.actions import Task
from batdoc.lsp_server.documents import Snapshot, take_snapshot
from batdoc.lsp_server.positions import has_certain_lines
from batdoc.lsp_server.progress import Report, shown_progress
from batdoc.lsp_server.session import Session
from batdoc.lsp_server.wire import DocstringAnswer
from batdoc.lsp_server.writing import write
from batdoc.models.catalogue import starter_path, trained_runs
from batdoc.source.edits import Edit, digest
from batdoc.source.errors import ConfigError, InputError, ModelError
from batdoc.source.files import SourceFile, read_source
from batdoc.source.rewrite import documentation_edit, rewrite
from batdoc.source.rules import undocumented
from batdoc.source.settings import load_settings
from batdoc.source.targets import files_in

DOCUMENT_FILE = "batdoc.documentFile"
DOCUMENT_WORKSPACE = "batdoc.documentWorkspace"
CHOOSE_MODEL = "batdoc.chooseModel"
RESTART_ENGINE = "batdoc.restartEngine"
WRITE = "batdoc.write"
STATUS = "batdoc.status"


@dataclass(slots=True)
class Tally:
    """How many units were documented, and how many were left as they are."""

    written: int = 0
    left: int = 0


def register(server: Session) -> None:
    """Make the commands known."""
    server.command(DOCUMENT_FILE)(_document_file)
    server.command(DOCUMENT_WORKSPACE)(_document_workspace)
    server.command(CHOOSE_MODEL)(_choose_model)
    server.command(RESTART_ENGINE)(_restart_engine)
    server.command(WRITE)(_write)
    server.command(STATUS)(_status)


async def _document_file(ls: Session, uri: str) -> dict[str, int]:
    """Document what an open file lacks.

    Raises:
        JsonRpcInvalidParams: The file is not open.
        JsonRpcException: It changed meanwhile, or the model cannot be used.
    """
    snapshot = ls.snapshot(uri)
    if snapshot is None:
        raise JsonRpcInvalidParams("open the file first; batdoc documents what the editor shows")
    tally = Tally()
    async with shown_progress(ls, "Documenting the file") as report:
        await _document(ls, snapshot, tally, report)
    return {"written": tally.written, "left": tally.left}


async def _document_workspace(ls: Session) -> dict[str, int]:
    """Document what the files of all open folders lack, one after the other."""
    tally = Tally()
    async with shown_progress(ls, "Documenting the workspace") as report:
        paths = await asyncio.to_thread(_sources, ls.folders())
        for number, path in enumerate(paths):
            report(path.name, 100 * number // len(paths))
            snapshot = await asyncio.to_thread(_snapshot_of, ls, path)
            if snapshot is not None:
                await _document(ls, snapshot, tally, report)
    return {"written": tally.written, "left": tally.left}


async def _write(ls: Session, data: dict[str, Any]) -> None:
    """Do what a lens offers.

    Raises:
        JsonRpcInvalidParams: The argument is not one of batdoc's.
        JsonRpcException: The code changed, or the model gave nothing that can be used.
    """
    found = translate.read_target(data)
    if found is None:
        raise JsonRpcInvalidParams("this command is for batdoc's own lenses")
    uri, target = found
    snapshot, edit = await write(ls, uri, target, translate.TITLES[target.task])
    await _apply(ls, snapshot, (edit,))


async def _choose_model(ls: Session) -> str | None:
    """Let the user pick one of the models on this machine, until the settings change."""
    models = {"the starter": starter_path()}
    models |= {f"{run.folder.name} ({run.repo})": run.folder for run in trained_runs()}
    actions = [types.MessageActionItem(title) for title in models]
    question = "Which model is to write?"
    params = types.ShowMessageRequestParams(types.MessageType.Info, question, actions)
    chosen = await ls.window_show_message_request_async(params)
    if chosen is None or chosen.title not in models:
        return None
    ls.use_model(str(models[chosen.title]))
    return chosen.title


def _restart_engine(ls: Session) -> None:
    """End the process that holds the model; the next request starts another."""
    ls.engine.stop()


def _status(ls: Session) -> dict[str, str | None]:
    """Tell which model is set and which findings are shown."""
    return {"model": ls.settings.model, "check": ls.settings.check.value}


def _sources(folders: Sequence[Path]) -> list[Path]:
    """List the files that people wrote; a folder whose settings cannot be used has none."""
    found: list[Path] = []
    for folder in folders:
        with suppress(ConfigError):
            found += files_in(folder, load_settings(folder))
    return found


def _snapshot_of(ls: Session, path: Path) -> Snapshot | None:
    """Give what the editor shows of a file, else what is on the disk."""
    uri = from_fs_path(str(path))
    if uri is None or (shown := ls.snapshot(uri)) is not None:
        return shown if uri else None
    try:
        source = read_source(path).text
    except InputError:
        return None
    return take_snapshot(uri, None, source, None, path) if has_certain_lines(source) else None


async def _document(ls: Session, snapshot: Snapshot, tally: Tally, report: Report) -> None:
    """Ask for each unit that lacks documentation, and send one edit for the file."""
    units = await ls.units(snapshot)
    missing = undocumented(units, include_private=False)
    edits: list[Edit] = []
    for unit in missing:
        report(unit.qualified_name, None)
        try:
            answer = await ls.ask(Task.DOCSTRING, snapshot, snapshot.source, unit)
        except ModelError as error:
            raise JsonRpcException(str(error), types.LSPErrorCodes.RequestFailed) from None
        if isinstance(answer, DocstringAnswer) and answer.docstring is not None:
            source, language = snapshot.source, snapshot.language
            made = documentation_edit(source, unit, answer.docstring, answer.house, language)
            edits.append(made)
    applied = await asyncio.to_thread(_proved, snapshot, edits)
    tally.left += len(missing) - len(applied)
    if applied:
        await _apply(ls, snapshot, applied)
        tally.written += len(applied)


def _proved(snapshot: Snapshot, edits: list[Edit]) -> tuple[Edit, ...]:
    """Leave out the edits that cannot be proved."""
    path = snapshot.path or Path("untitled")
    file = SourceFile(path, snapshot.source, "utf-8", b"", digest(snapshot.source))
    return rewrite(file, edits, snapshot.language).applied


async def _apply(ls: Session, snapshot: Snapshot, edits: tuple[Edit, ...]) -> None:
    """Have the client apply the edits, if the file is still the one that they were made for.

    Raises:
        JsonRpcContentModified: It is not, or the client refused.
    """
    shown = ls.snapshot(snapshot.uri)
    if shown is not None and shown.source != snapshot.source:
        raise JsonRpcContentModified("the file changed meanwhile; ask again")
    versioned = translate.takes_versions(ls.client_capabilities)
    edit = translate.workspace_edit(shown or snapshot, edits, ls.column_unit, versioned)
    params = types.ApplyWorkspaceEditParams(edit, label="batdoc: document")
    answer = await ls.workspace_apply_edit_async(params)
    if not answer.applied:
        raise JsonRpcContentModified("the editor did not take the edit; nothing was changed")
