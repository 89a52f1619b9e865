"""What a model must beat to be worth its size: four ways to a first line without one."""

from collections.abc import Sequence

import bm25s

from batdoc.source.sketch import words
from batdoc.trainer.starter.corpus import Sample


def name_words(samples: Sequence[Sample]) -> list[str]:
    """Say the words of the function's name."""
    return [" ".join(words(s.name.rsplit(".", 1)[-1])).capitalize() + "." for s in samples]


def parameter_list(samples: Sequence[Sample]) -> list[str]:
    """Say what an empty docstring template says: the parameters' names."""
    listed = (s.sketch.split("\n")[2] for s in samples)
    return [f"Args: {names}." if names else "." for names in listed]


def nearest_neighbour(samples: Sequence[Sample], known: Sequence[Sample]) -> list[str]:
    """Say the first line of the training function whose code is nearest by BM25."""
    retriever = bm25s.BM25()
    retriever.index(_tokens(known), show_progress=False)
    found, _ = retriever.retrieve(_tokens(samples), k=1, show_progress=False)
    return [first_line(known[int(row[0])].doc) for row in found]


def likest_function(samples: Sequence[Sample]) -> list[str]:
    """Say what is said of the likest function of the same package: the last of the precedents."""
    last = (s.precedents.rpartition("\n")[2] for s in samples)
    return [line.partition(": ")[2] or "." for line in last]


def _tokens(samples: Sequence[Sample]) -> list[list[str]]:
    return [words(s.code) or ["?"] for s in samples]


def first_line(doc: str) -> str:
    """Give the summary of canonical documentation."""
    return doc.split("\n", 1)[0]
