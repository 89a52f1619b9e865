"""Commands of the server: a file and a workspace documented, each in one edit."""

import asyncio

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

pytestmark = pytest.mark.asyncio

SOURCE = '''def one(a, b):
    return a + b


class Two:
    """A class."""

    def three(self, a, b):
        return a * b

    def _four(self):
        return 4
'''


@pytest.fixture
def taken(fresh_editor):
    """The edits that the server asks the editor to apply; the editor takes each."""
    edits = []

    @fresh_editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def take(params: types.ApplyWorkspaceEditParams):
        edits.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    return edits


def run(editor, name, *arguments):
    return editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(name, list(arguments))
    )


async def test_a_file_is_documented_in_one_edit(fresh_editor, taken):
    await fresh_editor.start()
    fresh_editor.open(SOURCE)
    counts = await run(fresh_editor, "batdoc.documentFile", fresh_editor.uri)
    assert (counts["written"], counts["left"]) == (2, 0)
    (edit,) = taken
    after = fresh_editor.applied(edit)
    assert after.count('"""Add two numbers.') == 2
    code = [line for line in SOURCE.splitlines() if line]
    assert [line for line in after.splitlines() if line in code] == code


async def test_a_file_that_changed_meanwhile_is_left_alone(fresh_editor, taken):
    await fresh_editor.start()
    fresh_editor.open("def late(a, b):\n    return a\n")
    asked = asyncio.ensure_future(run(fresh_editor, "batdoc.documentFile", fresh_editor.uri))
    await asyncio.sleep(0.2)
    fresh_editor.change("def late(a, b):\n    return b\n")
    with pytest.raises(JsonRpcException) as refused:
        await asked
    assert refused.value.code == types.LSPErrorCodes.ContentModified
    assert not taken


async def test_a_file_that_is_not_open_is_refused(fresh_editor):
    await fresh_editor.start()
    with pytest.raises(JsonRpcException, match="open the file first"):
        await run(fresh_editor, "batdoc.documentFile", "file:///nowhere.py")


async def test_a_workspace_is_documented_file_by_file(fresh_editor, taken, tmp_path):
    (tmp_path / "one.py").write_text("def one(a, b):\n    return a + b\n")
    (tmp_path / "done.py").write_text('def done():\n    """Done."""\n')
    (tmp_path / "broken.py").write_text("def (:\n")
    (tmp_path / "two.py").write_text("def two(a, b):\n    return a + b\n")
    await fresh_editor.start(folder=tmp_path)
    counts = await run(fresh_editor, "batdoc.documentWorkspace")
    assert (counts["written"], counts["left"]) == (2, 0)
    named = [edit.document_changes[0].text_document for edit in taken]
    assert sorted(d.uri.rpartition("/")[2] for d in named) == ["one.py", "two.py"]
    assert [d.version for d in named] == [None, None]


async def test_the_engine_is_restarted_and_answers_again(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open(SOURCE)
    assert (await fresh_editor.resolve(0)).edit is not None
    await run(fresh_editor, "batdoc.restartEngine")
    assert (await fresh_editor.resolve(0)).edit is not None


async def test_the_status_tells_what_is_set(fresh_editor):
    await fresh_editor.start(options={"check": "all"})
    status = await run(fresh_editor, "batdoc.status")
    assert (status["model"], status["check"]) == (None, "all")
