"""A trained model on its way to its users: its weights in the run's folder, and into use or not."""

import shutil
from collections.abc import Callable
from pathlib import Path

from batdoc.models import prompts
from batdoc.models.catalogue import MODEL_FILE, promote, resolve
from batdoc.models.checkpoint import Checkpoint, copy_tokenizer, tokenizer_hash
from batdoc.trainer.card import Verdict
from batdoc.trainer.export import CHECKPOINT_FOLDER
from batdoc.trainer.plan import Plan

_ADAPTER = "adapter_config.json"
_WEIGHTS = ("*.safetensors", "*.safetensors.index.json", "*config.json")


def publish_weights(run: Path, source: Path, start: Path, is_adapter: bool) -> None:
    """Put weights and the first model's tokenizer files in one folder of a run.

    Args:
        run: The run's folder.
        source: Holds the weights.
        start: The model that they were trained from.
        is_adapter: They may be those of an adapter.
    """
    target = run / CHECKPOINT_FOLDER
    fresh = run / f".{CHECKPOINT_FOLDER}.new"
    for old in (fresh, target):
        shutil.rmtree(old, ignore_errors=True)
    fresh.mkdir()
    for pattern in _WEIGHTS:
        for file in source.glob(pattern):
            if not file.name.startswith("tokenizer"):
                shutil.copyfile(file, fresh / file.name)
    copy_tokenizer(start, fresh)
    Checkpoint(
        base_model=str(start.resolve()),
        adapter="." if is_adapter and (source / _ADAPTER).is_file() else None,
        tokenizer_hash=tokenizer_hash(start),
        prompt_version=prompts.VERSION,
        gguf_files={"q8_0": MODEL_FILE},
        metrics_before={},
        metrics_after={},
    ).save(fresh)
    fresh.replace(target)


def decide(plan: Plan, folder: Path, verdict: Verdict, against: Callable[[Path], Verdict]) -> str:
    """Bring a run's model into use if it is to be and is better than the one in use.

    Args:
        plan: Of the run.
        folder: Of the run.
        verdict: On the run's model, compared with the one that it started from.
        against: Compares it with another model.

    Returns:
        Which model the repository uses now, in words.
    """
    repo = Path(plan.repo)
    if not plan.promotes:
        return "what was before, as the run has a folder of its own; name it with --model"
    if not verdict.is_better:
        return f"what was before, because {verdict.reason}"
    rival = resolve(None, repo)
    if rival != Path(plan.first_model):
        verdict = against(rival)
        if not verdict.is_better:
            return f"{rival}, because against it {verdict.reason}"
    promote(repo, folder.name)
    return "this model"
