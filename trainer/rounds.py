"""The lessons of a run: its warm-up, and rounds of learning from what models say.

In the first round the model that the run starts from documents the corpus, which it has not seen.
After a warm-up, and in later rounds, each half is documented by a model that was taught the other
half alone (`trainer.halves`). After the last round the model learns from all of it. In the run's
folder, and not done again when the run is resumed:

- `rounds/warm-up`: the model after the warm-up.
- `rounds/1-0`, `rounds/1-1`: what documents each half in a round, until it is not needed.
- `rounds/1.docs.jsonl`: what was said of each function in the first round, as far as it goes.
- `rounds/last`: the model after the rounds.
- `*.steps`: checkpoints of a lesson, while it lasts.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch

from batdoc.models.catalogue import MODEL_FILE, open_backend
from batdoc.source.lexicon import Lexicon
from batdoc.source.units import CodeUnit
from batdoc.trainer import processes
from batdoc.trainer.adapters import load_to_train
from batdoc.trainer.corpus import Beside, CorpusUnit
from batdoc.trainer.export import export
from batdoc.trainer.halves import halves
from batdoc.trainer.plan import Plan
from batdoc.trainer.progress import Pace
from batdoc.trainer.ranked import Ranking, Said, read_docs
from batdoc.trainer.supervised import examples, learn, save
from batdoc.trainer.watcher import Watcher

_SEEDS_A_ROUND = 1_000_000


@dataclass(frozen=True, slots=True)
class _Lesson:
    """How long and how hard to learn.

    Attributes:
        passes: Over the functions.
        learning_rate: At the peak.
    """

    passes: int
    learning_rate: float


class Rounds:
    """Gives the lessons of a run.

    Args:
        folder: Of the run.
        plan: Of the run.
        units: What to learn from.
        beside: Gives the precedents of each.
        watcher: Is told.
    """

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        units: Sequence[CorpusUnit],
        beside: Beside,
        watcher: Watcher,
    ) -> None:
        self._folder = folder / "rounds"
        self._plan = plan
        self._config = plan.config
        self._units = [each.unit for each in units]
        self._beside = beside
        self._halves = halves(units)
        self._watcher = watcher
        self.lexicon = _lexicon(Path(plan.first_model), self._units)
        self.warmed_up = self._folder / "warm-up"
        self.last = self._folder / "last"

    @property
    def reached(self) -> Path:
        """The model that the run has reached: after a lesson, else what it starts from."""
        given = (folder for folder in (self.last, self.warmed_up) if folder.is_dir())
        return next(given, Path(self._plan.start))

    def warm_up(self) -> None:
        """Teach what people wrote: documentation, where there is some, and code.

        Raises:
            Cancelled: It was stopped, and can be gone on with.
        """
        if not self.warmed_up.is_dir():
            self._watcher.on_stage("warming up on the functions of the repository")
            self._teach(self.warmed_up, self._plan_start, self._units, {}, self._warm_up_lesson)

    def learn_from_rounds(self) -> None:
        """Teach what people wrote, and code from all that was said of it.

        Raises:
            Cancelled: It was stopped, and can be gone on with.
            ModelError: The engine failed.
        """
        if self.last.is_dir():
            return
        said: dict[str, Said] = {}
        for number in range(1, self._config.rounds + 1):
            said = self._round(number, said)
        count = sum(bool(each.best or each.others) for each in said.values())
        self._watcher.on_stage(f"learning from what was said of {count} functions")
        self._teach(self.last, self.reached, self._units, said, self._round_lesson)
        with processes.first_alone():
            if processes.is_first():
                for folder in self._taught("*"):
                    shutil.rmtree(folder)

    def served(self, weights: Path) -> str:
        """Give what a backend opens for a model: on a GPU itself, else an export.

        Args:
            weights: A lesson's, or those that the run starts from.
        """
        if weights == self._plan_start:
            return self._plan.first_model
        if torch.cuda.is_available():
            return str(weights)
        file = weights / MODEL_FILE
        if not file.is_file():
            export(weights, file, "q8_0")
        return str(file)

    @property
    def _plan_start(self) -> Path:
        return Path(self._plan.start)

    @property
    def _warm_up_lesson(self) -> _Lesson:
        return _Lesson(self._config.warmup_epochs, self._config.warmup_rate)

    @property
    def _round_lesson(self) -> _Lesson:
        return _Lesson(self._config.round_epochs, self._config.round_rate)

    def _round(self, number: int, before: Mapping[str, Said]) -> dict[str, Said]:
        """Let models document every function.

        Args:
            number: Of the round, from 1.
            before: What was said in the last one.
        """
        which = f"round {number} of {self._config.rounds}"
        file = self._folder / f"{number}.docs.jsonl"
        done = read_docs(file)
        if not all(unit.key in done for unit in self._units):
            for half in (0, 1):
                self._prepare(number, half, before, which)
            times = self._config.docs_per_round
            self._watcher.on_stage(f"{which}, documenting each function {times} times")
            with processes.first_alone():
                if processes.is_first():
                    self._document(number, file)
                done = read_docs(file)
        return done

    def _prepare(self, number: int, half: int, before: Mapping[str, Said], which: str) -> None:
        """Teach the model that will document the other half."""
        folder, units = self._folder / f"{number}-{half}", self._halves[half]
        is_warm_up = number == 1
        if folder.is_dir() or not units or (is_warm_up and not self._config.warmup_epochs):
            return
        what = "half of the functions" if half == 0 else "the other half"
        self._watcher.on_stage(f"{which}, learning from {what}, to document the rest")
        lesson = self._warm_up_lesson if is_warm_up else self._round_lesson
        start = self._model_of(half)
        self._teach(folder, start or self._plan_start, units, before, lesson)
        with processes.first_alone():
            if processes.is_first() and start:
                shutil.rmtree(start)

    def _document(self, number: int, file: Path) -> None:
        file.parent.mkdir(exist_ok=True)
        paced, first = self._paced("functions"), 0
        for half in (0, 1):
            units = self._halves[half]
            start = self._model_of(1 - half) or self._plan_start
            answers = self._config.rollouts or self.served(start)
            with closing(open_backend(answers, None)) as backend:
                seed = self._config.seed + (2 * number + half) * _SEEDS_A_ROUND
                model = load_to_train(start, self._config)
                ranking = Ranking(model, backend, self._config, self._beside, seed)

                def on_step(done: int, _: int, before: int = first) -> None:
                    paced(before + done, len(self._units))

                ranking.find_docs(units, file, on_step, self._watcher.cancel)
            first += len(units)

    def _model_of(self, half: int) -> Path | None:
        """Find the model that was taught a half of the corpus alone; None before it was."""
        return next(self._taught(str(half)), None)

    def _taught(self, half: str) -> Iterator[Path]:
        found = (path for path in self._folder.glob(f"[0-9]*-{half}") if not path.suffix)
        return iter(sorted(found, key=lambda path: int(path.name.split("-")[0]), reverse=True))

    def _teach(
        self,
        folder: Path,
        start: Path,
        units: Sequence[CodeUnit],
        said: Mapping[str, Said],
        lesson: _Lesson,
    ) -> None:
        """Teach a model, and leave it in a folder."""
        steps, fresh = folder.with_name(f"{folder.name}.steps"), folder.with_name(".new")
        model = load_to_train(start, self._config)
        learned = learn(
            model,
            examples(units, model, said, self._beside, lesson.passes),
            lesson.learning_rate,
            self._config,
            steps,
            self._paced("steps"),
            self._watcher.cancel,
        )
        with processes.first_alone():
            if processes.is_first():
                shutil.rmtree(fresh, ignore_errors=True)
                save(learned, fresh)
                if self.lexicon:
                    self.lexicon.save(fresh)
                fresh.replace(folder)
                shutil.rmtree(steps)

    def _paced(self, what: str) -> Callable[[int, int], None]:
        pace = Pace(what)
        return lambda step, steps: self._watcher.on_step(pace.at(step, steps))


def _lexicon(model: Path, units: Sequence[CodeUnit]) -> Lexicon | None:
    """Give the words that a model will have read; None where nobody noted what it has."""
    known = Lexicon.load(model)
    texts = (f"{unit.code}\n{unit.docstring or ''}" for unit in units)
    return known | Lexicon.of(texts) if known else None
