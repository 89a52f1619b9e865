"""Keeps the memory that a step has freed for the next one, where the C library lets us.

glibc hands large blocks back to the system at once, and has to clear them again when the next
step asks: a quarter of the time of a step on a CPU (docs/LOG.md).
"""

import ctypes
import platform

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # as malloc.h numbers them
_NEVER = 2**31 - 1
_SPARE = 2**28  # bytes that the heap grows by


def keep_freed_memory() -> bool:
    """Ask the allocator to keep large blocks; tell whether it will."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _NEVER), (_TOP_PAD, _SPARE))
    return all([mallopt(name, value) for name, value in settings])
