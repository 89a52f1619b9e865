"""How much likelier a model finds a sentence behind one function than behind others.

A log-probability alone says how plain a sentence is. Against other functions of the same code base,
what is plain there cancels out.
"""

import math
from collections.abc import Sequence
from itertools import islice
from threading import Event

from batdoc.models.backend import Scorer, mean_of
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt, to_doc
from batdoc.source.units import CodeUnit

_READ = 96  # bytes of a sentence; never more tokens than bytes
_OTHERS = 4  # functions behind which every sentence is read


class SentenceLift:
    """Measures sentences behind the functions of a code base.

    Args:
        units: The functions.
        backend: The model; stays its owner's.
    """

    def __init__(self, units: Sequence[CodeUnit], backend: Scorer) -> None:
        self._units = units
        self._backend = backend
        step = max(1, len(units) // _OTHERS)
        spread = ((at, self._prompt(at)) for at in range(0, len(units), step))
        self._others = list(islice((p for p in spread if p[1] is not None), _OTHERS))

    def measure(
        self, cases: Sequence[tuple[int, str]], cancel: Event | None = None
    ) -> list[float | None]:
        """Measure sentences, each behind the function with the index before it.

        Returns:
            Of each, its mean log-probability a token behind its function, less the logarithm of
            the mean of exp(that) behind the others; None where there is no prompt that fits.

        Raises:
            Cancelled: `cancel` was set.
        """
        texts = [sentence.encode()[:_READ].decode(errors="ignore") for _, sentence in cases]
        own = self._means([self._prompt(at) for at, _ in cases], texts, cancel)
        behind = {
            at: self._means([prompt] * len(texts), texts, cancel) for at, prompt in self._others
        }
        return [
            _lift(mean, [means[index] for other, means in behind.items() if other != at])
            for index, ((at, _), mean) in enumerate(zip(cases, own, strict=True))
        ]

    def _prompt(self, at: int) -> Prompt | None:
        return fitting(to_doc(self._units[at]), self._backend, _READ)

    def _means(
        self, prompts: Sequence[Prompt | None], texts: Sequence[str], cancel: Event | None
    ) -> list[float | None]:
        """Give the mean log-probability of each text's tokens; None where there is no prompt."""
        asked = [(p, text) for p, text in zip(prompts, texts, strict=True) if p is not None]
        found = iter(self._backend.score([p for p, _ in asked], [t for _, t in asked], cancel))
        return [None if prompt is None else mean_of(next(found)) for prompt in prompts]


def _lift(own: float | None, others: Sequence[float | None]) -> float | None:
    known = [math.exp(mean) for mean in others if mean is not None]
    return None if own is None or not known else own - math.log(sum(known) / len(known))
