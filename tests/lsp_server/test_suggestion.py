import pytest

from batdoc.lsp_server.suggestion import Suggestion, cut
from batdoc.source.errors import ProofError


def test_what_lies_between_the_cursor_and_the_rest_is_the_suggestion():
    made = cut(b"ab[new]yz", b"ab--yz", 2, 4)
    assert made == Suggestion(b"ab", b"[new]", b"--", b"yz")
    assert made.accepted == b"ab[new]yz"


@pytest.mark.parametrize(
    ("accepted", "source", "offset", "end"),
    [
        (b"aXnewyz", b"abyz", 2, 2),  # the text before the cursor would change
        (b"abnewyX", b"abyz", 2, 2),  # so would the one behind it
        (b"abyz", b"abyz", 2, 2),  # nothing comes
        (b"aba", b"ababa", 3, 3),  # the same bytes would count twice
    ],
)
def test_more_than_a_text_at_the_cursor_is_refused(accepted, source, offset, end):
    with pytest.raises(ProofError):
        cut(accepted, source, offset, end)


@pytest.mark.parametrize(
    ("source", "offset", "left"),
    [
        (b"ab--yz", 2, b"[new]"),
        (b"ab[n--yz", 4, b"ew]"),
        (b"ab[new]--yz", 7, b""),
        (b"ab[x--yz", 4, None),  # another text was typed
        (b"ab[nyz", 4, None),  # what was to give way is gone
        (b"ab[n--yZ", 4, None),
        (b"Ab[n--yz", 4, None),
        (b"ab[n--yz", 3, None),  # the cursor went back
    ],
)
def test_the_rest_is_what_was_not_typed_yet(source, offset, left):
    rest = Suggestion(b"ab", b"[new]", b"--", b"yz").rest(source, offset)
    assert (rest and rest.text) == left
    assert rest is None or rest.accepted == b"ab[new]yz"
