"""Changes as editors send them: parts of the text, and what is done when they do not fit."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

ADD = "def add(a, b):\n    return a + b\n"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def send(editor, start, end, new):
    """Send a change of a part."""
    editor.version += 1
    document = types.VersionedTextDocumentIdentifier(editor.version, editor.uri)
    span = types.Range(types.Position(*start), types.Position(*end))
    change = types.TextDocumentContentChangePartial(span, new)
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


async def test_an_edit_is_for_the_text_that_the_parts_make(editor):
    editor.open(f"x = '🦇\u2028\x0c'; y = 1\n{ADD}")
    send(editor, (0, 12), (0, 13), "one")
    send(editor, (1, 0), (1, 0), "@decorated\n")
    editor.text = f"x = '🦇\u2028\x0c'; one = 1\n@decorated\n{ADD}"
    after = editor.applied((await editor.resolve(2)).edit)
    assert after.startswith(editor.text.partition("    return")[0] + '    """Add two numbers.\n')


async def test_a_document_that_parted_is_left_alone_until_it_is_saved(editor):
    editor.open(ADD)
    (action,) = await editor.actions(0)
    send(editor, (7, 0), (7, 0), "x")
    assert await editor.actions(0) == []
    with pytest.raises(JsonRpcException) as caught:
        await editor.client.code_action_resolve_async(action)
    assert caught.value.code == types.LSPErrorCodes.ContentModified
    assert "save the file" in await editor.shown()
    document = types.TextDocumentIdentifier(editor.uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document, ADD))
    editor.text = ADD
    assert "Add two numbers." in editor.applied((await editor.resolve(0)).edit)


async def test_a_saved_text_is_believed(editor):
    editor.open("x = 1\n")
    assert await editor.actions(0) == []
    document = types.TextDocumentIdentifier(editor.uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document, ADD))
    assert len(await editor.actions(0)) == 1
