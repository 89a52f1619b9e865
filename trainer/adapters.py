"""Low-rank adapters, which are trained in place of all weights where a model is large."""

from typing import Any

from batdoc.source.errors import MissingExtraError
from batdoc.trainer.config import TrainingConfig

try:
    from peft import LoraConfig
except ImportError as error:
    raise MissingExtraError("training", "train") from error


def adapter_of(config: TrainingConfig) -> Any:
    """Describe the LoRA adapter that is trained; None trains all weights."""
    if not config.adapter_rank:
        return None
    return LoraConfig(
        r=config.adapter_rank,
        lora_alpha=2 * config.adapter_rank,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
