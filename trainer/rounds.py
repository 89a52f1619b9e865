"""The lessons of a run, from the first one, its warm-up, to rounds of learning from the best.

Each leaves a model in the run's folder, and is not given again when the run is resumed:

- `rounds/0`: the model after the warm-up; `rounds/1` and so on after each round, until the next
  one is there.
- `rounds/1.docs.jsonl`: the best documentation of each function, as far as it was found.
- `rounds/1.steps`: checkpoints of the lesson, while it lasts.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

import torch

from batdoc.models.catalogue import MODEL_FILE, open_backend
from batdoc.models.checkpoint import Trainable
from batdoc.source.units import CodeUnit
from batdoc.trainer import processes
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.export import export
from batdoc.trainer.progress import Pace, Progress
from batdoc.trainer.ranked import Ranking, read_docs
from batdoc.trainer.supervised import Lesson, examples, learn, save

_SEEDS_A_ROUND = 1_000_000


class Rounds:
    """Gives the lessons of a run, one after the other.

    Args:
        folder: Of the run.
        first_model: What a backend opens for the model that the run starts from.
        units: What to learn from.
        config: Of the run.
        on_stage: Called with what begins now, in words.
        on_step: Called after each step of it.
        cancel: When set, the lesson saves and stops.
    """

    def __init__(
        self,
        folder: Path,
        first_model: str,
        units: Sequence[CodeUnit],
        config: TrainingConfig,
        on_stage: Callable[[str], None],
        on_step: Callable[[Progress], None],
        cancel: Event,
    ) -> None:
        self._folder = folder / "rounds"
        self._first_model = first_model
        self._units = units
        self._config = config
        self._on_stage = on_stage
        self._on_step = on_step
        self._cancel = cancel

    def last(self) -> int:
        """Tell which lesson is the last that was given; -1 for none."""
        folders = self._folder.glob("*") if self._folder.is_dir() else ()
        return max((int(f.name) for f in folders if f.name.isdecimal()), default=-1)

    def model(self, number: int) -> Path:
        """Give the folder of the model after a lesson."""
        return self._folder / str(number)

    def give(self, number: int, start: Trainable) -> None:
        """Give a lesson: 0 is the warm-up, with what people wrote.

        Raises:
            Cancelled: The lesson was stopped, and can be gone on with.
            ModelError: The engine failed.
        """
        config = self._config
        if number:
            docs = self._best_docs(number, start)
            lesson = Lesson(config.round_epochs, config.round_rate)
        else:
            self._on_stage("warming up on the functions of the repository")
            docs, lesson = {}, Lesson(config.warmup_epochs, config.warmup_rate)
        self._teach(number, start, docs, lesson)

    def _best_docs(self, number: int, start: Trainable) -> dict[str, str]:
        """Let the model document every function, and keep the best of it."""
        config = self._config
        which = f"round {number} of {config.rounds}"
        self._on_stage(f"{which}, documenting each function {config.docs_per_round} times")
        file = self._folder / f"{number}.docs.jsonl"
        self._folder.mkdir(exist_ok=True)
        with processes.first_alone():
            if processes.is_first():
                self._rank(number, start, file)
            docs = read_docs(file)
        self._on_stage(f"{which}, learning from the best of {len(docs)} functions")
        return docs

    def _rank(self, number: int, start: Trainable, file: Path) -> None:
        with closing(open_backend(self.served(number - 1), None)) as backend:
            seed = self._config.seed + number * _SEEDS_A_ROUND
            ranking = Ranking(start, backend, self._config, seed)
            ranking.find_docs(self._units, file, self._paced("functions"), self._cancel)

    def _teach(self, number: int, start: Trainable, docs: dict[str, str], lesson: Lesson) -> None:
        steps, fresh = self._folder / f"{number}.steps", self._folder / f".{number}.new"
        learned = learn(
            start,
            examples(self._units, start, docs),
            lesson,
            self._config,
            steps,
            self._paced("steps"),
            self._cancel,
        )
        with processes.first_alone():
            if not processes.is_first():
                return
            shutil.rmtree(fresh, ignore_errors=True)
            save(learned, fresh)
            fresh.replace(self.model(number))
            shutil.rmtree(steps)
            if number > 1:  # the warm-up's model may turn out to be the best
                shutil.rmtree(self.model(number - 1), ignore_errors=True)

    def _paced(self, what: str) -> Callable[[int, int], None]:
        pace = Pace(what)
        return lambda step, steps: self._on_step(pace.at(step, steps))

    def served(self, number: int) -> str:
        """Give what a backend opens for the model after a lesson: on a GPU itself, else an export.

        Args:
            number: Of the lesson; for one that was not given, what the run starts from is meant.
        """
        folder = self.model(number)
        if not folder.is_dir():
            return self._first_model
        if torch.cuda.is_available():
            return str(folder)
        file = folder / MODEL_FILE
        if not file.is_file():
            export(folder, file, "q8_0")
        return str(file)
