"""What a repository lays down on checking holds in the editor, and actions say who writes."""

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio

CODE = 'def area(width):\n    """Measure.\n\n    Args:\n        unit: Of it.\n    """\n    do()\n'


async def codes(editor):
    document = types.TextDocumentIdentifier(editor.uri)
    report = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document)
    )
    return [found.code for found in report.items]


async def test_rules_that_a_repository_leaves_out_are_left_out(fresh_editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nignore = ["BD201"]\n')
    await fresh_editor.start(folder=tmp_path, options={"check": "all"})
    fresh_editor.uri = (tmp_path / "a.py").as_uri()
    fresh_editor.open(CODE)
    assert await codes(fresh_editor) == ["BD202"]


async def test_private_names_are_expected_where_a_repository_wants_it(fresh_editor, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.batdoc]\nprivate = true\n")
    await fresh_editor.start(folder=tmp_path, options={"check": "all"})
    fresh_editor.uri = (tmp_path / "a.py").as_uri()
    fresh_editor.open("def _bare():\n    do()\n")
    assert await codes(fresh_editor) == ["BD101"]


async def test_actions_are_tagged_for_a_client_that_shows_it(fresh_editor):
    await fresh_editor.start(tags=[types.CodeActionTag.LlmGenerated])
    fresh_editor.open(CODE)
    actions = await fresh_editor.actions(0)
    assert actions
    assert {tuple(action.tags) for action in actions} == {(types.CodeActionTag.LlmGenerated,)}


async def test_actions_are_not_tagged_for_others(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open(CODE)
    assert not any(action.tags for action in await fresh_editor.actions(0))
