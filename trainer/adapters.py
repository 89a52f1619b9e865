"""What a lesson trains: all weights, or an adapter of low rank where a model is large.

The weights that an adapter is for may be held in 4 bits meanwhile (QLoRA, Dettmers et al. 2023);
what was learned is added to the whole ones.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from batdoc.models.checkpoint import Trainable, load_trainable
from batdoc.source.errors import MissingExtraError, ModelError
from batdoc.trainer.config import TrainingConfig
from batdoc.trainer.loop import has_fast_bf16, quiet

try:
    from peft import LoraConfig, PeftModel, get_peft_model, prepare_model_for_kbit_training
    from peft.helpers import rescale_adapter_scale
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig
except ImportError as error:
    raise MissingExtraError("training", "train") from error


SHARE = 0.8  # of what a lesson taught that is kept


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


def load_to_train(path: Path, config: TrainingConfig) -> Trainable:
    """Load what a stage of a run starts from, in 4 bits where the run wants that.

    Raises:
        MissingExtraError: bitsandbytes is not installed.
        ModelError: The model cannot be used, or has no folder that 4 bits can be read from.
    """
    if not config.four_bit:
        return load_trainable(path)
    if not path.is_dir():
        raise ModelError(
            f"{path} is a GGUF file, and --four-bit needs a Hugging Face folder; name one, or "
            "leave --four-bit out"
        )
    try:
        import bitsandbytes  # noqa: F401  # transformers asks for it by name
    except ImportError as error:
        raise MissingExtraError("--four-bit", "qlora") from error
    with quiet():
        return load_trainable(path, _read_in_four_bits)


def _read_in_four_bits(folder: Path) -> Any:
    number = torch.bfloat16 if has_fast_bf16() else torch.float32
    rounded = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=number,
    )
    place = torch.cuda.current_device() if torch.cuda.is_available() else "cpu"
    return AutoModelForCausalLM.from_pretrained(
        folder,
        quantization_config=rounded,
        dtype=number,
        device_map={"": place},
        use_safetensors=True,
        local_files_only=True,
    )


def adapted(start: Trainable, config: TrainingConfig) -> Any:
    """Put an adapter on a model, if the run trains one; else give the model itself."""
    adapter = adapter_of(config)
    if adapter is None:
        return start.model
    if not config.four_bit:
        return get_peft_model(start.model, adapter)
    model = prepare_model_for_kbit_training(start.model, use_gradient_checkpointing=False)
    model.enable_input_require_grads()
    return get_peft_model(model, adapter)


def averaged(trained: Any, start: Trainable, config: TrainingConfig) -> Any:
    """Give the model between the one that was to be taught and what it has become.

    The average of both, weight by weight, does what was learned and has forgotten less than what
    was trained to the end (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).

    Args:
        trained: What `adapted` gave, trained; taken apart.
        start: What it was given.
        config: Of the run.

    Returns:
        A model with whole weights: `start`'s, and `SHARE` of what was added to each.
    """
    if not config.adapter_rank:
        return _between(load_trainable(start.path).model, trained)
    if not config.four_bit:
        return _merged(trained)
    with TemporaryDirectory() as folder:
        trained.save_pretrained(folder)
        whole = load_trainable(start.path).model
        return _merged(PeftModel.from_pretrained(whole, folder))


def _between(start: Any, trained: Any) -> Any:
    learned = dict(trained.named_parameters())
    with torch.no_grad():
        for name, weight in start.named_parameters():
            weight.lerp_(learned[name].to(weight), SHARE)
    return start


def _merged(model: Any) -> Any:
    with rescale_adapter_scale(model, SHARE):
        return model.merge_and_unload()
