"""What a run is: from what the user asked for to a plan that a resumed run keeps to."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from batdoc.models.catalogue import CARD_FILE, MODEL_FILE, STARTER, resolve, runs_folder
from batdoc.models.checkpoint import Trainable, load_trainable
from batdoc.source.errors import ConfigError, InputError
from batdoc.trainer.checkpoints import write_json
from batdoc.trainer.config import Asked, TrainingConfig, default_config
from batdoc.trainer.corpus import Corpus, read_corpus
from batdoc.trainer.export import CHECKPOINT_FOLDER

PLAN_FILE = "plan.json"
# Settings whose options have other names.
_OPTIONS = {
    "warmup_epochs": "warmup",
    "updates_per_step": "updates",
    "rows_per_pass": "rows",
    "adapter_rank": "adapter",
    "four_bit": "four-bit",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    Attributes:
        repo: The repository.
        output: The run's folder; None takes one in the user's data folder, and a better model
            comes into use for the repository.
        model: What to start from; None takes what the model in use was trained from.
        asked: Settings that the user named; the others are the plan's, or the default for a new
            run.
        resume: Go on with a run that was stopped.
    """

    repo: Path
    output: Path | None
    model: str | None
    asked: Asked
    resume: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is; does not change when it is resumed, its number of steps aside.

    Attributes:
        repo: The repository.
        first_model: What is measured before training.
        start: The weights that training starts from; the same model.
        corpus: Digest of what is learned from.
        promotes: A better model comes into use for the repository.
        config: How it is trained.
    """

    repo: str
    first_model: str
    start: str
    corpus: str
    promotes: bool
    config: TrainingConfig

    def save(self, folder: Path) -> None:
        """Write the plan into a run's folder."""
        write_json(folder / PLAN_FILE, asdict(self))

    @classmethod
    def load(cls, folder: Path) -> "Plan":
        """Read a run's plan.

        Raises:
            InputError: There is none.
        """
        try:
            content = json.loads((folder / PLAN_FILE).read_text("utf-8"))
            return cls(**{**content, "config": TrainingConfig(**content["config"])})
        except (OSError, ValueError, TypeError, KeyError):
            message = f"{folder} holds no run to go on with; train without --resume"
            raise InputError(message) from None


def run_folder(request: Request, now: datetime) -> Path:
    """Choose the folder of a run.

    Args:
        request: What the user asked for.
        now: What a new run is named after.

    Raises:
        InputError: A new run's folder is in use, or there is no run to go on with.
    """
    if request.output is not None:
        if not request.resume and request.output.exists() and any(request.output.iterdir()):
            raise InputError(
                f"{request.output} is not empty; pass --resume to go on with the run in it, "
                "or name another folder"
            )
        return request.output
    runs = runs_folder(request.repo)
    if not request.resume:
        return runs / now.strftime("%Y%m%d-%H%M%S")
    stopped = [
        p.parent for p in runs.glob(f"*/{PLAN_FILE}") if not (p.parent / CARD_FILE).is_file()
    ]
    if not stopped:
        raise InputError(f"no stopped run of {request.repo} was found; train without --resume")
    return max(stopped, key=lambda folder: folder.name)


def make_plan(request: Request, old: Plan | None) -> tuple[Plan, Corpus, Trainable]:
    """Turn a request into a plan, and load what it names.

    Args:
        request: What the user asked for.
        old: The plan of the run to go on with.

    Raises:
        ConfigError: The run began with other settings, its number of steps aside.
        InputError: The repository cannot be used, or has changed since the run began.
        ModelError: The first model cannot be used.
    """
    first_model = Path(old.first_model) if old else _first_model(request)
    weights = Path(old.start) if old else _weights(first_model)
    start = load_trainable(weights)
    config = _config(request, old, start)
    corpus = read_corpus(request.repo, config.longest_code, config.seed)
    if old and old.corpus != corpus.digest:
        raise InputError(
            f"{request.repo} has changed since the run began; start a new run without --resume"
        )
    plan = Plan(
        repo=str(request.repo.resolve()),
        first_model=str(first_model),
        start=str(weights),
        corpus=corpus.digest,
        promotes=request.output is None,
        config=config.for_units(len(corpus.train)),
    )
    return plan, corpus, start


def _first_model(request: Request) -> Path:
    """Choose what to start from.

    A model that was trained for the repository has learned by heart what it would have to
    document: then it is what that one started from, or the starter where that is gone.
    """
    model = resolve(request.model, request.repo)
    if request.model is None and (model.parent / PLAN_FILE).is_file():
        before = Path(Plan.load(model.parent).first_model)
        model = before if before.exists() else resolve(STARTER, None)
    return model.resolve()


def _weights(model: Path) -> Path:
    """Find a model's weights: those of a run, which its GGUF holds only rounded, lie beside it."""
    beside = model.parent / CHECKPOINT_FOLDER
    return beside if model.name == MODEL_FILE and beside.is_dir() else model


def _config(request: Request, old: Plan | None, start: Trainable) -> TrainingConfig:
    if old is None:
        parameters = sum(p.numel() for p in start.model.parameters())
        return default_config(parameters, request.asked)
    wanted = request.asked.change(old.config)
    for name, asked in asdict(wanted).items():
        began = getattr(old.config, name)
        if name != "steps" and asked != began:
            option = f"--{_OPTIONS.get(name, name)}"
            raise ConfigError(
                f"the run began with {option} {began}, not {asked}; leave {option} out"
            )
    return wanted
