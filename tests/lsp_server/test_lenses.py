"""What is offered above declarations, and done when it is taken."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

pytestmark = pytest.mark.asyncio

CODE = '''def add(a, b):
    return a + b


def area(width):
    """Measure.

    Args:
        height: In metres.
    """
    return width**2


def fine():
    """Do it."""


def _private():
    pass
'''
ON = {"codeLens": True}


async def lenses(editor):
    document = types.TextDocumentIdentifier(editor.uri)
    return await editor.client.text_document_code_lens_async(types.CodeLensParams(document))


def accept_edits(editor):
    edits = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def take(params: types.ApplyWorkspaceEditParams):
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    return edits


async def run(editor, lens):
    asked = types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
    return await editor.client.workspace_execute_command_async(asked)


async def test_they_are_off_unless_they_are_wanted(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open(CODE)
    assert not await lenses(fresh_editor)


async def test_they_stand_on_declarations_that_lack_something(fresh_editor):
    await fresh_editor.start(options=ON)
    fresh_editor.open(CODE)
    found = await lenses(fresh_editor)
    assert [(lens.range.start.line, lens.command.title) for lens in found] == [
        (0, "Document"),
        (4, "Update documentation"),
    ]


async def test_taking_one_documents_the_function(fresh_editor):
    await fresh_editor.start(options=ON)
    edits = accept_edits(fresh_editor)
    fresh_editor.open(CODE)
    first, second = await lenses(fresh_editor)
    await run(fresh_editor, first)
    after = fresh_editor.applied(edits.pop())
    assert after.startswith('def add(a, b):\n    """Add two numbers.\n')
    assert after.endswith(CODE.removeprefix("def add(a, b):\n"))
    await run(fresh_editor, second)
    assert "        width: " in fresh_editor.applied(edits.pop())


async def test_what_was_done_already_is_refused(fresh_editor):
    await fresh_editor.start(options=ON)
    edits = accept_edits(fresh_editor)
    fresh_editor.open(CODE)
    (first, _) = await lenses(fresh_editor)
    fresh_editor.change(CODE.replace("def add(a, b):\n", 'def add(a, b):\n    """Add."""\n'))
    with pytest.raises(JsonRpcException) as caught:
        await run(fresh_editor, first)
    assert caught.value.code == types.LSPErrorCodes.ContentModified
    assert not edits


async def test_a_foreign_argument_is_refused(fresh_editor):
    await fresh_editor.start()
    with pytest.raises(JsonRpcException):
        await fresh_editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("batdoc.write", [{"uri": "file:///x.py"}])
        )


async def test_a_model_is_chosen_from_those_that_there_are(fresh_editor):
    await fresh_editor.start()
    asked = []

    @fresh_editor.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def choose(params: types.ShowMessageRequestParams):
        asked.append(params)
        return params.actions[0]

    chosen = await fresh_editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("batdoc.chooseModel", [])
    )
    assert chosen == "the starter"
    status = await fresh_editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("batdoc.status", [])
    )
    told = status if isinstance(status, dict) else vars(status)
    assert str(told["model"]).endswith(".gguf")
