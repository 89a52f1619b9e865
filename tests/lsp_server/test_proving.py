"""A proof that began before its edit ends like any other."""

import pytest

from batdoc.lsp_server.proving import Remembering
from batdoc.source.edits import Edit, apply_edits, digest
from batdoc.source.errors import ProofError
from batdoc.source.language import get_language
from batdoc.source.proof import prove
from batdoc.source.units import ByteSpan

PYTHON = get_language("python")
SOURCE = b"def add(a, b):\n    return a + b\n"


def test_a_prepared_proof_lets_documentation_pass():
    proving = Remembering(PYTHON)
    proving.prepare(SOURCE)
    (unit,) = proving.units(SOURCE)
    edit = proving.place(SOURCE, unit, ["Add."])
    prove(SOURCE, apply_edits(SOURCE, [edit]), [edit], proving)


def test_a_prepared_proof_refuses_other_changes():
    proving = Remembering(PYTHON)
    proving.prepare(SOURCE)
    at = SOURCE.index(b"+")
    edit = Edit(ByteSpan(at, at + 1), b"-", digest(b"+"))
    with pytest.raises(ProofError):
        prove(SOURCE, apply_edits(SOURCE, [edit]), [edit], proving)


def test_what_was_asked_before_is_not_asked_again():
    proving = Remembering(PYTHON)
    proving.prepare(SOURCE)
    assert proving.units(SOURCE) is proving.units(SOURCE)
    assert proving.skeleton(SOURCE) is proving.skeleton(SOURCE)
    assert proving.units(b"") == []


def test_a_text_that_cannot_be_read_is_refused_by_the_proof_and_not_before():
    proving, broken = Remembering(PYTHON), b"def add(\n"
    proving.prepare(broken)
    with pytest.raises(ProofError):
        prove(broken, broken, [], proving)


def test_all_else_is_the_languages_own_word():
    proving = Remembering(PYTHON)
    assert proving.name == "python"
    assert not proving.parses("def")
    (outline,) = proving.outlines(SOURCE)
    assert outline.qualified_name == "add"
    stub = b"def f():\n    ...\n"
    (unit,) = proving.units(stub)
    edit = proving.place_body(stub, unit, "return 1")
    assert apply_edits(stub, [edit]) == b"def f():\n    return 1\n"
