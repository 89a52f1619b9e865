"""Which token comes next: greedy, or drawn by temperature, nucleus and min-p. Numpy only."""

import numpy as np
from numpy.typing import NDArray

from batdoc.models.backend import Limits

Floats = NDArray[np.float32]


def log_softmax(logits: Floats) -> Floats:
    """Turn logits (V,) into natural log-probabilities (V,)."""
    shifted = logits - logits.max()
    normed: Floats = shifted - np.log(np.exp(shifted).sum(dtype=np.float64)).astype(np.float32)
    return normed


def log_totals(rows: Floats) -> Floats:
    """Compute, for logits (N, V), the logarithm of each row's sum of exponentials (N,)."""
    most = rows.max(axis=1, keepdims=True)
    # Slice by slice: a copy of many rows of a large vocabulary would be hundreds of megabytes.
    sums = [np.exp(row - top).sum(dtype=np.float64) for row, top in zip(rows, most, strict=True)]
    totals: Floats = most[:, 0] + np.log(sums).astype(np.float32)
    return totals


def choose(logits: Floats, limits: Limits, random: np.random.Generator) -> int:
    """Pick a token.

    Args:
        logits: (V,), or log-probabilities at temperature 1, which differ by a constant.
        limits: Temperature, nucleus and min-p.
        random: Drawn from once a token; not touched when greedy.
    """
    if limits.temperature <= 0:
        return int(logits.argmax())
    probabilities = np.exp(log_softmax(logits / np.float32(limits.temperature)))
    tokens = nucleus(probabilities, limits.top_p)
    tokens = tokens[probabilities[tokens] >= limits.min_p * probabilities[tokens[0]]]
    cumulative = np.cumsum(probabilities[tokens], dtype=np.float64)
    drawn = np.searchsorted(cumulative, random.random() * cumulative[-1], side="right")
    return int(tokens[min(int(drawn), len(tokens) - 1)])


def nucleus(probabilities: Floats, top_p: float) -> NDArray[np.intp]:
    """Give the fewest likeliest tokens whose probability reaches `top_p`, likeliest first.

    Args:
        probabilities: (V,), summing to 1.
        top_p: In (0, 1]; 1.0 keeps every token.
    """
    # All tokens below this bound together hold less than 1 - top_p, so none of them can be in the
    # nucleus; what is left to sort is small even for a vocabulary of 150,000.
    floor = (1.0 - top_p) / len(probabilities)
    tokens = np.flatnonzero(probabilities >= floor)
    tokens = tokens[np.argsort(-probabilities[tokens], kind="stable")]
    if top_p >= 1.0:
        return tokens
    reached = np.searchsorted(np.cumsum(probabilities[tokens], dtype=np.float64), top_p)
    return tokens[: int(reached) + 1]
