"""What is told of a declaration under the pointer, and nothing where there is nothing to tell."""

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio

CODE = '''class Box:
    """A box."""

    def area(self, width, *, unit="m"):
        """Measure it.

        Args:
            width: In metres.
            height: In metres.
        """
        return width**2


async def bare(area): return area


def odd(c):
    """Do it.

    Args:
        a_b: Gone.
        c: There.
    """
'''


async def hovered(editor, line, column):
    return await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(editor.uri), types.Position(line, column))
    )


async def test_what_the_documentation_says_wrongly_or_lacks_is_told_on_the_name(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open(CODE)
    found = await hovered(fresh_editor, 3, 10)
    assert found.contents.value.splitlines() == [
        'BD201: there is no parameter "height"; remove or rename its entry',
        'BD202: the parameter "unit" is not documented; add an entry',
    ]
    assert found.range == types.Range(types.Position(3, 8), types.Position(3, 12))
    bare = await hovered(fresh_editor, 13, 11)
    assert bare.contents.value == "BD101: the function has no docstring; write one"


async def test_nothing_is_told_elsewhere(fresh_editor):
    await fresh_editor.start()
    fresh_editor.open(CODE)
    for line, column in [(0, 7), (3, 4), (3, 20), (4, 12), (13, 16), (99, 0)]:
        assert await hovered(fresh_editor, line, column) is None


async def test_a_client_that_shows_markdown_gets_a_list(fresh_editor):
    await fresh_editor.start(hovers=[types.MarkupKind.Markdown])
    fresh_editor.open(CODE)
    named = await hovered(fresh_editor, 16, 5)
    assert r"a\_b" in named.contents.value
    found = await hovered(fresh_editor, 13, 11)
    assert found.contents.kind is types.MarkupKind.Markdown
    assert found.contents.value == "- the function has no docstring; write one (`BD101`)"


async def test_nothing_is_told_when_findings_are_off(fresh_editor):
    await fresh_editor.start(options={"check": "off"})
    fresh_editor.open(CODE)
    assert await hovered(fresh_editor, 13, 11) is None


async def test_how_sure_the_model_was_is_told_until_its_words_are_changed(fresh_editor):
    await fresh_editor.start(options={"check": "off"})
    fresh_editor.open("def add(a, b):\n    return a + b\n")
    assert await hovered(fresh_editor, 0, 5) is None
    action = await fresh_editor.resolve(0)
    fresh_editor.change(fresh_editor.applied(action.edit))
    found = await hovered(fresh_editor, 0, 5)
    assert found.contents.value == "written by the model, confidence 1.00"
    fresh_editor.change(fresh_editor.text.replace("Add two", "Add my two"))
    assert await hovered(fresh_editor, 0, 5) is None


async def test_a_person_whose_docstring_was_updated_stays_its_author(fresh_editor):
    await fresh_editor.start(options={"check": "off"})
    words = "Give the sum.\n\n    Args:\n        a: By hand."
    fresh_editor.open(f'def add(a, b):\n    """{words}\n    """\n    return a + b\n')
    (update,) = [each for each in await fresh_editor.actions(0) if "pdate" in each.title]
    update = await fresh_editor.client.code_action_resolve_async(update)
    fresh_editor.change(fresh_editor.applied(update.edit))
    assert words in fresh_editor.text
    assert "        b: " in fresh_editor.text
    assert await hovered(fresh_editor, 0, 5) is None
