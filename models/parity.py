"""Compares an exported GGUF file with the transformers model that it was made from.

Three things must be the same: the token ids of fixed texts, the logits of fixed passages, and the
greedy text that follows them. Leaves out what to do with a file that differs (trainer.export).

Dimensions: T tokens of a passage with its greedy continuation, V tokens of the vocabulary.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.backends.logits import LogitReader
from batdoc.models.checkpoint import load_trainable
from batdoc.models.gguf_tokenizer import normalizes_to_nfc
from batdoc.models.parity_texts import PASSAGES, TEXTS
from batdoc.source.errors import ExportError

_NEW_TOKENS = 24
_TIE = 0.001  # of a row's spread: two tokens as close as this may change places


@dataclass(frozen=True, slots=True)
class Reading:
    """What the original model makes of one passage.

    Attributes:
        passage_length: Tokens before the greedy continuation.
        ids: (T,), the passage and its continuation.
        logits: (T, V).
    """

    passage_length: int
    ids: tuple[int, ...]
    logits: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reference:
    """What an export must reproduce.

    Attributes:
        is_nfc: The original composes characters before it reads, which llama.cpp does not, so the
            texts were composed beforehand.
        texts: What is tokenized.
        ids: Of each text.
        control_ids: Of each added token that stands alone.
        readings: One a passage.
    """

    is_nfc: bool
    texts: tuple[str, ...]
    ids: tuple[tuple[int, ...], ...]
    control_ids: dict[str, int]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Parity:
    """How near an export is to its original.

    Attributes:
        distance: Of the logits: root mean square of the difference over that of the original's
            spread around each row's mean; 0 is equal, independent models have about 1.4.
        greedy_agreement: Share of continuation tokens, in [0, 1], that the export chooses too.
        first_change: Where the greedy text first differs, in words; None if it is the same.
    """

    distance: float
    greedy_agreement: float
    first_change: str | None


def read_reference(model_dir: Path) -> Reference:
    """Run the original model, in 32 bit on the CPU.

    Args:
        model_dir: A Hugging Face folder.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: The folder is not a whole model.
    """
    original = load_trainable(model_dir)
    import torch  # after load_trainable, which tells how to install it

    is_nfc = normalizes_to_nfc(model_dir)
    texts = tuple(unicodedata.normalize("NFC", text) for text in TEXTS) if is_nfc else TEXTS

    def encode(text: str) -> tuple[int, ...]:
        return tuple(original.tokenizer.encode(text, add_special_tokens=False))

    with torch.inference_mode():
        readings = tuple(_read_passage(original.model, encode(passage)) for passage in PASSAGES)
    return Reference(
        is_nfc=is_nfc,
        texts=texts,
        ids=tuple(encode(text) for text in texts),
        control_ids=dict(original.tokenizer.get_added_vocab()),
        readings=readings,
    )


def compare(file: Path, reference: Reference, bound: float, adapter: Path | None = None) -> Parity:
    """Compare a GGUF file with its original.

    Args:
        file: The export.
        reference: What the original does.
        bound: The largest distance allowed.
        adapter: An adapter's file to put over it.

    Raises:
        ExportError: Token ids differ or the logits are too far; names the first difference.
        ModelError: The file cannot be loaded.
    """
    longest = max(len(reading.ids) for reading in reference.readings)
    with LogitReader(file, longest, adapter) as reader:
        _compare_tokens(reader.vocabulary, reference)
        logits = [reader.logits(reading.ids) for reading in reference.readings]
    pairs = list(zip(logits, reference.readings, strict=True))
    distances = [distance(got, reading.logits) for got, reading in pairs]
    for i, value in enumerate(distances, 1):
        if not value <= bound:  # also when it is not a number
            raise ExportError(
                f"the export differs from the model: the logits of passage {i} are {value:.2g} "
                f"away and {bound:.2g} is allowed; nothing was written"
            )
    kept = [_keeps_choice(got, reading) for got, reading in pairs]
    return Parity(max(distances), float(np.mean(np.concatenate(kept))), _first_change(kept))


def compare_strictly(
    file: Path, reference: Reference, bound: float, adapter: Path | None = None
) -> Parity:
    """Compare as `compare` does, and insist on the same greedy text.

    Raises:
        ExportError: Anything differs; names the first difference.
        ModelError: The file cannot be loaded.
    """
    parity = compare(file, reference, bound, adapter)
    if parity.first_change:
        raise ExportError(
            "the export differs from the model: its greedy text changes at "
            f"{parity.first_change}; nothing was written"
        )
    return parity


def distance(got: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Measure how far logits are apart, from 0 up, apart from their scale.

    Args:
        got: (T, V).
        expected: (T, V).
    """
    spread = expected - expected.mean(axis=1, keepdims=True)
    return float(np.linalg.norm(got - expected) / np.linalg.norm(spread))


def _read_passage(model: Any, passage: tuple[int, ...]) -> Reading:
    import torch

    ids, rows, cache = list(passage), [], None
    fresh = ids
    while True:
        output = model(torch.tensor([fresh]), past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        rows.append(output.logits[0].numpy())
        if len(ids) == len(passage) + _NEW_TOKENS:
            return Reading(len(passage), tuple(ids), np.concatenate(rows))
        fresh = [int(rows[-1][-1].argmax())]
        ids += fresh


def _compare_tokens(vocabulary: LlamaVocabulary, reference: Reference) -> None:
    for text, expected in zip(reference.texts, reference.ids, strict=True):
        _compare_ids(text, vocabulary.encode_plain, expected)
    for token, expected_id in reference.control_ids.items():
        _compare_ids(token, vocabulary.encode_template, (expected_id,))


def _compare_ids(text: str, encode: Callable[[str], list[int]], expected: tuple[int, ...]) -> None:
    got = tuple(encode(text))
    if got == expected:
        return
    pairs = zip(got, expected, strict=False)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(got), len(expected)))
    raise ExportError(
        f"the export differs from the model: the tokens of {text!a} differ at {same}, "
        f"{got[same : same + 3]} against {expected[same : same + 3]}; nothing was written"
    )


def _keeps_choice(got: NDArray[np.float32], reading: Reading) -> NDArray[np.bool_]:
    """Tell for each token of the greedy text whether the export chooses it too.

    Each choice is made after the original's own text, so one difference does not breed others; if
    there is none, the export's greedy text is the same.
    """
    before = slice(reading.passage_length - 1, len(reading.ids) - 1)
    wanted = np.array(reading.ids[reading.passage_length :])[:, None]
    original, chosen = reading.logits[before], got[before].argmax(axis=1)[:, None]
    lost = np.take_along_axis(original, wanted, 1) - np.take_along_axis(original, chosen, 1)
    is_same: NDArray[np.bool_] = lost[:, 0] <= _TIE * original.std(axis=1)
    return is_same


def _first_change(kept: Sequence[NDArray[np.bool_]]) -> str | None:
    for i, is_same in enumerate(kept, 1):
        if not is_same.all():
            return f"token {int(is_same.argmin()) + 1} after passage {i}"
    return None
