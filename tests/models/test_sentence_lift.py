"""How likely the starter finds sentences behind functions."""

from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.catalogue import starter_path
from batdoc.models.sentence_lift import SentenceLift
from batdoc.source.errors import Cancelled
from batdoc.source.language import get_language

SOURCE = b"""
def remove_user(name):
    del users[name]

def read_lines(path):
    with open(path) as file:
        return file.readlines()

def average(values):
    return sum(values) / len(values)

def connect(host, port):
    sock = socket.create_connection((host, port))
    return sock

def %s():
    pass
""" % (b"long_name" * 400)
SAYINGS = ["Remove a user.", "Read the lines of a file.", "Compute the mean of values."]


@pytest.fixture(scope="module")
def lifts() -> Iterator[SentenceLift]:
    with closing(LlamaCppBackend(starter_path())) as backend:
        yield SentenceLift(get_language("python").units(SOURCE), backend)


def test_a_sentence_is_likelier_behind_its_own_function(lifts: SentenceLift):
    for of, saying in enumerate(SAYINGS):
        behind = lifts.measure([(at, saying) for at in range(4)])
        assert max(range(4), key=lambda at: behind[at] or 0.0) == of
        assert (behind[of] or 0.0) > 0


def test_together_and_alone_give_the_same(lifts: SentenceLift):
    together = lifts.measure(list(enumerate(SAYINGS)))
    alone = [lifts.measure([(at, saying)])[0] for at, saying in enumerate(SAYINGS)]
    assert together == pytest.approx(alone, abs=0.05)


def test_a_function_that_cannot_be_shown_is_not_measured(lifts: SentenceLift):
    assert lifts.measure([(4, SAYINGS[0])]) == [None]


def test_a_sentence_of_any_length_and_alphabet_fits(lifts: SentenceLift):
    sayings = ["\u6587\u5b57 \U0001f469\u200d\U0001f469" * 500, "words " * 5000]
    assert None not in lifts.measure(list(enumerate(sayings)))


def test_a_stop_is_heard(lifts: SentenceLift):
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        lifts.measure([(0, SAYINGS[0])], cancel)
