"""What is remembered of documents, so that they are read in less time."""

import pytest

from batdoc.lsp_server.readings import Readings
from batdoc.source.errors import ParseError
from batdoc.source.language import get_language

PYTHON = get_language("python")
ONE = b"def one(): ...\n\n\ndef two(): ...\n"


def test_what_did_not_change_is_not_read_again():
    readings = Readings()
    before = readings.units("a.py", ONE, PYTHON)
    after = readings.units("a.py", ONE.replace(b"two", b"three"), PYTHON)
    assert [unit.name for unit in after] == ["one", "three"]
    assert after[0] is before[0]


def test_a_text_that_is_half_typed_is_refused_and_the_one_before_is_kept():
    readings = Readings()
    before = readings.units("a.py", ONE, PYTHON)
    with pytest.raises(ParseError):
        readings.units("a.py", ONE + b"def three(", PYTHON)
    assert readings.units("a.py", ONE, PYTHON)[0] is before[0]


def test_documents_do_not_know_of_each_other_and_are_forgotten():
    readings = Readings()
    before = readings.units("a.py", ONE, PYTHON)
    assert readings.units("b.py", ONE, PYTHON)[0] is not before[0]
    readings.forget("a.py")
    assert readings.units("a.py", ONE, PYTHON)[0] is not before[0]


def test_other_languages_are_read_as_a_whole():
    source = b"// Say.\nfunc Say() {}\n"
    (unit,) = Readings().units("a.go", source, get_language("go"))
    assert unit.docstring == "Say."
