"""The processes of a run: one, or those that torchrun or accelerate started on the same command.

Each learns from its own part of every batch. What is done once (measuring, documenting, exporting,
writing) is done by the first, and the others find it in the run's folder. Leaves out how
gradients are shared: the trainers do that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from batdoc.source.errors import Cancelled, ConfigError

_DIVIDING = {"ACCELERATE_USE_FSDP": "true", "ACCELERATE_DEEPSPEED_ZERO_STAGE": "3"}
_PATIENCE = timedelta(days=30)  # the others wait while the first measures


def count() -> int:
    """Tell how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Tell whether this is the one process that writes and speaks."""
    return count() == 1 or os.environ.get("RANK") == "0"


@contextmanager
def joined() -> Iterator[None]:
    """Find the other processes, if there are any, and part from them in the end.

    Raises:
        ConfigError: accelerate was told to divide the weights among them.
    """
    if any(os.environ.get(name) == value for name, value in _DIVIDING.items()):
        raise ConfigError(
            "FSDP and ZeRO-3 divide the weights, and batdoc samples from whole ones; "
            "take DeepSpeed with ZeRO-2, or an adapter (--adapter 16)"
        )
    if count() == 1:
        yield
        return
    import torch
    from accelerate import PartialState

    state = PartialState(cpu=not torch.cuda.is_available(), timeout=_PATIENCE)
    yield
    state.destroy_process_group()


def highest(value: float) -> float:
    """Give the highest of what the processes say; all have to ask."""
    if count() == 1:
        return value
    import torch
    from accelerate import PartialState

    said = torch.tensor(value, dtype=torch.float64, device=PartialState().device)
    torch.distributed.all_reduce(said, torch.distributed.ReduceOp.MAX)
    return float(said)


def wait() -> None:
    """Wait until all are here."""
    highest(0.0)


@contextmanager
def first_alone() -> Iterator[None]:
    """Let the first process go before the others, once all are here.

    Raises:
        Cancelled: The first process failed, and has told why.
    """
    wait()
    if not is_first():
        if highest(0.0):
            raise Cancelled("the first process has stopped")
        yield
        return
    try:
        yield
    except BaseException:
        highest(1.0)
        raise
    highest(0.0)
