"""Samples as token ids with loss weights, in batches of like length.

Both directions of one corpus go into one model: code to documentation, and documentation with the
header to the body. The prompts are those of models.prompts, token by token.
"""

from __future__ import annotations  # array[int] cannot be subscripted before Python 3.12

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from batdoc.models.prompts import CODE, CONTROL_TOKENS, DOC, END, KNOWN, TO_CODE, TO_DOC
from batdoc.trainer.starter.corpus import Sample

_LONGEST_TOKEN = 32  # bytes; longer ones are lost by some readers of GGUF
_MOST_SKETCH, _MOST_KNOWN, _MOST_CODE, _MOST_DOC, _MOST_BODY = 64, 112, 160, 80, 128  # tokens
_CODE_SHARE = 0.35  # of the code's positions are predicted: enough to learn from, and cheaper
_CODE_WEIGHT, _DOC_WEIGHT, _BODY_WEIGHT = 0.25, 1.0, 0.5
_TO_CODE_SHARE, _NO_DOC_SHARE = 0.25, 0.15


@dataclass(frozen=True, slots=True)
class Example:
    """One training sequence.

    Attributes:
        ids: Token ids.
        weights: Loss weight of predicting each id; the first one's is never used.
    """

    ids: array[int]
    weights: array[float]


def train_tokenizer(samples: Sequence[Sample], size: int) -> Tokenizer:
    """Train a byte-level BPE in the form that llama.cpp calls "gpt-2"."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in CONTROL_TOKENS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=_LONGEST_TOKEN,
        show_progress=False,
    )
    texts = (text for s in samples for text in (s.code, s.doc, s.doc, s.sketch))
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Encoder:
    """Turns samples into examples; user text is never read as control tokens."""

    def __init__(self, tokenizer_file: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self.tokenizer.encode_special_tokens = True
        vocabulary = self.tokenizer.get_vocab(with_added_tokens=True)
        self.control = {token: vocabulary[token] for token in CONTROL_TOKENS}
        self.size = self.tokenizer.get_vocab_size()

    def texts(self, texts: Sequence[str]) -> list[list[int]]:
        """Tokenize many plain texts."""
        batch = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in batch]

    def encode(self, samples: Sequence[Sample]) -> list[Parts]:
        """Tokenize the parts of many samples."""
        columns = [
            self.texts([getattr(sample, part) for sample in samples])
            for part in ("sketch", "precedents", "code", "doc", "header", "body")
        ]
        return [Parts(*(array("H", ids) for ids in row)) for row in zip(*columns, strict=True)]

    def to_doc(self, parts: Parts) -> Example:
        """Spell code to documentation; code that is too long is cut at its end."""
        known = (self.control[KNOWN], parts.precedents[:_MOST_KNOWN], 0.0)
        return _example(
            (self.control[TO_DOC], parts.sketch[:_MOST_SKETCH], 0.0),
            *([known] if parts.precedents else []),
            (self.control[CODE], parts.code[:_MOST_CODE], _CODE_WEIGHT),
            (self.control[DOC], parts.doc[:_MOST_DOC], _DOC_WEIGHT),
            end=self.control[END] if len(parts.doc) <= _MOST_DOC else None,
            end_weight=_DOC_WEIGHT,
        )

    def to_code(self, parts: Parts, newline: Sequence[int], with_doc: bool) -> Example:
        """Spell documentation to code; only for bodies that fit whole."""
        doc = parts.doc[:_MOST_DOC] if with_doc else array("H")
        example = _example(
            (self.control[TO_CODE], doc, 0.0),
            (self.control[CODE], parts.header + array("H", newline), 0.0),
            end=None,
            end_weight=0.0,
        )
        example.ids.extend([*parts.body, self.control[END]])
        example.weights.extend([_BODY_WEIGHT] * (len(parts.body) + 1))
        return example

    def can_rebuild(self, parts: Parts) -> bool:
        """Tell whether a sample has a body that fits."""
        return 0 < len(parts.body) <= _MOST_BODY and len(parts.header) <= _MOST_SKETCH


@dataclass(frozen=True, slots=True)
class Parts:
    """A sample's token ids, part by part."""

    sketch: array[int]
    precedents: array[int]
    code: array[int]
    doc: array[int]
    header: array[int]
    body: array[int]


def _example(*pieces: tuple[int, array[int], float], end: int | None, end_weight: float) -> Example:
    ids, weights = array("H"), array("f")
    for token, text, weight in pieces:
        ids.extend([token, *text])
        weights.extend([0.0] + [weight] * len(text))
    if end is not None:
        ids.append(end)
        weights.append(end_weight)
    return Example(ids, weights)


def _thin(example: Example, rng: random.Random) -> Example:
    """Leave out most positions of the code from the loss, the others weighing more for it."""
    for at, weight in enumerate(example.weights):
        if weight == _CODE_WEIGHT:
            example.weights[at] = weight / _CODE_SHARE if rng.random() < _CODE_SHARE else 0.0
    return example


def epoch(
    encoder: Encoder, corpus: Sequence[Parts], tokens_per_batch: int, seed: int
) -> Iterator[list[Example]]:
    """Give one pass over the corpus in shuffled batches of like length; the same for a seed."""
    rng = random.Random(seed)
    newline = encoder.texts(["\n"])[0]
    examples = [_thin(encoder.to_doc(parts), rng) for parts in corpus]
    for parts in corpus:
        if encoder.can_rebuild(parts) and rng.random() < _TO_CODE_SHARE:
            examples.append(encoder.to_code(parts, newline, rng.random() >= _NO_DOC_SHARE))
    examples.sort(key=lambda example: (len(example.ids) + rng.random() * 8, rng.random()))
    batches: list[list[Example]] = [[]]
    for example in examples:
        if (len(batches[-1]) + 1) * len(example.ids) > tokens_per_batch:
            batches.append([])
        batches[-1].append(example)
    rng.shuffle(batches)
    yield from batches
