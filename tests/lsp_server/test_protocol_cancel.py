"""Commands that are cancelled: by the display of their progress, and by their request."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

SOURCE = "def add(a, b):\n    return a * b\n\n\ndef slow(a):\n    return a\n"
CANCELLED = types.LSPErrorCodes.RequestCancelled
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def document_file(editor):
    """Ask for a whole file, and wait until the engine is at the function that takes a minute."""
    editor.open(SOURCE)
    params = types.ExecuteCommandParams("batdoc.documentFile", [editor.uri])
    number, request = editor.request("workspace/executeCommand", params)
    async with asyncio.timeout(20):
        while (token := working(editor)) is None:
            await asyncio.sleep(0.01)
    return number, request, token


def working(editor):
    """Give the token of what is at the function that takes a minute."""
    for token, told in editor.client.progress_reports.items():
        if told and getattr(told[-1], "message", "") == "slow":
            return token
    return None


def reports(editor, token):
    return editor.client.progress_reports[token]


async def expect_cancelled(editor, request, token):
    with pytest.raises(JsonRpcException) as raised:
        await asyncio.wait_for(request, 5)
    assert raised.value.code == CANCELLED
    async with asyncio.timeout(5):
        while reports(editor, token)[-1].kind != "end":
            await asyncio.sleep(0.01)
    # The engine is free again.
    assert "Add two numbers." in editor.applied((await editor.resolve(0)).edit)


async def test_a_command_that_the_display_cancels_is_answered(editor):
    _, request, token = await document_file(editor)
    params = types.WorkDoneProgressCancelParams(token)
    editor.client.window_work_done_progress_cancel(params)
    await expect_cancelled(editor, request, token)


async def test_a_command_whose_request_is_cancelled_ends(editor):
    number, request, token = await document_file(editor)
    editor.client.cancel_request(types.CancelParams(id=number))
    await expect_cancelled(editor, request, token)
