"""What the training loops of a run share: what happens after a step, and how it is saved."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from batdoc.source.errors import ConfigError, InputError, MissingExtraError
from batdoc.trainer import processes
from batdoc.trainer.checkpoints import mark_complete
from batdoc.trainer.config import TrainingConfig

try:
    import torch
    from safetensors import SafetensorError
    from transformers import Trainer, TrainerCallback
    from transformers.utils import logging
except ImportError as error:
    raise MissingExtraError("training", "train") from error


class Steps(TrainerCallback):  # type: ignore[misc]
    """Tells of each step, saves from time to time, and ends the run after a step when asked to.

    Args:
        on_step: Called after each step with its number.
        cancel: When set, the loop saves and ends after the step.
        save_after: Seconds between checkpoints.
        updates: Of the optimizer in a step; a run is neither saved nor ended between them, as what
            was sampled for a step is not saved.
    """

    def __init__(
        self, on_step: Callable[[int], None], cancel: Event, save_after: float, updates: int = 1
    ) -> None:
        self._on_step = on_step
        self._cancel = cancel
        self._save_after = save_after
        self._updates = updates
        self._saved = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        """Report; save if it is time to, or the last step of this process."""
        step, rest = divmod(state.global_step, self._updates)
        if rest:
            return control
        self._on_step(step)
        if processes.highest(self._cancel.is_set()):
            control.should_training_stop = True
        is_last = control.should_training_stop or state.global_step >= state.max_steps
        if is_last or processes.highest(time.monotonic() - self._saved) >= self._save_after:
            control.should_save = True
            self._saved = time.monotonic()
        return control


class WholeCheckpoints(Trainer):  # type: ignore[misc]
    """Marks checkpoints once they are whole, and writes no model card."""

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        checkpoint = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        try:
            Trainer._save_checkpoint(self, model, trial)
            processes.wait()  # each saves the state of its own random numbers
            if self.args.should_save:
                self.save_more(checkpoint)
                mark_complete(checkpoint)
        except (OSError, RuntimeError, SafetensorError) as error:  # as each library tells of disks
            raise InputError(
                f"{checkpoint} could not be saved; make room on the disk, and go on from the "
                "checkpoint before it with --resume"
            ) from error

    def save_more(self, checkpoint: Path) -> None:
        """Write into a checkpoint what else a loop has to know when it goes on."""


def has_fast_bf16() -> bool:
    """Tell whether 16-bit arithmetic is native; where it is emulated it is slower than 32-bit."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


@contextmanager
def within_memory(config: TrainingConfig) -> Iterator[None]:
    """Say what to change where a pass does not fit.

    Raises:
        ConfigError: It did not.
    """
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in str(error):
            raise
        fewer = max(1, config.rows_per_pass // 2)
        raise ConfigError(
            f"{config.rows_per_pass} rows of the longest functions do not fit in memory; "
            f"pass --recompute, --rows {fewer} or --adapter 16, or take a smaller model"
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' notes away: they speak of settings that users do not have."""
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(before)
