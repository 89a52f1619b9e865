"""Words that a model has read: what it writes beyond them it has put together from pieces.

A model of a few million parameters spells by pieces of words, and some of what it spells is none:
"bottlen", "becomplemented", or two words run together, as "givensources". So a model may come with
the words of what it learned from, and what it says is held against them and those of the code.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from batdoc.source.sketch import words

_LETTERS = re.compile(r"[^\W\d_]+")
_SUFFIX = ".words.txt"  # beside the model file, under its name
_IN_FOLDER = "model"  # what a folder's model file is named
_SHORTEST = 3  # letters; of shorter ones there are too many


def words_of(text: str) -> set[str]:
    """Give the words of prose or code in lower case, those of an identifier whole and in parts.

    Examples:
        >>> sorted(words_of("is_tableView, at 3"))
        ['at', 'is', 'table', 'tableview', 'view']
    """
    found = _LETTERS.findall(text)
    return {part for word in found for part in (word.lower(), *words(word))}


class Lexicon:
    """The words that a model has read.

    Args:
        words: In lower case.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    @classmethod
    def of(cls, texts: Iterable[str], least: int = 1) -> "Lexicon":
        """Take the words of texts, prose and code alike.

        Args:
            texts: What is read.
            least: In how many texts a word has to be.
        """
        times = Counter(word for text in texts for word in words_of(text))
        return cls(word for word, count in times.items() if count >= least and _is_judged(word))

    @classmethod
    def load(cls, model: Path) -> "Lexicon | None":
        """Read the words that came with a model's file or folder; None where there are none."""
        try:
            return cls(_beside(model).read_text("utf-8").split())
        except (OSError, ValueError):
            return None

    def save(self, model: Path) -> None:
        """Write the words beside a model's file, or into its folder, one a line."""
        text = "".join(f"{word}\n" for word in sorted(self._words))
        _beside(model).write_text(text, "utf-8")

    def __or__(self, other: "Lexicon") -> "Lexicon":
        """Give the words of both."""
        return Lexicon(self._words | other._words)

    def spelled(self, text: str, own: Collection[str]) -> str | None:
        """Give text with words apart that were run together.

        Args:
            text: What a model wrote.
            own: Words of the code that it tells of, in lower case.

        Returns:
            None where a word is in neither, nor made of one and a word of the code.
        """
        parts, end = [], 0
        for found in _LETTERS.finditer(text):
            word = found[0]
            if _is_judged(word) and not self._knows(word, own):
                apart = self._apart(word, own)
                if apart is None:
                    return None
                parts += [text[end : found.start()], apart]
                end = found.end()
        return "".join([*parts, text[end:]])

    def _knows(self, word: str, own: Collection[str]) -> bool:
        if word.lower() in self._words or _has(own, word):
            return True
        parts = words(word)
        return len(parts) > 1 and all(not _is_judged(p) or self._knows(p, own) for p in parts)

    def _apart(self, word: str, own: Collection[str]) -> str | None:
        """Take a word apart whose end is one of the code."""
        for at in range(1, len(word) - _SHORTEST + 1):
            first, last = word[:at], word[at:]
            if _has(own, last) and (first.lower() in self._words or first in ("a", "A")):
                return f"{first} {last}"
        return None


def _beside(model: Path) -> Path:
    return (model / _IN_FOLDER if model.is_dir() else model).with_suffix(_SUFFIX)


def _is_judged(word: str) -> bool:
    """Tell whether a word is long enough, and in letters that all who write code can read."""
    return len(word) >= _SHORTEST and word.isascii()


def _has(own: Collection[str], word: str) -> bool:
    """Tell whether the code has a word, or what it is the plural of."""
    lower = word.lower()
    return lower in own or (lower.endswith("s") and not lower.endswith("ss") and lower[:-1] in own)
