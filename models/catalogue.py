"""Which model is used where: the one trained for a repository, the starter, or one that is named.

Trained models live in the user's data folder, one folder a repository, never in the repository: a
clone must not be able to bring a model. The environment variable BATDOC_DATA names another data
folder.
"""

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from batdoc.models.backend import Backend
from batdoc.models.pulled import find_pulled, hub_name
from batdoc.models.recommended import hub_name_of
from batdoc.source.errors import ModelError
from batdoc.source.folders import named_folder
from batdoc.source.git import repo_root

MODEL_FILE, CARD_FILE = "model.gguf", "card.json"
_CURRENT_FILE = "current.json"
STARTER, _STARTER_FILE = "starter", "starter-q8_0.gguf"


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """A finished training run in the data folder.

    Attributes:
        repo: The repository's root, or None where the run does not tell.
        folder: Holds model.gguf and card.json.
        finished: When the model was written.
        card: What card.json says; empty where it cannot be read.
        is_current: The run that its repository uses.
    """

    repo: Path | None
    folder: Path
    finished: datetime
    card: dict[str, object]
    is_current: bool


def data_folder() -> Path:
    """Give the folder that holds everything batdoc keeps for this user.

    Raises:
        ConfigError: BATDOC_DATA is relative, so that any folder entered could bring a model.
    """
    named = named_folder()
    if named is not None:
        return named
    from platformdirs import user_data_path

    return user_data_path("batdoc", appauthor=False)


def runs_folder(repo: Path) -> Path:
    """Give the folder of a repository's training runs; it need not exist.

    Args:
        repo: The repository's root or a path in it; a folder without git stands for itself.
    """
    return _runs_of(_root(repo))


def _runs_of(root: Path) -> Path:
    key = sha256(os.fsencode(root)).hexdigest()[:16]
    return data_folder() / "runs" / f"{root.name}-{key}"


def starter_path() -> Path:
    """Give the model file that ships with batdoc."""
    return Path(__file__).with_name("starter") / _STARTER_FILE


def current_path(repo: Path) -> Path | None:
    """Give the model file that was trained for a repository and is in use there, or None.

    Args:
        repo: The repository's root or a path in it; without git, the nearest folder around it
            that a model was trained for counts.
    """
    root, here = repo_root(repo), repo.resolve()
    folders = [root] if root is not None else [here, *here.parents]
    return next(filter(None, map(_current_of, folders)), None)


def _current_of(root: Path) -> Path | None:
    folder = _runs_of(root)
    run = _read_json(folder / _CURRENT_FILE).get("run")
    if not isinstance(run, str) or run != Path(run).name:
        return None
    model = folder / run / MODEL_FILE
    return model if model.is_file() else None


def resolve(model: str | None, repo: Path | None) -> Path:
    """Find the model to use.

    Args:
        model: A GGUF file, a Hugging Face folder, a run's folder, "starter", or the name of a model
            that was pulled; names go before paths: no repository can bring a folder of that name.
            None chooses.
        repo: The repository that the work is in, or None outside of one.

    Returns:
        A GGUF file or a Hugging Face folder.

    Raises:
        ModelError: There is no model there.
    """
    if model is not None and model != STARTER:
        pulled = find_pulled(data_folder(), hub_name_of(model))
        return pulled or _resolve_named(model)
    if model is None and repo is not None and (trained := current_path(repo)):
        return trained
    if not starter_path().is_file():
        raise ModelError("batdoc's own model is missing; install batdoc again or pass --model")
    return starter_path()


def is_url(model: str) -> bool:
    """Tell whether a model is named by the address of a server."""
    return model.startswith(("http://", "https://"))


def open_backend(model: str | None, repo: Path | None) -> Backend:
    """Load the model that `resolve` finds, or speak to the server that a URL names.

    Raises:
        ModelError: There is no such model, or it cannot be used.
        MissingExtraError: A Hugging Face folder, or a URL, needs packages that are not installed.
    """
    if model is not None and is_url(model):
        from batdoc.models.backends.http import HttpBackend

        return HttpBackend(model)
    path = resolve(model, repo)
    if path.is_dir():
        from batdoc.models.backends.hf import HfBackend

        return HfBackend(path)
    from batdoc.models.backends.llama_cpp import LlamaCppBackend

    return LlamaCppBackend(path)


def promote(repo: Path, run: str) -> None:
    """Make a run's model the one that its repository uses; readers see the old or the new one.

    Args:
        repo: The repository's root or a path in it.
        run: The name of a folder in `runs_folder(repo)`.

    Raises:
        ModelError: The run has no model.
    """
    folder = runs_folder(repo)
    if run != Path(run).name or not (folder / run / MODEL_FILE).is_file():
        raise ModelError(f"{folder / run} holds no {MODEL_FILE}; train again")
    content = json.dumps({"run": run, "repo": str(_root(repo))}, indent=2)
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="utf-8", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / _CURRENT_FILE)


def trained_runs() -> list[TrainedRun]:
    """List every finished run in the data folder, newest first."""
    models = (data_folder() / "runs").glob(f"*/*/{MODEL_FILE}")
    return sorted((_run(model) for model in models), key=lambda run: run.finished, reverse=True)


def _run(model: Path) -> TrainedRun:
    folder = model.parent
    current = _read_json(folder.parent / _CURRENT_FILE)
    card = _read_json(folder / CARD_FILE)
    repo = current.get("repo") or card.get("repo")
    return TrainedRun(
        repo=Path(repo) if isinstance(repo, str) else None,
        folder=folder,
        finished=datetime.fromtimestamp(model.stat().st_mtime).astimezone(),
        card=card,
        is_current=current.get("run") == folder.name,
    )


def _resolve_named(model: str) -> Path:
    path = Path(model).expanduser()
    if path.is_file():
        return path
    if not path.exists():
        raise ModelError(f"{model} does not exist; {_hint(model)}")
    if (path / MODEL_FILE).is_file():
        return path / MODEL_FILE
    if (path / "config.json").is_file():
        return path
    raise ModelError(
        f"{path} holds no model; name a GGUF file, a run of batdoc train or a Hugging Face folder"
    )


def _hint(model: str) -> str:
    """Say what to do about a name that leads nowhere."""
    if hub_name(hub_name_of(model)) is None:
        return "`batdoc models` lists the models there are"
    return f"if it is a model of the hub, fetch it: batdoc models pull {model}"


def _root(path: Path) -> Path:
    return repo_root(path) or path.resolve()


def _read_json(path: Path) -> dict[str, object]:
    """Read a JSON object; a file that is missing or damaged is an empty one."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
