"""The server over real pipes; its model is a script (scripted_server.py)."""

import asyncio
import time

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

CONTENT_MODIFIED = -32801
CANCELLED = -32800
FAILED = -32803

ADD = "def add(a, b):\n    return a + b\n"
DOCUMENTED = '''\
def add(a, b):
    """Add two numbers.

    Args:
        a: The first.
        b: The second.

    Returns:
        Their sum.
    """
    return a + b
'''
STUB = 'def add(a, b):\n    """Add two numbers."""\n    ...\n'
WRITTEN = 'def add(a, b):\n    """Add two numbers."""\n    return a + b\n'
HALF = 'def broken(:\n\ndef add(a, b):\n    """Add 🦇 numbers."""\n    '
SLOW = "def slow():\n    return 1\n"

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def failure(request):
    with pytest.raises(JsonRpcException) as caught:
        await request
    return caught.value


async def test_a_docstring_is_offered_then_written(editor):
    editor.open(ADD)
    (action,) = await editor.actions(1)
    assert (action.title, action.edit) == ("Generate docstring", None)
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.applied(resolved.edit) == DOCUMENTED


async def test_what_is_documented_is_only_rewritten_by_name(editor):
    editor.open(DOCUMENTED)
    (action,) = await editor.actions(0)
    assert (action.title, action.kind) == ("Rewrite docstring", "refactor.rewrite.rewrite")


async def test_a_finding_is_mended_by_a_quick_fix(editor):
    lying = DOCUMENTED.replace(
        "a: The first.", "a: The one and\n            only.\n        z: Gone."
    )
    editor.open(lying)
    document = types.TextDocumentIdentifier(editor.uri)
    report = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document)
    )
    params = types.CodeActionParams(
        document,
        report.items[0].range,
        types.CodeActionContext(list(report.items), only=[types.CodeActionKind.QuickFix]),
    )
    (action,) = await editor.client.text_document_code_action_async(params)
    assert (action.title, action.is_preferred) == ("Update docstring", True)
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.applied(resolved.edit) == lying.replace("        z: Gone.\n", "")


async def test_words_that_are_typed_meanwhile_are_not_written_over(editor):
    editor.open('def late(a, b):\n    """Old."""\n    return a + b\n')
    (action,) = await editor.actions(0, only=["refactor.rewrite.rewrite"])
    asked = asyncio.ensure_future(editor.client.code_action_resolve_async(action))
    await asyncio.sleep(0.2)
    editor.change('def late(a, b):\n    """Old, and better."""\n    return a + b\n')
    with pytest.raises(JsonRpcException) as refused:
        await asked
    assert refused.value.code == types.LSPErrorCodes.ContentModified


async def test_a_body_is_written_from_the_docstring(editor):
    editor.open(STUB)
    rewrite, action = await editor.actions(0)
    assert rewrite.title == "Rewrite docstring"
    assert action.title == "Write body from docstring"
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.applied(resolved.edit) == WRITTEN


async def test_kinds_that_are_not_asked_for_are_not_offered(editor):
    editor.open(ADD)
    for kind, count in (("quickfix", 0), ("refactor", 1), ("refactor.rewrite", 1), ("", 1)):
        assert len(await editor.actions(0, only=[types.CodeActionKind(kind)])) == count


@pytest.mark.parametrize(
    ("text", "name", "language"),
    [
        ("def add(a, b:\n", "file:///nowhere/broken.py", "python"),
        ("def add(a, b): 'half of a bat: \ud83e'", "file:///nowhere/half.py", "python"),
        (ADD, "file:///nowhere/notes.md", "markdown"),
        ("", "untitled:Untitled-1", "python"),
    ],
)
async def test_where_nothing_can_be_done_nothing_is_said(editor, text, name, language):
    editor.uri = name
    editor.open(text, language)
    assert await editor.actions(0) == []
    assert editor.client.messages == []


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("untitled:Untitled-1", "python"),
        ("vscode-notebook-cell:/a%20b/x.ipynb#W0", "python"),
        ("file:///c%3A/Users/b%20t/m%C3%B6.py", "python"),
        ("file:///nowhere/x.py", ""),
    ],
)
async def test_any_document_that_is_python_works(editor, name, language):
    editor.uri = name
    editor.open(ADD, language)
    assert editor.applied((await editor.resolve(0)).edit) == DOCUMENTED


