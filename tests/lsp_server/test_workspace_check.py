"""Findings in files that are not open, told by a process of its own."""

import asyncio
from uuid import uuid4

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio

LYING = (
    'def area(width):\n    """Measure.\n\n    Args:\n        unit: Of it.\n    """\n    return 1\n'
)
FINE = 'def area():\n    """Measure."""\n    return 1\n'
ON = {"checkWorkspace": True}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nexclude = ["old"]\n')
    for name in ("lying.py", "old/lying.py", "node_modules/lying.js", "open.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LYING)
    (tmp_path / "fine.py").write_text(FINE)
    (tmp_path / "broken.py").write_text("def (:\n")
    return tmp_path


async def asked(editor, known=(), token=None):
    params = types.WorkspaceDiagnosticParams(
        [types.PreviousResultId(uri, value) for uri, value in known], partial_result_token=token
    )
    return (await editor.client.workspace_diagnostic_async(params)).items


async def test_nothing_is_told_unless_it_is_wanted(fresh_editor, folder):
    await fresh_editor.start(folder=folder)
    assert not await asked(fresh_editor)


async def test_files_that_are_not_open_are_told_of(fresh_editor, folder):
    await fresh_editor.start(folder=folder, options=ON)
    fresh_editor.uri = (folder / "open.py").as_uri()
    fresh_editor.open(LYING)
    (report,) = await asked(fresh_editor)
    assert report.uri == (folder / "lying.py").as_uri()
    assert [(d.code, d.range.start.line) for d in report.items] == [("BD201", 0), ("BD202", 0)]


async def test_what_is_as_before_is_only_named_and_what_is_mended_is_cleared(fresh_editor, folder):
    (folder / "open.py").unlink()
    (folder / "other.py").write_text(LYING)
    await fresh_editor.start(folder=folder, options=ON)
    known = [(report.uri, report.result_id) for report in await asked(fresh_editor)]
    assert len(known) == 2
    waiting = asyncio.ensure_future(asked(fresh_editor, known))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    (folder / "other.py").unlink()
    saved = types.TextDocumentIdentifier((folder / "other.py").as_uri())
    fresh_editor.client.text_document_did_save(types.DidSaveTextDocumentParams(saved))
    same, gone = await asyncio.wait_for(waiting, 20)
    assert (same.kind, same.uri) == ("unchanged", (folder / "lying.py").as_uri())
    assert gone.kind == "full"
    assert not gone.items


async def test_a_client_that_takes_parts_gets_parts(fresh_editor, folder):
    await fresh_editor.start(folder=folder, options=ON)
    token, parts = str(uuid4()), []
    # The test client knows progress that is shown to people, and no other.
    fresh_editor.client.protocol.fm._features.pop(types.PROGRESS)
    take = fresh_editor.client.feature(types.PROGRESS)
    take(lambda params: parts.append(params) if params.token == token else None)
    assert not await asked(fresh_editor, token=token)
    uris = [item["uri"] for part in parts for item in part.value["items"]]
    assert uris == [(folder / name).as_uri() for name in ("lying.py", "open.py")]


async def test_a_request_that_waits_can_be_cancelled(fresh_editor, folder):
    await fresh_editor.start(folder=folder, options=ON)
    known = [(report.uri, report.result_id) for report in await asked(fresh_editor)]
    params = types.WorkspaceDiagnosticParams(
        [types.PreviousResultId(uri, value) for uri, value in known]
    )
    number, waiting = fresh_editor.request(types.WORKSPACE_DIAGNOSTIC, params)
    await asyncio.sleep(0.1)
    fresh_editor.client.cancel_request(types.CancelParams(number))
    with pytest.raises(Exception, match=r"(?i)cancel"):
        await asyncio.wait_for(waiting, 10)
