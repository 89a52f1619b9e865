"""How close generated documentation is to a human's, by the field's own libraries.

All three take lists of equal length and give a mean over pairs in [0, 100].
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from batdoc.source.errors import MissingExtraError


@cache
def _bleu() -> Any:
    try:
        from sacrebleu.metrics import BLEU
    except ImportError as error:
        raise MissingExtraError("evaluation", "train") from error
    return BLEU(effective_order=True, smooth_method="add-k", smooth_value=1, lowercase=True)


@cache
def _chrf() -> Any:
    try:
        from sacrebleu.metrics import CHRF
    except ImportError as error:
        raise MissingExtraError("evaluation", "train") from error
    return CHRF()


@cache
def _rouge() -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ImportError as error:
        raise MissingExtraError("evaluation", "train") from error
    return RougeScorer(["rougeL"], use_stemmer=False)


def _mean(score: Callable[[str, str], float], texts: Sequence[str], humans: Sequence[str]) -> float:
    pairs = list(zip(texts, humans, strict=True))
    return sum(score(text, human) for text, human in pairs) / len(pairs) if pairs else 0.0


def bleu4(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Mean sentence BLEU-4, add-one smoothed, lower-cased (Papineni 2002; Lin and Och 2004)."""
    metric = _bleu()
    return _mean(lambda h, r: float(metric.sentence_score(h, [r]).score), hypotheses, references)


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Mean sentence chrF, characters to 6-grams, beta 2 (Popovic 2015)."""
    metric = _chrf()
    return _mean(lambda h, r: float(metric.sentence_score(h, [r]).score), hypotheses, references)


def rouge_l(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Mean ROUGE-L F1 (Lin 2004)."""
    metric = _rouge()
    return _mean(
        lambda h, r: 100 * float(metric.score(r, h)["rougeL"].fmeasure), hypotheses, references
    )
