"""Between batdoc's own types and the protocol's; nothing is decided here."""

from collections.abc import Sequence
from enum import Enum

from lsprotocol import types

from batdoc.lsp_server.actions import Target, Task
from batdoc.lsp_server.documents import Snapshot
from batdoc.lsp_server.positions import ByteOffset, ClientPosition, ColumnUnit, Positions
from batdoc.source.edits import Edit
from batdoc.source.units import ByteSpan, CodeUnit

_REWRITE = types.CodeActionKind.RefactorRewrite.value
KINDS = {task: f"{_REWRITE}.{task.value}" for task in Task}
TITLES = {
    Task.DOCSTRING: "Generate docstring",
    Task.UPDATE: "Update docstring",
    Task.REWRITE: "Rewrite docstring",
    Task.BODY: "Write body from docstring",
}


LENSES = {Task.DOCSTRING: "Document", Task.UPDATE: "Update documentation"}


def is_wanted(action: types.CodeAction, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Tell whether a client that asks for certain kinds of actions wants this one."""
    if only is None or action.kind is None:
        return True
    kind = _text(action.kind)
    asked = [_text(each) for each in only]
    return any(not each or f"{kind}.".startswith(f"{each}.") for each in asked)


def code_action(snapshot: Snapshot, target: Target, is_tagged: bool) -> types.CodeAction:
    """Offer a task; what it takes to do it later travels with the offer.

    Args:
        snapshot: The document.
        target: In it.
        is_tagged: The client knows the tag of what a model writes.
    """
    return types.CodeAction(
        title=TITLES[target.task],
        kind=KINDS[target.task],
        data=_target_data(snapshot, target),
        tags=[types.CodeActionTag.LlmGenerated] if is_tagged else None,
    )


def _target_data(snapshot: Snapshot, target: Target) -> dict[str, str | int]:
    """Write down a target, for `read_target`."""
    return {
        "uri": snapshot.uri,
        "task": target.task.value,
        "name": target.name,
        "key": target.key,
        "ordinal": target.ordinal,
    }


def quick_fix(
    snapshot: Snapshot, target: Target, is_tagged: bool, solved: Sequence[types.Diagnostic]
) -> types.CodeAction:
    """Offer a task as the mend of what was found."""
    action = code_action(snapshot, target, is_tagged)
    action.kind, action.diagnostics = types.CodeActionKind.QuickFix, list(solved)
    action.is_preferred = True
    return action


def read_target(data: object) -> tuple[str, Target] | None:
    """Read what an action or a lens sent along: document and target; None if it is not ours."""
    if not isinstance(data, dict):
        return None
    try:
        task = Task(data["task"])
        target = Target(task, str(data["name"]), str(data["key"]), int(data["ordinal"]))
        return str(data["uri"]), target
    except (KeyError, TypeError, ValueError):
        return None


def workspace_edit(
    snapshot: Snapshot, edits: Sequence[Edit], unit: ColumnUnit, is_versioned: bool
) -> types.WorkspaceEdit:
    """Spell the edits of one document.

    Args:
        snapshot: The document that they were made for.
        edits: What to change.
        unit: What the client counts columns in.
        is_versioned: Say that it is for exactly this version of the document.
    """
    positions = Positions(snapshot.source, unit)
    text_edits = [_text_edit(edit, positions) for edit in edits]
    if not is_versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: text_edits})
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, text_edits)])


def range_of(span: ByteSpan, positions: Positions) -> types.Range:
    """Spell a range."""
    ends = (positions.client(ByteOffset(at)) for at in (span.start, span.end))
    return types.Range(*map(position, ends))


def code_lens(snapshot: Snapshot, unit: CodeUnit, target: Target, command: str) -> types.CodeLens:
    """Offer a task on the line of a unit's declaration.

    Args:
        snapshot: The document.
        unit: Of it.
        target: The unit, and what to do with it.
        command: The name of the command that does it; it gets what `read_target` reads.
    """
    place = types.Position(unit.declared_at - 1, 0)
    asked = types.Command(
        title=LENSES[target.task], command=command, arguments=[_target_data(snapshot, target)]
    )
    return types.CodeLens(types.Range(place, place), asked)


def shows_markdown(client: types.ClientCapabilities) -> bool:
    """Tell whether a client shows Markdown when the pointer rests somewhere."""
    hover = client.text_document.hover if client.text_document else None
    return bool(hover and types.MarkupKind.Markdown in (hover.content_format or ()))


def _text_edit(edit: Edit, positions: Positions) -> types.TextEdit:
    span = types.Range(
        start=position(positions.client(ByteOffset(edit.span.start))),
        end=position(positions.client(ByteOffset(edit.span.end))),
    )
    return types.TextEdit(span, edit.new.decode())


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
    """Tell whether a client asks again for the edit of the action that was chosen.

    To any other an action could only be offered when it is already written.
    """
    document = client.text_document
    action = document.code_action if document else None
    resolve = action.resolve_support if action else None
    return bool(action and action.data_support and resolve and "edit" in resolve.properties)


def knows_tags(client: types.ClientCapabilities) -> bool:
    """Tell whether a client shows which actions a model writes."""
    action = client.text_document.code_action if client.text_document else None
    tags = action.tag_support.value_set if action and action.tag_support else ()
    return types.CodeActionTag.LlmGenerated in tags


def takes_versions(client: types.ClientCapabilities) -> bool:
    """Tell whether a client takes edits that name the version of the document."""
    edit = client.workspace.workspace_edit if client.workspace else None
    # Neovim says it only in this way: operations on files come in the same list.
    return bool(edit and (edit.document_changes or edit.resource_operations))


def _text(value: types.CodeActionKind | types.PositionEncodingKind | str) -> str:
    # The enumerations are strings too, but are formatted as their members' names.
    return str(value.value) if isinstance(value, Enum) else value
