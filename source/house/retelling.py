"""What is said of one function, said of another that is like it.

`get_type` of one class and of another, `from_dict` and `from_string`: what a person said of the one
often holds for the other, with one word replaced; so does what is said of a parameter of the same
name. Nothing is said again that speaks of what its own function has and the other one has not.
Whether the rest fits is for others to judge.
"""

import keyword
import re

from batdoc.source.sketch import words
from batdoc.source.units import CodeUnit

_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_MARKED = re.compile(r"`+[^`]+`+")
_SHORTEST = 3  # letters; of shorter words there are too many


def retold(sentence: str, of: CodeUnit, to: CodeUnit) -> str | None:
    """Say of one function what is said of another.

    Args:
        sentence: Said of `of`.
        of: Like `to`.
        to: What it is to be said of.

    Returns:
        None where the names differ in more than a word, or in one that the sentence lacks, or where
        it speaks of what only the first one has.

    Examples:
        >>> from batdoc.source.language import get_language
        >>> python = get_language("python")
        >>> (one,), (other,) = map(python.units, (b"def get_name(): ...", b"def get_size(): ..."))
        >>> retold("Get the name.", one, other)
        'Get the size.'
    """
    told = _renamed(sentence, words(of.name), words(to.name))
    return told if told is not None and may_be_said(told, of, to) else None


def may_be_said(text: str, of: CodeUnit, to: CodeUnit) -> bool:
    """Tell whether what is said of one function has no word of its own that the other one lacks."""
    return not _stems(text) & (_stems_of(of) - _stems_of(to))


def _renamed(sentence: str, old: list[str], new: list[str]) -> str | None:
    """Put the one word by which two names differ in the place of the other.

    What stands in backticks is no word but a name of the code, of a type or a value as often as
    not: ``date`` and ``ctime`` are methods, and only one of them is also a type.
    """
    if len(old) != len(new):
        return None
    different = [at for at in range(len(old)) if old[at] != new[at]]
    if not different:
        return sentence
    if len(different) > 1:
        return None
    fresh = new[different[0]]
    word = re.compile(rf"\b{re.escape(old[different[0]])}(s?)\b", re.IGNORECASE)

    def replaced(found: re.Match[str]) -> str:
        was = found[0].removesuffix(found[1])
        if was.isupper() and len(was) > 1:
            return fresh.upper() + found[1]
        return (fresh.capitalize() if was[0].isupper() else fresh) + found[1]

    if any(word.search(name) for name in _MARKED.findall(sentence)):
        return None
    told, count = word.subn(replaced, sentence)
    return told if count else None


def _stems_of(unit: CodeUnit) -> set[str]:
    return _stems(f"{unit.code} {unit.qualified_name}")


def _stems(text: str) -> set[str]:
    """Give the words of prose or code without their endings, keywords left out."""
    found = (w for w in words(text) if len(w) >= _SHORTEST and not keyword.iskeyword(w))
    return {_stem(word) for word in found}


def _stem(word: str) -> str:
    short = _ENDING.sub("", word)
    return short if len(short) >= _SHORTEST else word
