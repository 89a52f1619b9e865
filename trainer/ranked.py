"""What a model says of each function: the best, by how well the code comes back, and the usual.

The model documents every function several times, and the rewards rank the likelier half of that, as
in reward-ranked fine-tuning (Dong et al. 2023). In the other half are words that help a model and
mean nothing to people. A reward is what `--reward` names: how much likelier documentation makes the
original code, how like the original the code is that is rebuilt from it, or the sum; times what
documentation is worth by itself.

The best of several is better than what users get, who ask once. Code is rebuilt from all of them,
so that the model learns how far its own documentation is to be trusted.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Completion, Limits, Scorer
from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.checkpoint import Trainable
from batdoc.models.entries import completed
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, Prompt, encode, stops
from batdoc.models.reading import ended, read_doc
from batdoc.models.rebuilding import rebuild
from batdoc.source.docstring import Docstring
from batdoc.source.styles import canonical
from batdoc.source.units import CodeUnit
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.corpus import Beside
from batdoc.trainer.greedy import documented
from batdoc.trainer.likelihood import mean_logprobs
from batdoc.trainer.rewards import likeness, score_doc
from batdoc.trainer.rollout import body_answer

_CHUNK = 32  # functions between two looks at the clock and the disk
_TEMPERATURE, _TOP_P = 0.8, 0.95


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a function, in canonical form.

    Attributes:
        best: What earned most; '' where nothing earned anything.
        others: What users would get, and what else was ranked; none twice.
    """

    best: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """One documentation of a function, in canonical form, and what it is worth by itself."""

    unit: CodeUnit
    doc: str
    worth: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranks what a model says.

    Attributes:
        model: Finds the original code likely or not.
        backend: The same model, to sample from.
        config: Of the run.
        beside: Gives the precedents of a function.
        seed: Of the first sample.
    """

    model: Trainable
    backend: Backend
    config: TrainingConfig
    beside: Beside
    seed: int

    def find_docs(
        self,
        units: Sequence[CodeUnit],
        file: Path,
        on_step: Callable[[int, int], None],
        cancel: Event,
    ) -> None:
        """Find documentation of each function; `read_docs` gives it.

        Args:
            units: The functions.
            file: Keeps what is found; what it holds already is not sought again.
            on_step: Called with how many functions are done, and how many there are.
            cancel: Stops within one token.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: The engine failed.
        """
        known = read_docs(file).keys()
        for first in range(0, len(units), _CHUNK):
            chunk = units[first : first + _CHUNK]
            if any(unit.key not in known for unit in chunk):
                seed = self.seed + first * self.config.docs_per_round
                found = self._said(chunk, seed, cancel)
                with file.open("a", encoding="utf-8") as stream:
                    for key, said in found.items():
                        stream.write(json.dumps([key, said.best, *said.others]) + "\n")
            on_step(first + len(chunk), len(units))

    def _said(self, units: Sequence[CodeUnit], seed: int, cancel: Event) -> dict[str, Said]:
        usual = [doc for _, doc in documented(units, self.backend, self.beside, cancel)]
        told = list(dict.fromkeys(self._documented(units, usual, seed, cancel)))
        best: dict[str, tuple[float, str]] = {}
        for each, reward in zip(told, self._rewards(told, seed, cancel), strict=True):
            if reward > best.get(each.unit.key, (0.0, ""))[0]:
                best[each.unit.key] = (reward, each.doc)
        every = {
            unit.key: [canonical(doc)] if doc else []
            for unit, doc in zip(units, usual, strict=True)
        }
        for each in told:
            every[each.unit.key].append(each.doc)
        found = {}
        for key, docs in every.items():
            _, first = best.get(key, (0.0, ""))
            found[key] = Said(first, tuple(doc for doc in dict.fromkeys(docs) if doc != first))
        return found

    def _documented(
        self,
        units: Sequence[CodeUnit],
        usual: Sequence[Docstring | None],
        seed: int,
        cancel: Event,
    ) -> Iterator[_Told]:
        """Sample documentation; leave out the unlikelier half, and what is worth nothing.

        What a sample does not say of parameters and results is what users get of them. A server
        does not tell how likely a text is; all of its are ranked.
        """
        most = self.config.most_doc_tokens
        wanted = (prompts.to_doc(unit, self.beside(unit).lines) for unit in units)
        questions = [fitting(question, self.backend, most) for question in wanted]
        times = self.config.docs_per_round
        kept = (times + 1) // 2 if isinstance(self.backend, Scorer) else times
        samples = [question for question in questions if question for _ in range(times)]
        answers = iter(self._sample(samples, Direction.TO_DOC, most, seed, cancel))
        for unit, question, whole in zip(units, questions, usual, strict=True):
            if question is None:
                continue
            own = sorted(islice(answers, times), key=lambda a: -a.mean_logprob)
            for answer in own[:kept]:
                doc = read_doc(ended(answer), unit, self.backend.lexicon, question.precedents)
                doc = completed(doc, whole, unit)
                worth = score_doc(doc, unit).total or 0.0
                if doc is not None and worth > 0:
                    yield _Told(unit, canonical(doc), worth)

    def _rewards(self, told: Sequence[_Told], seed: int, cancel: Event) -> list[float]:
        kind = self.config.reward
        lifts = self._lifts(told) if kind != "roundtrip" else [0.0] * len(told)
        likenesses = [0.0] * len(told)
        if kind != "likelihood":
            likenesses = self._likenesses(told, seed, cancel)
        return [
            each.worth * (max(lift, 0.0) + likeness)
            for each, lift, likeness in zip(told, lifts, likenesses, strict=True)
        ]

    def _lifts(self, told: Sequence[_Told]) -> list[float]:
        """Give how much likelier documentation makes the original code, in nats a token."""
        tokenizer = HfTokenizer(self.model.tokenizer)
        units = list({each.unit.key: each.unit for each in told}.values())
        asked = [*((unit, "") for unit in units), *((each.unit, each.doc) for each in told)]
        means = mean_logprobs(
            self.model.model,
            [encode(prompts.to_code(unit, doc), tokenizer) for unit, doc in asked],
            [body_answer(unit, tokenizer) for unit, _ in asked],
            self.config.rows_per_pass,
        )
        alone = {unit.key: mean for unit, mean in zip(units, means, strict=False)}
        heard = zip(told, means[len(units) :], strict=True)
        return [mean - alone[each.unit.key] for each, mean in heard]

    def _likenesses(self, told: Sequence[_Told], seed: int, cancel: Event) -> list[float]:
        """Give how like the original the code is that is rebuilt from documentation, once each."""
        most = self.config.most_code_tokens
        questions = [fitting(prompts.to_code(e.unit, e.doc), self.backend, most) for e in told]
        asked = [(e.unit, q) for e, q in zip(told, questions, strict=True) if q is not None]
        answers = iter(self._sample([q for _, q in asked], Direction.TO_CODE, most, seed, cancel))
        return [
            likeness(rebuild(next(answers).text, each.unit), each.unit) if q else 0.0
            for each, q in zip(told, questions, strict=True)
        ]

    def _sample(
        self, questions: Sequence[Prompt], direction: Direction, most: int, seed: int, cancel: Event
    ) -> list[Completion]:
        limits = Limits(most, _TEMPERATURE, _TOP_P, seed)
        return self.backend.generate(questions, limits, stops(direction), cancel)


def read_docs(file: Path) -> dict[str, Said]:
    """Read what was said of functions, by their keys; a line that was cut off is none."""
    found = {}
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        try:
            key, best, *others = json.loads(line)
        except ValueError:
            continue
        found[key] = Said(best, tuple(others))
    return found
