"""The door to llama.cpp: imported on first use, silent, and with its load errors in one sentence.

It leaves out what is done with a loaded model (llama_vocabulary, llama_context).
"""

import ctypes
import os
import sys
from collections import deque
from functools import cache
from pathlib import Path
from typing import Any

from batdoc.source.errors import ModelError

_MAGIC = b"GGUF"
_LEVEL_ERROR = 4


class _Log:
    """Takes llama.cpp's log instead of stderr and remembers its last errors.

    It says file names and tensor names, never text that went through a model.
    """

    def __init__(self, library: Any) -> None:
        self.errors: deque[str] = deque(maxlen=8)
        # llama.cpp keeps the bare pointer, so the callback must live as long as the process.
        self._callback = library.llama_log_callback(self._take)
        library.llama_log_set(self._callback, None)

    def _take(self, level: int, text: bytes, _data: object) -> None:
        if level == _LEVEL_ERROR:
            self.errors.append(text.decode(errors="replace").strip())


@cache
def library() -> Any:
    """Import llama_cpp's low-level functions, once, with the log silenced.

    Raises:
        ModelError: The package is missing or its native library does not load.
    """
    # When llama.cpp aborts it would start a debugger and print stacks with their arguments.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            "llama.cpp does not load; reinstall it: pip install --force-reinstall llama-cpp-python"
        ) from error
    _log()
    llama_cpp.llama_backend_init()
    return llama_cpp


@cache
def _log() -> _Log:
    import llama_cpp

    return _Log(llama_cpp)


class AbortFlag:
    """Stops a running decode from another thread.

    llama.cpp asks a C callback `bool (*)(void *)` before each node of its graph. The callback here
    is the C library's strlen over a two-byte buffer: 0 while the buffer holds an empty string, 1
    once its first byte is set. So the answer needs no interpreter lock; a Python callback would
    wait for the lock a few hundred times a token whenever another thread is busy.
    """

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        c = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        self.callback = ctypes.cast(c.strlen, library().ggml_abort_callback)
        self.address = ctypes.addressof(self._buffer)

    def set(self) -> None:
        """Ask for the stop."""
        self._buffer[0] = b"\x01"

    def clear(self) -> None:
        """Take it back."""
        self._buffer[0] = b"\x00"


def load_model(path: Path) -> Any:
    """Load a GGUF file, memory mapped.

    Raises:
        ModelError: It is not there, not a GGUF, damaged or of an architecture unknown here.
    """
    check_is_gguf(path)
    llama = library()
    parameters = llama.llama_model_default_params()
    parameters.load_mode = llama.LLAMA_LOAD_MODE_MMAP
    # The repacked weights crash on some processors (AMX) with quantised models.
    parameters.use_extra_bufts = False
    _log().errors.clear()
    model = llama.llama_model_load_from_file(os.fsencode(path), parameters)
    if not model:
        raise ModelError(f"{path} cannot be loaded{reason()}; export or download it again")
    return model


def check_is_gguf(path: Path) -> None:
    """Look at the first bytes, which tell more plainly than the engine what is wrong.

    Raises:
        ModelError: It is not a readable file, or not a GGUF.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    if magic != _MAGIC:
        raise ModelError(f"{path} is not a GGUF file; convert the model with `batdoc export`")


def reason() -> str:
    """Give the engine's own words on what went wrong, in brackets, or nothing."""
    errors = [text for text in _log().errors if text]
    return f" ({errors[0].rpartition('error loading model: ')[2]})" if errors else ""
