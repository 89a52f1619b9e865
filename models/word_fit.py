"""How well the words of a text fit the code of each function of a code base; needs no model.

Identifiers are taken apart, words are cut to a few letters without their ending, and each weighs
the more the fewer functions have it (TF-IDF, compared by the cosine). A function's own name weighs
most.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from batdoc.source.sketch import words
from batdoc.source.units import CodeUnit

Fits = npt.NDArray[np.float32]

_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_STEM = 4  # letters: "connects" and "connection" are one word
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_NAME_WEIGHT, _OWNER_WEIGHT = 3.0, 0.5


class WordFit:
    """The words of many functions, ready to be compared with texts.

    Args:
        units: The functions of a code base.
        texts: What is said of each; tells, too, how rare a word is.
    """

    def __init__(self, units: Sequence[CodeUnit], texts: Sequence[str]) -> None:
        codes = [_code_weights(unit) for unit in units]
        seen = Counter(
            word
            for code, text in zip(codes, texts, strict=True)
            for word in code.keys() | set(stems(text))
        )
        self._count = len(units)
        self._rarity = {word: math.log((self._count + 1) / times) for word, times in seen.items()}
        self._postings = self._post(codes)

    def fits(self, text: str) -> Fits:
        """Give how well a text fits each function, from 0.0 to 1.0, in their order."""
        weights = self._weighed(_saturated(stems(text)))
        fits = np.zeros(self._count, np.float32)
        for word, weight in weights.items():
            if word in self._postings:
                where, shares = self._postings[word]
                fits[where] += weight * shares
        return fits / np.float32(_length(weights) or 1.0)

    def _weighed(self, counts: Mapping[str, float]) -> dict[str, float]:
        unseen = math.log(self._count + 1)
        return {word: count * self._rarity.get(word, unseen) for word, count in counts.items()}

    def _post(self, codes: Sequence[Mapping[str, float]]) -> dict[str, tuple[Fits, Fits]]:
        """List for each word the functions that have it, and its share in each."""
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, code in enumerate(codes):
            weights = self._weighed(code)
            length = _length(weights) or 1.0
            for word, weight in weights.items():
                found[word].append((at, weight / length))
        return {
            word: (np.array([at for at, _ in pairs]), np.array([s for _, s in pairs], np.float32))
            for word, pairs in found.items()
        }


def stems(text: str) -> Iterator[str]:
    """Yield the words of a text, identifiers taken apart, without single letters."""
    for identifier in _IDENTIFIER.findall(text):
        yield from (_stem(word) for word in words(identifier) if len(word) > 1)


def _stem(word: str) -> str:
    short = _ENDING.sub("", word)
    return (short if len(short) > 2 else word)[:_STEM]


def _code_weights(unit: CodeUnit) -> dict[str, float]:
    """Weigh the words of a function's code, of its name and of what it belongs to."""
    weights = defaultdict(float, _saturated(stems(unit.code)))
    for word in set(stems(unit.name)):
        weights[word] += _NAME_WEIGHT
    for word in stems(unit.qualified_name.rpartition(".")[0]):
        weights[word] += _OWNER_WEIGHT
    return weights


def _saturated(found: Iterator[str]) -> dict[str, float]:
    """Count words; the second time tells less than the first."""
    return {word: 1 + math.log(times) for word, times in Counter(found).items()}


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))
