"""Documents of any size and under any name, and clients with no folder open or with several."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

FUNCTION = "def number_{0}(a, b):\n    return a + b + {0}\n\n\n"
TOLD = "Add two numbers."


def lines_of_code(lines):
    return "".join(FUNCTION.format(number) for number in range(lines // 4))


def bytes_of_code(size):
    """Few functions between long tables, as generated code has them."""
    table = (
        "TABLE = [\n" + "    (1234567890, 'some words in a table', 1234567890),\n" * 2000 + "]\n"
    )
    return table * (size // len(table) + 1) + FUNCTION.format(0)


async def resolved(editor, line):
    (offered,) = await editor.actions(line, only=["refactor.rewrite.docstring"])
    return (await editor.client.code_action_resolve_async(offered)).edit


async def test_the_last_of_fifty_thousand_lines_is_documented(editor):
    editor.open(lines_of_code(50_000))
    after = editor.applied(await resolved(editor, 49_996))
    assert after.count(TOLD) == 1
    assert after.splitlines()[49_997].strip() == f'"""{TOLD}'


async def test_a_function_in_ten_megabytes_is_documented(editor):
    large = bytes_of_code(10_000_000)
    editor.open(large)
    after = editor.applied(await resolved(editor, large.count("\n") - 4))
    assert after.startswith(large[:-40])
    assert after.count(TOLD) == 1


async def test_a_small_document_does_not_wait_for_a_large_one(editor, make_editor):
    editor.open(lines_of_code(50_000))
    waiting = asyncio.ensure_future(editor.actions(0))
    await asyncio.sleep(0.1)
    small = make_editor(editor.client)
    small.open(FUNCTION.format(0))
    assert await small.actions(0)
    assert not waiting.done()
    assert await waiting


@pytest.mark.parametrize(
    "name",
    [
        "untitled:Untitled-1",
        "file:///c%3A/Users/b%20t/m%C3%B6.py",
        "file:///C:/Users/me/m.py",
        "git:/shop/m.py?%7B%22ref%22%3A%22HEAD%22%7D",
        "vscode-remote://ssh-remote%2Bhost/work/m.py",
    ],
)
async def test_the_edit_names_the_document_as_the_client_does(editor, name):
    editor.uri = name
    editor.open(FUNCTION.format(0))
    assert editor.applied(await resolved(editor, 0)).count(TOLD) == 1


@pytest.mark.asyncio(loop_scope="function")
async def test_cells_of_a_notebook_are_opened_and_closed_without_a_word(fresh_editor):
    """They come in messages of their own, which no feature of the server asks for."""
    await fresh_editor.start()
    cell = "vscode-notebook-cell:/n.ipynb#W0"
    notebook = types.NotebookDocument(
        "file:///n.ipynb",
        "jupyter-notebook",
        1,
        [types.NotebookCell(types.NotebookCellKind.Code, cell)],
    )
    text = types.TextDocumentItem(cell, "python", 1, FUNCTION.format(0))
    client = fresh_editor.client
    client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, [text]))
    fresh_editor.uri = cell
    await fresh_editor.actions(0)
    client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(notebook.uri), [types.TextDocumentIdentifier(cell)]
        )
    )
    assert await fresh_editor.actions(0) == []
    assert client.messages == []
    assert client.log_messages == []


@pytest.mark.asyncio(loop_scope="function")
async def test_each_of_several_folders_has_its_own_style(fresh_editor, tmp_path: Path):
    folders = []
    for style in ("numpy", "rest"):
        folder = tmp_path / style
        folder.mkdir()
        (folder / "pyproject.toml").write_text(f'[tool.batdoc]\nstyle = "{style}"\n')
        folders.append(types.WorkspaceFolder(folder.as_uri(), style))
    await fresh_editor.start(folder=tmp_path / "numpy")
    event = types.WorkspaceFoldersChangeEvent(added=folders[1:], removed=[])
    change = types.DidChangeWorkspaceFoldersParams(event)
    fresh_editor.client.workspace_did_change_workspace_folders(change)
    for style, sign in (("numpy", "----------"), ("rest", ":param a:")):
        fresh_editor.uri = (tmp_path / style / "m.py").as_uri()
        fresh_editor.open(FUNCTION.format(0))
        assert sign in fresh_editor.applied(await resolved(fresh_editor, 0))
