"""Files checked by as many processes as there are cores and work for."""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Thread

from batdoc.source.cache import content_hash
from batdoc.source.check import check
from batdoc.source.errors import BatdocError, InputError
from batdoc.source.files import decode_source, read_bytes
from batdoc.source.findings import to_line
from batdoc.source.rules import RULES
from batdoc.source.survey import named_language, naming

Found = tuple[bytes, bytes]  # the hash of the bytes that were checked, and what was found in them

_ALL = frozenset(rule.code for rule in RULES)
_FEW = 6  # files that a worker takes at once
_MOST_WORKERS = 8
_WORTH_WORKERS = 1 << 20  # bytes of source


def found_in(files: Sequence[Path], include_private: bool) -> Iterator[Found | str]:
    """Check files by all rules, in their order.

    Args:
        files: As the user named them.
        include_private: Also private units must have documentation.

    Yields:
        What was found in each, or a message where one cannot be used.

    Raises:
        BatdocError: A process was ended from outside.
    """
    workers = min(_cores(), _MOST_WORKERS, len(files) // _FEW)
    if workers < 2 or sum(map(_size, files)) < _WORTH_WORKERS:
        yield from (_find(path, include_private) for path in files)
        return
    chunks = [files[start : start + _FEW] for start in range(0, len(files), _FEW)]
    with _pool(workers) as pool:
        try:
            yield from chain.from_iterable(pool.map(partial(_find_all, include_private), chunks))
        except BrokenProcessPool:
            message = (
                "a process that checks files was ended from outside; free memory and run again"
            )
            raise BatdocError(message) from None


def _cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start processes that are ended when nobody waits for them any more, as after Ctrl-C."""
    # Nothing runs beside the main thread yet, so that a copy of the process is safe and cheap.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process ends its workers
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # a syntax tree has no cycles, and to walk its nodes again and again takes long


def _end_with_parent() -> None:
    """Leave when the main process was killed, which no queue would tell."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _find_all(include_private: bool, files: Sequence[Path]) -> list[Found | str]:
    return [_find(path, include_private) for path in files]


def _find(path: Path, include_private: bool) -> Found | str:
    try:
        data = read_bytes(path)
        file, language = decode_source(path, data), named_language(path)
        with naming(path):
            outlines = language.outlines(file.text)
            checked = check(file, language, outlines, _ALL, include_private, lambda _: True)
    except InputError as error:
        return str(error)
    return content_hash(path, data), to_line(checked)