async def test_other_edits_meanwhile_are_kept(editor):
    editor.open(ADD)
    (action,) = await editor.actions(0)
    editor.change("import os\n\n\n" + ADD)
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.applied(resolved.edit) == "import os\n\n\n" + DOCUMENTED


@pytest.mark.parametrize("text", ["def add(a, c):\n    return a + c\n", "x = 1\n", DOCUMENTED])
async def test_code_that_changed_meanwhile_is_left_alone(editor, text):
    editor.open(ADD)
    (action,) = await editor.actions(0)
    editor.change(text)
    error = await failure(editor.client.code_action_resolve_async(action))
    assert error.code == CONTENT_MODIFIED
    assert editor.client.messages == []


async def test_code_that_changes_while_the_model_works_is_left_alone(editor):
    late = "def late(a, b):\n    return a + b\n"
    editor.open(late)
    (action,) = await editor.actions(0)
    _, request = editor.request("codeAction/resolve", action)
    await editor.busy()
    editor.change(late.replace("+", "-"))
    assert (await failure(request)).code == CONTENT_MODIFIED


async def test_a_request_can_be_cancelled_and_the_engine_is_free_again(editor):
    editor.open(SLOW + ADD)
    (action,) = await editor.actions(0)
    number, request = editor.request("codeAction/resolve", action)
    await editor.busy()
    before = time.perf_counter()
    editor.client.cancel_request(types.CancelParams(id=number))
    assert (await failure(request)).code == CANCELLED
    assert time.perf_counter() - before < 2  # 0.1 is meant; this machine may be busy
    assert "Add two numbers." in editor.applied((await editor.resolve(2)).edit)


async def test_the_progress_display_cancels_too(editor):
    editor.open(SLOW)
    (action,) = await editor.actions(0)
    _, request = editor.request("codeAction/resolve", action)
    token = await editor.busy()
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    assert (await failure(request)).code == CANCELLED
    kinds = [report.kind for report in editor.client.progress_reports[token]]
    assert kinds == ["begin", "end"]


async def test_requests_are_answered_while_the_model_works(editor):
    editor.open(SLOW)
    (action,) = await editor.actions(0)
    number, request = editor.request("codeAction/resolve", action)
    await editor.busy()
    for _ in range(5):
        assert len(await editor.actions(0)) == 1
    assert not request.done()
    editor.client.cancel_request(types.CancelParams(id=number))
    await failure(request)


async def test_an_engine_that_dies_takes_nothing_with_it(editor):
    editor.open("def crash():\n    return 1\n\n\n" + ADD)
    error = await failure(editor.resolve(0))
    assert error.code == FAILED
    assert "died and nothing was changed" in error.message
    assert "Add two numbers." in editor.applied((await editor.resolve(4)).edit)


async def test_a_mistake_in_the_engine_never_quotes_code(editor):
    editor.open("def broken():\n    return 'secret'\n\n\n" + ADD)
    error = await failure(editor.resolve(0))
    assert error.message == "the engine failed (ZeroDivisionError); ask again"
    assert "Add two numbers." in editor.applied((await editor.resolve(4)).edit)


async def test_prints_do_not_reach_the_protocol(editor):
    editor.open("def noisy():\n    return 1\n")
    assert "Add two numbers." in editor.applied((await editor.resolve(0)).edit)


async def test_ghost_text_in_a_half_typed_file(editor):
    editor.open(HALF)
    (item,) = await editor.inline(4, 4)
    assert item.insert_text == "return a + b"
    assert item.range.start == item.range.end == types.Position(4, 4)
    assert await editor.inline(3, 4) == []


