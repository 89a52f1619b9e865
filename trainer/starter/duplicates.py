"""Keeps copies out of a corpus: near-duplicates within it, and what evaluation suites hold."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

_WORD = re.compile(r"\w+")
_SHINGLE, _KEPT = 8, 8  # words of a shingle; one in so many is remembered
_COPIED, _ENOUGH = 0.8, 4
SUITE_GRAM = 13  # words; the usual length for decontamination


class NearDuplicates:
    """Tells whether most of a text was seen before, in pieces of eight words."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def is_copy(self, text: str) -> bool:
        """Tell whether at least 80% of a text's pieces are known; then remember the text."""
        hashes = {zlib.crc32(gram) for gram in _grams(text, _SHINGLE)}
        kept = {value for value in hashes if value % _KEPT == 0}
        known = len(kept & self._seen)
        self._seen |= kept
        return len(kept) >= _ENOUGH and known >= _COPIED * len(kept)


class EvaluationSuites:
    """Finds words of evaluation data in a text.

    Args:
        folder: Searched for `*.jsonl` files, every string of which counts; None for no data.
    """

    def __init__(self, folder: Path | None) -> None:
        files = sorted(folder.rglob("*.jsonl")) if folder else []
        self.names = sorted({file.stem for file in files})
        self._grams = {
            zlib.crc32(gram)
            for file in files
            for line in file.read_text("utf-8").splitlines()
            for text in _strings(json.loads(line))
            for gram in _grams(text, SUITE_GRAM)
        }

    def are_in(self, text: str) -> bool:
        """Tell whether 13 words in a row stand in the data too."""
        return any(zlib.crc32(gram) in self._grams for gram in _grams(text, SUITE_GRAM))


def _grams(text: str, length: int) -> Iterator[bytes]:
    words = _WORD.findall(text.lower())
    for gram in zip(*(islice(words, start, None) for start in range(length)), strict=False):
        yield " ".join(gram).encode("utf-8", "replace")


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (text for item in inner for text in _strings(item))
