"""Memory as the system and the C library have it: how much is free, and who keeps it.

glibc hands large blocks back to the system at once, and has to clear them again when the next
step asks: a quarter of the time of a step on a CPU (docs/LOG.md).
"""

import ctypes
import os
import platform
from pathlib import Path

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # as malloc.h numbers them
_NEVER = 2**31 - 1
_SPARE = 2**28  # bytes that the heap grows by
_GROUP = Path("/sys/fs/cgroup")


def keep_freed_memory() -> bool:
    """Ask the allocator to keep large blocks; tell whether it will."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _NEVER), (_TOP_PAD, _SPARE))
    return all([mallopt(name, value) for name, value in settings])


def free_memory(loaded: int) -> int:
    """Tell how many bytes training may take: on the GPU if there is one, else of this process.

    Args:
        loaded: Bytes that the loaded model takes of the main memory.
    """
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    import psutil

    free: int = min([psutil.virtual_memory().available, *left_in_group(_GROUP)])
    return loaded + free // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


def left_in_group(folder: Path) -> list[int]:
    """Read how many bytes a container may still take, where its control group limits it."""
    try:
        limit, used = ((folder / f"memory.{name}").read_text() for name in ("max", "current"))
        return [int(limit) - int(used)]
    except (OSError, ValueError):  # no such file, or "max"
        return []