async def test_plain_completion_gives_the_same(editor):
    editor.open(HALF)
    (item,) = await editor.complete(4, 4)
    assert item.text_edit.new_text == "return a + b"
    assert await editor.complete(0, 3) == []


async def test_ghost_text_can_be_cancelled(editor):
    editor.open('def slow():\n    """Wait."""\n    ')
    params = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
        types.TextDocumentIdentifier(editor.uri),
        types.Position(2, 4),
    )
    number, request = editor.request("textDocument/inlineCompletion", params)
    await editor.actions(0)  # so that the request has arrived
    editor.client.cancel_request(types.CancelParams(id=number))
    assert (await failure(request)).code == CANCELLED


async def test_a_foreign_action_is_refused(editor):
    action = types.CodeAction(title="x", data={"uri": 1})
    assert (await failure(editor.client.code_action_resolve_async(action))).code == -32602


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        (
            "javascriptreact",
            "function add(a, b) {\n  return a + b\n}\n",
            "/**\n * Add two numbers.\n *\n * @param a - The first.\n * @param b - The second.\n"
            " * @returns Their sum.\n */\nfunction add(a, b) {\n  return a + b\n}\n",
        ),
        (
            "typescriptreact",
            "export const add = (a: A, b: B): C => a\n",
            "/**\n * Add two numbers.\n *\n * @param a - The first.\n * @param b - The second.\n"
            " * @returns Their sum.\n */\nexport const add = (a: A, b: B): C => a\n",
        ),
        (
            "go",
            "package a\n\nfunc Sum(a, b int) int {\n\treturn a + b\n}\n",
            "package a\n\n// Sum adds two numbers.\n//\n// It returns their sum.\n"
            "func Sum(a, b int) int {\n\treturn a + b\n}\n",
        ),
        (
            "csharp",
            "class A\n{\n    int Add(int a, int b) => a;\n}\n",
            "class A\n{\n    /// <summary>\n    /// Add two numbers.\n    /// </summary>\n"
            '    /// <param name="a">The first.</param>\n'
            '    /// <param name="b">The second.</param>\n'
            "    /// <returns>Their sum.</returns>\n    int Add(int a, int b) => a;\n}\n",
        ),
    ],
)
async def test_other_languages_get_their_own_comments(editor, language, before, after):
    editor.uri = f"untitled:Untitled-{language}"
    editor.open(before, language)
    line = next(i for i, text in enumerate(before.splitlines()) if "a" in text and "(" in text)
    resolved = await editor.resolve(line)
    assert editor.applied(resolved.edit) == after


async def test_a_body_in_braces_is_written_and_offered(editor):
    editor.uri = "untitled:Untitled-body"
    editor.open("/** Add two numbers. */\nfunction add(a, b) {\n}\n", "javascript")
    resolved = await editor.resolve(1)
    written = "/** Add two numbers. */\nfunction add(a, b) {\n    return a + b\n}\n"
    assert editor.applied(resolved.edit) == written


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("def add(a):\n" + "    a = a + 1\n" * 2_000 + "    return a\n", 0, "code"),
        (
            'def add(a, b):\n    """Add.' + " More." * 5_000 + '"""\n',
            1,
            "documentation",
        ),
    ],
)
async def test_what_was_too_long_for_the_model_is_told(editor, text: str, line: int, told: str):
    editor.open(text)
    await editor.resolve(line)
    assert f"add: its {told} is too long for the model" in await editor.shown()


async def test_a_failed_action_is_told_to_whoever_waits_for_it(editor):
    editor.open("def empty(a, b):\n    return a + b\n")
    (action,) = await editor.actions(0)
    with pytest.raises(JsonRpcException):
        await editor.client.code_action_resolve_async(action)
    assert "no usable answer" in await editor.shown()
