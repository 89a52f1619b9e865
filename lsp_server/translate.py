"""Between batdoc's own types and the protocol's; nothing is decided here."""

from collections.abc import Sequence

from lsprotocol import types

from batdoc.lsp_server.actions import Target, Task
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.positions import ByteOffset, ClientPosition, ColumnUnit, Positions
from batdoc.source.edits import Edit

KIND = types.CodeActionKind.RefactorRewrite

TITLES = {Task.DOCSTRING: "Generate docstring", Task.BODY: "Write body from docstring"}


def is_wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Tell whether a client that asks for certain kinds of actions wants batdoc's."""
    if only is None:
        return True
    asked = [_text(kind) for kind in only]
    return any(not kind or f"{KIND.value}.".startswith(f"{kind}.") for kind in asked)


def code_action(snapshot: Snapshot, target: Target) -> types.CodeAction:
    """Offer a task; what it takes to do it later travels with the offer."""
    data = {
        "uri": snapshot.uri,
        "task": target.task.value,
        "name": target.name,
        "key": target.key,
        "ordinal": target.ordinal,
    }
    return types.CodeAction(title=TITLES[target.task], kind=KIND, data=data)


def read_target(action: types.CodeAction) -> tuple[str, Target] | None:
    """Read what `code_action` sent along: the document and the target; None if it is not ours."""
    data = action.data
    if not isinstance(data, dict):
        return None
    try:
        task = Task(data["task"])
        target = Target(task, str(data["name"]), str(data["key"]), int(data["ordinal"]))
        return str(data["uri"]), target
    except (KeyError, TypeError, ValueError):
        return None


def workspace_edit(snapshot: Snapshot, edit: Edit, unit: ColumnUnit) -> types.WorkspaceEdit:
    """Spell an edit for exactly this version of the document."""
    positions = Positions(snapshot.source, unit)
    span = types.Range(
        start=position(positions.client(ByteOffset(edit.span.start))),
        end=position(positions.client(ByteOffset(edit.span.end))),
    )
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    change = types.TextDocumentEdit(document, [types.TextEdit(span, edit.new.decode())])
    return types.WorkspaceEdit(document_changes=[change])


def position(place: ClientPosition) -> types.Position:
    """Spell a position."""
    return types.Position(place.line, place.column)


def read_position(place: types.Position) -> ClientPosition:
    """Read a position."""
    return ClientPosition(place.line, place.character)


def column_unit(encoding: types.PositionEncodingKind | str | None) -> ColumnUnit:
    """Read the unit that client and server agreed on."""
    return ColumnUnit(_text(encoding)) if encoding else ColumnUnit.UTF16


def can_resolve(client: types.ClientCapabilities) -> bool:
    """Tell whether a client asks again for an action's edit, and honours the edit's version.

    Without both, an action could only be offered when it is already written.
    """
    document, workspace = client.text_document, client.workspace
    action = document.code_action if document else None
    resolve = action.resolve_support if action else None
    edit = workspace.workspace_edit if workspace else None
    return bool(
        action
        and action.data_support
        and resolve
        and "edit" in resolve.properties
        and edit
        and edit.document_changes
    )


def _text(value: types.CodeActionKind | types.PositionEncodingKind | str) -> str:
    return value if isinstance(value, str) else value.value
