"""What a session begins with: encodings, abilities of the client, settings, the engine's deaths."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from batdoc.lsp_server.positions import ColumnUnit

ADD = "def add(a, b):\n    return a + b\n"

pytestmark = pytest.mark.asyncio


async def message_of_failure(request):
    with pytest.raises(JsonRpcException) as caught:
        await request
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_positions_are_in_the_clients_unit(fresh_editor, encoding):
    started = await fresh_editor.start(encoding)
    assert started.capabilities.position_encoding == encoding
    fresh_editor.open("x = '\x0c\u2028'\ndef add(a, b='🦇'): return a\n")
    resolved = await fresh_editor.resolve(1)
    after = fresh_editor.applied(resolved.edit, ColumnUnit(encoding))
    assert after.startswith("x = '\x0c\u2028'\ndef add(a, b='🦇'):\n    \"\"\"Add two numbers.\n")
    assert after.endswith('"""\n    return a\n')


async def test_editors_are_asked_for_parts_and_for_saved_texts(fresh_editor):
    sync = (await fresh_editor.start()).capabilities.text_document_sync
    assert sync.change is types.TextDocumentSyncKind.Incremental
    assert sync.save.include_text


async def test_a_client_that_cannot_resolve_is_offered_nothing(fresh_editor):
    params = types.InitializeParams(types.ClientCapabilities())
    await fresh_editor.client.initialize_session(params)
    fresh_editor.open(ADD)
    assert await fresh_editor.actions(0) == []


async def test_a_client_without_versioned_edits_gets_plain_ones(fresh_editor):
    await fresh_editor.start(versions=False)
    fresh_editor.open(ADD)
    edit = (await fresh_editor.resolve(0)).edit
    assert edit.document_changes is None
    ((name, (change,)),) = edit.changes.items()
    assert name == fresh_editor.uri
    assert change.range.start == change.range.end == types.Position(1, 0)
    assert "Add two numbers." in change.new_text


async def test_a_client_without_progress_is_served_too(fresh_editor):
    await fresh_editor.start(progress=False)
    fresh_editor.open(ADD)
    assert "Add two numbers." in fresh_editor.applied((await fresh_editor.resolve(0)).edit)
    assert fresh_editor.client.progress_reports == {}


async def test_an_engine_that_always_dies_is_given_up(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open("def crash():\n    return 1\n")
    for _ in range(3):
        assert "nothing was changed" in await message_of_failure(fresh_editor.resolve(0))
    assert "batdoc doctor" in await message_of_failure(fresh_editor.resolve(0))


async def test_a_wrong_model_path_is_shown_once(fresh_editor, tmp_path):
    await fresh_editor.start(options={"model": str(tmp_path / "none.gguf")})
    fresh_editor.open(ADD)
    for _ in range(2):
        assert "none.gguf does not exist" in await message_of_failure(fresh_editor.resolve(0))
    fresh_editor.change('def add(a, b):\n    """Add."""\n    ')
    assert await fresh_editor.inline(2, 4) == []
    assert "none.gguf does not exist" in await fresh_editor.shown()
    assert len(fresh_editor.client.messages) == 1


async def test_a_model_in_the_open_folder_is_refused(fresh_editor, tmp_path):
    model = tmp_path / "m.gguf"
    model.touch()
    await fresh_editor.start(options={"model": str(model)}, folder=tmp_path)
    fresh_editor.open(ADD)
    assert "Add two numbers." in fresh_editor.applied((await fresh_editor.resolve(0)).edit)
    assert any("must not choose" in log.message for log in fresh_editor.client.log_messages)


async def test_unknown_settings_are_told_once(fresh_editor):
    fresh_editor.client.set_configuration({"styel": "numpy"}, section="batdoc")
    await fresh_editor.start(options={"styel": "numpy"})
    fresh_editor.open(ADD)
    assert "    Args:\n" in fresh_editor.applied((await fresh_editor.resolve(0)).edit)
    messages = [log.message for log in fresh_editor.client.log_messages]
    assert messages == ['batdoc has no setting "styel"; the nearest is "style"']


@pytest.mark.parametrize("way", ["options", "configuration", "pushed"])
async def test_the_style_is_a_setting(fresh_editor, way):
    settings = {"style": "numpy"}
    if way == "configuration":
        fresh_editor.client.set_configuration(settings, section="batdoc")
    await fresh_editor.start(options=settings if way == "options" else None)
    if way == "pushed":
        params = types.DidChangeConfigurationParams({"batdoc": settings})
        fresh_editor.client.workspace_did_change_configuration(params)
    fresh_editor.open(ADD)
    after = fresh_editor.applied((await fresh_editor.resolve(0)).edit)
    assert "    Parameters\n    ----------\n" in after
