"""Ghost text and plain completion over real pipes; the model is a script (scripted_server.py)."""

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

CONTENT_MODIFIED = -32801

OPENED = 'def add(a, b):\n    """{}\n    return a + b\n'
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
GO = "package p\n\n//\nfunc Add(a, b int) int { return a + b }\n"
SCRIPT = "/**{}\nfunction add(a, b) {{\n  return a + b;\n}}\n"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def taken(editor, item):
    """Give the text once an item is taken, as an editor does it."""
    lines = editor.text.split("\n")
    start, end = item.range.start, item.range.end
    assert start.line == end.line
    line = lines[start.line]  # ASCII: columns are characters
    text = getattr(item, "insert_text", None) or item.new_text
    lines[start.line] = line[: start.character] + text + line[end.character :]
    return "\n".join(lines)


@pytest.mark.parametrize("closed", ["", '"""'])
async def test_an_opened_docstring_is_written(editor, closed):
    editor.open(OPENED.format(closed))
    (item,) = await editor.inline(1, 7)
    assert item.range.end.character == 7 + len(closed)
    assert taken(editor, item) == DOCUMENTED


async def test_plain_completion_gives_the_same_under_its_first_words(editor):
    editor.open(OPENED.format('"""'))
    (item,) = await editor.complete(1, 7)
    assert item.label == "Add two numbers."
    assert taken(editor, item.text_edit) == DOCUMENTED


async def test_a_line_comment_is_written_above_its_declaration_only(editor):
    editor.open(GO, "go")
    (item,) = await editor.inline(2, 2)
    text = taken(editor, item)
    assert text.startswith("package p\n\n// Add ")
    assert text.endswith("\nfunc Add(a, b int) int { return a + b }\n")
    editor.change(GO.replace("//\n", "//\n\n"))
    assert await editor.inline(2, 2) == []


@pytest.mark.parametrize("closed", ["", " */"])
async def test_jsdoc_is_closed_once(editor, closed):
    editor.open(SCRIPT.format(closed), "javascript")
    (item,) = await editor.inline(0, 3)
    text = taken(editor, item)
    assert text.startswith("/**\n * Add two numbers.\n")
    assert text.count("*/") == 1
    assert text.endswith(SCRIPT.format(" */").partition("\n")[2])


async def test_what_is_typed_of_it_comes_back_shorter(editor):
    editor.open(OPENED.format(""))
    (whole,) = await editor.inline(1, 7)
    editor.change(OPENED.format(whole.insert_text[:5]))
    (left,) = await editor.inline(1, 12)
    assert left.insert_text == whole.insert_text[5:]
    editor.change(OPENED.format("Sum"))
    assert await editor.inline(1, 10) == []


async def test_a_column_behind_the_line_is_its_end(editor):
    editor.open(OPENED.format(""))
    (item,) = await editor.inline(1, 99)
    assert item.range.start == item.range.end == types.Position(1, 7)


async def test_a_change_while_the_model_works_is_no_suggestion(editor):
    editor.open('def slow():\n    """\n    return 1\n')
    params = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic),
        types.TextDocumentIdentifier(editor.uri),
        types.Position(1, 7),
    )
    _, request = editor.request("textDocument/inlineCompletion", params)
    await editor.actions(0)  # so that the request has arrived
    editor.change(OPENED.format(""))
    with pytest.raises(JsonRpcException) as caught:
        await request
    assert caught.value.code == CONTENT_MODIFIED
    assert len(await editor.inline(1, 7)) == 1  # the engine is free at once
