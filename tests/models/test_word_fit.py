"""Words of texts against words of code."""

import numpy as np
import pytest

from batdoc.models.word_fit import WordFit, stems
from batdoc.source.language import get_language

SOURCE = b'''
def open_file(path):
    """Open a file."""
    return open(path)

def close_connection(connection):
    """Close a connection."""
    connection.shutdown()

class Mailer:
    def send(self, message):
        """Send it."""
        self.server.deliver(message)

def nothing():
    """Do it."""
    pass
'''


@pytest.fixture(scope="module")
def words() -> WordFit:
    units = [u for u in get_language("python").units(SOURCE) if u.docstring]
    assert [unit.name for unit in units] == ["open_file", "close_connection", "send", "nothing"]
    return WordFit(units, [unit.docstring or "" for unit in units])


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Opens the files.", 0),
        ("Shuts the connection down; shutdown.", 1),
        ("Delivery of messages to a server.", 2),
        ("What a mailer does.", 2),
    ],
)
def test_a_text_fits_the_code_that_has_its_words_in_any_form(words: WordFit, text: str, best: int):
    fits = words.fits(text)
    assert fits.argmax() == best
    assert 0 < fits.max() <= 1
    assert np.count_nonzero(fits) == 1


def test_words_that_no_code_has_fit_nothing(words: WordFit):
    assert not words.fits("Quick brown foxes").any()
    assert not words.fits("").any()
    assert words.fits("Open quick brown foxes")[0] < words.fits("Open")[0]


def test_what_many_functions_have_tells_less():
    source = b"".join(b"def f%d(path):\n    return path.open()\n" % n for n in range(9))
    units = get_language("python").units(source + b"def g(path):\n    return path.shut()\n")
    fits = WordFit(units, [""] * len(units)).fits("Open a path, or shut it.")
    assert fits.argmax() == len(units) - 1


def test_identifiers_are_taken_apart_and_words_cut():
    found = stems("getHTTPResponses of `user_ids`, a connection connects")
    assert list(found) == ["get", "http", "resp", "of", "user", "ids", "conn", "conn"]
