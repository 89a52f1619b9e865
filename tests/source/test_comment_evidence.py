"""What the checker finds, and what comments wave through, in languages with comments above."""

from pathlib import Path

import pytest

from batdoc.source.check import check
from batdoc.source.files import decode_source
from batdoc.source.rules import RULES
from batdoc.source.survey import survey

CODES = frozenset(rule.code for rule in RULES)

CASES = [
    ("a.js", "/**\n * Add.\n *\n * @param z - Gone.\n */\nexport function add(a) { return a }\n"),
    (
        "a.ts",
        "/**\n * Add.\n *\n * @param z - Gone.\n */\nexport function add(a: A) { return a }\n",
    ),
    ("a.rb", "# Add.\n#\n# @param z [A] Gone.\ndef add(a)\n  a\nend\n"),
    ("A.java", "/**\n * Add.\n *\n * @param z Gone.\n */\n@B\npublic class A { }\n"),
    (
        "a.php",
        "<?php\n/**\n * Add.\n *\n * @param A $z Gone.\n */\nfunction add($a) { return $a; }\n",
    ),
    ("a.lua", "--- Add.\n-- @param z Gone.\nfunction add(a) return a end\n"),
    ("a.c", "/**\n * Add.\n *\n * @param z Gone.\n */\nint add(int a)\n{\n    return a;\n}\n"),
    (
        "a.cs",
        '/// <summary>Add.</summary>\n/// <param name="z">No.</param>\n[B]\nint Add(int a) => a;\n',
    ),
    ("a.rs", "/// Add.\n///\n/// # Arguments\n///\n/// * `z` - Gone.\npub fn add(a: u8) {}\n"),
]


def codes(name: str, text: str) -> list[tuple[str, int]]:
    found = survey(decode_source(Path(name), text.encode()), include_private=False)
    checked = check(found.file, found.language, found.units, CODES, False, lambda _: True)
    return [(finding.rule.code, finding.line) for finding in checked.findings]


@pytest.mark.parametrize(("name", "text"), CASES, ids=[name for name, _ in CASES])
def test_an_entry_that_is_gone_is_found_on_the_declaration(name: str, text: str):
    if name in ("A.java", "a.cs"):
        return_type = {"A.java": "public class A { }", "a.cs": "[B]"}
        assert return_type[name] in text
        text = wrapped(name, text)
    lines = text.splitlines()
    ((_, line),) = [each for each in codes(name, text) if each[0] == "BD201"]
    assert "add" in lines[line - 1].lower()


def wrapped(name: str, text: str) -> str:
    """Make the member of a class of it."""
    if name == "A.java":
        method = "public int add(int a) {\n  return a;\n }\n}\n"
        return "/** A. */\npublic class A {\n" + text.replace("public class A { }\n", method)
    return "/// <summary>A.</summary>\npublic class A\n{\n" + text + "}\n"


@pytest.mark.parametrize(
    ("name", "bare", "waved"),
    [
        ("a.js", "export function f() {\n}\n", "export function f() { // noqa: BD101\n}\n"),
        ("a.c", "int f(void)\n{\n}\n", "int f(void) /* noqa */\n{\n}\n"),
        ("a.lua", "function f()\nend\n", "function f() -- noqa: BD101\nend\n"),
        ("a.rb", "def f\nend\n", "def f # noqa: BD101\nend\n"),
    ],
)
def test_a_comment_waves_a_finding_through(name: str, bare: str, waved: str):
    assert codes(name, bare) == [("BD101", 1)]
    assert codes(name, waved) == []
    assert codes(name, waved.replace("BD101", "BD202").replace("noqa */", "noqa: BD202 */")) != []


def test_what_is_caught_is_not_said_to_escape():
    text = "/**\n * Go.\n *\n * @throws {A} First.\n */\nexport function f() {\n  BODY\n}\n"
    caught = "try { throw new B('x') } catch {}"
    assert codes("a.js", text.replace("BODY", "throw new B('x')")) == [("BD401", 6)]
    assert codes("a.js", text.replace("BODY", caught)) == []


def test_tags_alone_say_enough_in_a_comment():
    assert codes("a.js", "/** @returns The size. */\nexport function f() {\n  return 1\n}\n") == []
    assert codes("a.js", "/** @deprecated */\nexport function f() {\n  return 1\n}\n") == []
