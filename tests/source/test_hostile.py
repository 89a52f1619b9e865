"""Hostile text over hostile files: it becomes documentation, to the letter, or nothing does."""

import ast
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batdoc.source.edits import apply_edits
from batdoc.source.errors import ProofError
from batdoc.source.files import decode_source, encode
from batdoc.source.language import get_language
from batdoc.source.proof import prove
from batdoc.source.rewrite import rewrite

PYTHON = get_language("python")
FILES = (
    b"def f(): return 1",
    b"class A:\n\tdef m(self):\n\t\treturn 1\r\n\tx = '''\n'''\n",
    b"# coding: latin-1\r\nclass B: pass # \xe9\r\nasync def g(a=lambda: 0): ...\r\n",
    b'def h(\n    a, # "\n):\n    """Old."""\n    # c\n    return f"{a!r}"\n'
    b"\x0cdef i():\n    # only\n    pass",
    b"if 1:\n  def j(): x = 1; return x # ;\n"
    b"  class C:\n\n    # c\n\n    def k(self): '''Old'''; y = 1\n",
)
PIECES = st.sampled_from(
    [
        *('"""', '"', "'''", "\\", "\n", "\r\n", "\r", "\t", " ", "\0", "\x0c", "\x85", "\u2028"),
        *("\u202e", "\ufeff", "\ud800", "🦇", "é", "{x}", "%s", "\\N{BAT}", "\\u12", "\\x", "#"),
        *('"""\nimport os\n"""', '""" + evil() + """', "<|end|>", "# coding: utf-16", "word"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), min_size=1, max_size=12).map("".join)


def structure(source: bytes) -> str:
    """Dump the code without any string that stands alone; an empty body holds a `pass`."""
    tree = ast.parse(source.decode())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = [s for s in node.body if not is_text(s)]
    return ast.dump(tree)


def is_text(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def visible(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


@settings(deadline=None)
@given(st.sampled_from(FILES), st.lists(TEXTS, min_size=6, max_size=6))
@example(FILES[0], ['"""'] * 6)
@example(FILES[3], ['x\n"""'] * 6)
@example(FILES[2], ["\\"] * 6)
def test_hostile_text_is_proved_and_applied_or_changes_nothing(data: bytes, texts: list[str]):
    file = decode_source(Path("a.py"), data)
    units = PYTHON.units(file.text)
    edits = [
        PYTHON.place(file.text, unit, text.split("\n"))
        for unit, text in zip(units, texts, strict=False)
    ]
    result = rewrite(file, edits, PYTHON)
    assert structure(result.after) == structure(file.text)
    assert encode(file, result.after)[: len(file.bom)] == file.bom
    assert len(result.applied) + len(result.refused) == len(edits)
    for unit, text, edit in zip(units, texts, edits, strict=False):
        if edit in result.applied:
            after = {u.qualified_name: u.docstring or "" for u in PYTHON.units(result.after)}
            spoken = after[unit.qualified_name].replace("?", "")
            assert visible(spoken) in visible(text.replace("?", "")).replace("\ud800", "")
        else:
            assert not visible(text) or "latin-1" in data[:20].decode("latin-1")


@pytest.mark.parametrize("index", range(len(FILES)))
def test_edits_that_are_refused_do_not_keep_the_others_out(index: int):
    file = decode_source(Path("a.py"), FILES[index])
    units = PYTHON.units(file.text)
    good = [PYTHON.place(file.text, unit, ["Do it."]) for unit in units]
    bad = [PYTHON.place(file.text, unit, ["\0"]) for unit in units[:1]]
    result = rewrite(file, bad + good[1:], PYTHON)
    assert [edit for edit, _ in result.refused] == bad
    assert list(result.applied) == good[1:]


def test_the_examples_would_be_refused_if_they_were_pasted_as_they_are():
    source = FILES[3]
    unit = PYTHON.units(source)[0]
    good = PYTHON.place(source, unit, ["Do it."])
    pasted = type(good)(good.span, b'"""Do it.""" + evil() + """"""', good.expects)
    with pytest.raises(ProofError):
        prove(source, apply_edits(source, [pasted]), [pasted], PYTHON)
