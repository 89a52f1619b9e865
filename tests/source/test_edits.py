import pytest

from batdoc.source.edits import Edit, apply_edits, digest
from batdoc.source.errors import ProofError
from batdoc.source.units import ByteSpan

SOURCE = b"one two three"


def edit(start: int, end: int, new: bytes) -> Edit:
    return Edit(ByteSpan(start, end), new, digest(SOURCE[start:end]))


def test_edits_apply_in_the_order_of_their_places():
    edits = [edit(8, 13, b"3"), edit(0, 3, b"1"), edit(4, 4, b"and ")]
    assert apply_edits(SOURCE, edits) == b"1 and two 3"


def test_no_edits_change_nothing():
    assert apply_edits(SOURCE, []) == SOURCE


def test_overlapping_edits_are_refused():
    with pytest.raises(ProofError, match="overlap"):
        apply_edits(SOURCE, [edit(0, 5, b""), edit(4, 7, b"")])


def test_an_edit_made_for_other_bytes_is_refused():
    stale = Edit(ByteSpan(0, 3), b"1", digest(b"uno"))
    with pytest.raises(ProofError, match="changed under the edit"):
        apply_edits(SOURCE, [stale])
