"""What a model names: what the code has is kept and spelled as there, what it has not is cut."""

import pytest

from batdoc.source.language import get_language
from batdoc.source.lexicon import Lexicon
from batdoc.source.references import founded

CODE = b"""
class CryptContext:
    def verify(self, secret, hash=None, *, github_url=""):
        if not self._wrap_hash(secret):
            raise ValueError("utf8")
        return self.record.Policy.check(hash, table_names=[Table])
"""
UNIT = get_language("python").units(CODE)[1]


@pytest.mark.parametrize(
    "text",
    [
        "Verify the secret.",
        "Return ``True`` if `hash` is :meth:`record.Policy.check`-ed, else None.",
        "A :class:`CryptContext`, a dict, the `dict`, or a ``utf8`` string; raises ValueError.",
        "The URL at GitHub, e.g. the one given, i.e. 1.5 of them. See RFC 2617 and/or self.record.",
        "Two. Sentences (with an aside).  And a third one...",
        "call verify() on a CryptContext.",
        "",
    ],
)
def test_what_the_code_has_is_kept(text: str) -> None:
    assert founded(text, UNIT, None) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Use :meth:`wrap_hash`.", "Use :meth:`_wrap_hash`."),
        ("Use ``tableNames`` or tableNames.", "Use ``table_names`` or table_names."),
        ("Call wraphash() on it.", "Call _wrap_hash() on it."),
    ],
)
def test_names_are_spelled_as_in_the_code(text: str, kept: str) -> None:
    assert founded(text, UNIT, None) == kept


@pytest.mark.parametrize(
    "text",
    [
        "See :ref:`NumPy ufunc docs <ufuncs.kwargs>`.",
        "See :ref:`verify`.",
        "Return a :class:`Hash`.",
        "Return a :class:`_engine.Connection`.",
        "Create a new DataFrame.",
        "Raises KeyError if it is missing.",
        "Use other_hash to check.",
        "Load it by load_words().",
        "Call hashes() of it.",
        "Return ``hash.",
    ],
)
def test_what_the_code_has_not_is_cut(text: str) -> None:
    assert founded(text, UNIT, None) == ""
    assert founded(f"The hash. {text} And more.", UNIT, None) == "The hash. And more."


def test_an_aside_is_cut_alone() -> None:
    assert founded("The hash (see `PasslibHash`) to verify.", UNIT, None) == "The hash to verify."


def test_exceptions_are_claims_and_types_are_not() -> None:
    assert founded("A TypeError for an `int`.", UNIT, None) == ""
    assert founded("A string for an `int`.", UNIT, None) == "A string for an `int`."


def test_only_python_has_the_names_of_python() -> None:
    (unit,) = get_language("go").units(b"package a\n\nfunc Add(a int) int {\n\treturn a\n}\n")
    assert founded("Add an `int`, never `nil`.", unit, None) == "Add an `int`, never `nil`."
    assert founded("Add a `frozenset`.", unit, None) == ""


def test_a_sentence_with_a_word_that_is_none_is_cut() -> None:
    lexicon = Lexicon.of(["Verify the secret of a user, see also this"])
    told = "Verify thesecret (see the scral). Wrap the becrets. See `record`."
    assert founded(told, UNIT, lexicon) == "Verify the secret. See `record`."
