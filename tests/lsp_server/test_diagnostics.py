"""What is wrong in an open document, told to clients that ask and to those that wait."""

import asyncio

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio

LYING = '''def area(width):
    """Measure a square.

    Args:
        width: In metres.
        unit: Of the result.
    """
    return width**2


def bare():
    return 1
'''


async def asked(editor):
    document = types.TextDocumentIdentifier(editor.uri)
    report = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document)
    )
    return report.items


async def until(holds):
    for _ in range(200):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


async def test_a_docstring_that_lies_is_told_where_the_function_starts(fresh_editor):
    await fresh_editor.start(options={"check": "drift"})
    fresh_editor.open(LYING)
    (found,) = await asked(fresh_editor)
    assert (found.code, found.source) == ("BD201", "batdoc")
    assert found.range == types.Range(types.Position(0, 0), types.Position(0, 16))
    assert found.data == {"rule": "unknown-param", "name": "area", "subject": "unit"}


async def test_what_is_missing_is_told_on_request_only(fresh_editor):
    await fresh_editor.start(options={"check": "all"})
    fresh_editor.open(LYING)
    assert [d.code for d in await asked(fresh_editor)] == ["BD201", "BD101"]


async def test_nothing_is_told_when_it_is_off_or_nothing_can_be_read(fresh_editor):
    await fresh_editor.start(options={"check": "off"})
    fresh_editor.open(LYING)
    assert not await asked(fresh_editor)
    fresh_editor.change("def (:")
    assert not await asked(fresh_editor)


async def test_a_client_that_does_not_ask_is_told_after_a_pause(fresh_editor):
    await fresh_editor.start(options={"check": "drift"})
    fresh_editor.open(LYING)
    await until(lambda: [d.code for d in fresh_editor.client.diagnostics.get(fresh_editor.uri, [])])
    fresh_editor.change(LYING.replace("        unit: Of the result.\n", ""))
    await until(lambda: not fresh_editor.client.diagnostics[fresh_editor.uri])


async def test_the_server_says_what_it_can_do(fresh_editor):
    told = (await fresh_editor.start()).capabilities
    assert told.inline_completion_provider is not None
    assert told.diagnostic_provider is not None
    assert set(told.code_action_provider.code_action_kinds) == {
        "quickfix",
        "refactor.rewrite.docstring",
        "refactor.rewrite.update",
        "refactor.rewrite.rewrite",
        "refactor.rewrite.body",
    }
