"""The text that the server holds is the editor's, or the document is unknown."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from batdoc.lsp_server.open_documents import OpenDocuments

URI = "file:///nowhere/a%20b.py"
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
LETTERS = ["a", "é", "🦇", "\u2028", "\x0c", "\x85", "\t", "\n", "\r\n", "\x1c"]
TEXT = "a🦇é\u2028b\r\n\x0cdef f(): ...\n"


def opened(text, encoding="utf-16"):
    documents = OpenDocuments(None, position_encoding=types.PositionEncodingKind(encoding))
    documents.put_text_document(types.TextDocumentItem(URI, "python", 1, text))
    return documents


def position(text, at, encoding):
    """Count as an editor does; written without a look at the server's own way."""
    before = re.split(r"\r\n|\n", text[:at])
    size = len(before[-1].encode(ENCODINGS[encoding])) // WIDTHS[encoding]
    return types.Position(len(before) - 1, size)


def partial(start, end, new, length=None):
    return types.TextDocumentContentChangePartial(types.Range(start, end), new, length)


def change(documents, *changes, version=2):
    for each in changes:
        documents.update_text_document(
            types.VersionedTextDocumentIdentifier(version, URI.replace("%20", " ")), each
        )


def data(documents):
    return documents.find(URI).data


texts = st.lists(st.sampled_from(LETTERS), max_size=12).map("".join)


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(st.tuples(texts, st.integers(0, 40), st.integers(0, 9)), max_size=5))
@pytest.mark.parametrize("encoding", list(ENCODINGS))
def test_the_text_follows_any_changes(encoding, text, made):
    documents = opened(text, encoding)
    for new, at, gone in made:
        start, end = min(at, len(text)), min(at + gone, len(text))
        if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
            continue  # no editor has a cursor there
        ends = (position(text, where, encoding) for where in (start, end))
        length = position(text[start:end].replace("\r\n", "xx").replace("\n", "x"), 99, encoding)
        change(documents, partial(*ends, new, length.character))
        text = text[:start] + new + text[end:]
        assert data(documents) == text.encode()


def test_changes_of_one_message_build_on_each_other():
    documents = opened("one\ntwo\n")
    place, behind = types.Position(0, 3), types.Position(1, 0)
    change(documents, partial(place, place, "\nmore"), partial(behind, behind, "even "))
    assert data(documents) == b"one\neven more\ntwo\n"


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ((9, 0), (9, 0), None),  # no such line
        ((0, 9), (0, 9), None),  # behind the end of its line
        ((0, 2), (0, 3), None),  # inside a character
        ((1, 3), (1, 1), None),  # the end before the start
        ((1, 1), (1, 4), 2),  # another length than is told
    ],
)
def test_a_change_that_does_not_fit_makes_the_document_unknown(start, end, length):
    documents = opened(TEXT)
    change(documents, partial(types.Position(*start), types.Position(*end), "x", length))
    assert data(documents) is None
    assert "save the file" in documents.find(URI).trouble


def test_an_older_version_makes_the_document_unknown():
    documents = opened(TEXT)
    change(documents, partial(types.Position(0, 0), types.Position(0, 0), "x"), version=0)
    assert data(documents) is None


def test_an_unknown_document_stays_so_until_all_of_it_is_told():
    documents = opened(TEXT)
    start = types.Position(0, 0)
    change(documents, partial(types.Position(9, 0), types.Position(9, 0), ""))
    change(documents, partial(start, start, "x"), version=3)
    assert data(documents) is None
    change(documents, types.TextDocumentContentChangeWholeDocument("x = 1\n"), version=4)
    assert data(documents) == b"x = 1\n"
    assert documents.find(URI).trouble == ""


@pytest.mark.parametrize("units", [1, 2, 4])
def test_a_length_may_be_counted_in_any_unit(units):
    documents = opened("a🦇b\n")
    change(documents, partial(types.Position(0, 1), types.Position(0, 3), "", units))
    assert data(documents) == b"ab\n"


@pytest.mark.parametrize("text", ["x = 1\ry = 2\n", "x = 1\r", "x = '\r'\r\n"])
def test_lines_that_editors_read_in_two_ways_are_left_alone(text):
    documents = opened(text)
    assert data(documents) is None
    assert "carriage return" in documents.find(URI).trouble


def test_half_a_surrogate_pair_is_no_text():
    documents = opened("x = 1\n")
    change(documents, partial(types.Position(0, 0), types.Position(0, 0), "\ud83e"))
    assert data(documents) is None
    assert documents.find(URI).trouble == ""


def test_a_document_that_is_not_open_is_none():
    documents = OpenDocuments(None)
    change(documents, types.TextDocumentContentChangeWholeDocument("x = 1\n"))
    assert documents.find(URI) is None
