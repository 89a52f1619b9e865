"""Two halves of a corpus, so that each can be documented by a model that was not taught it.

What a model says of a function that it has learned by heart is better than what it will say of any
other, and that it can rebuild such a function tells nothing of the documentation. Hence
cross-fitting (Chernozhukov et al. 2018): what is learned from is always said of unseen code.
"""

import hashlib
from collections.abc import Sequence

from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import CorpusUnit

Halves = tuple[list[CodeUnit], list[CodeUnit]]


def halves(units: Sequence[CorpusUnit]) -> Halves:
    """Split a corpus in the middle, files in an order by chance; at most one file is in both."""
    ordered = [each.unit for each in sorted(units, key=lambda each: _lot(each.file))]
    middle = len(ordered) // 2
    return ordered[:middle], ordered[middle:]


def _lot(file: str) -> bytes:
    return hashlib.sha256(f"half/{file}".encode()).digest()
