"""The process that owns the model: a crash in native code ends it and not the language server.

`python -m batdoc.lsp_server.engine` reads requests from its input and writes answers to its
output. Whatever else prints goes to the error stream, and it ends when its input does, so that no
engine outlives its server.
"""

import os
import sys
import traceback
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import BinaryIO

from batdoc.lsp_server.scribe import Load, Locate, Scribe
from batdoc.lsp_server.wire import Message, Request, answer_message, pack, read_message
from batdoc.models.backend import Backend
from batdoc.source.errors import BatdocError, Cancelled


def serve(locate: Locate, load: Load) -> None:
    """Answer requests until the input ends; then the process ends.

    Args:
        locate: Finds the model for a model setting and a repository.
        load: Opens a model by its path or URL.
    """
    source, sink = _take_pipes()
    scribe = Scribe(locate, load)
    inbox = _Inbox(source)
    Thread(target=inbox.fill, name="inbox", daemon=True).start()
    while True:
        number, request, cancel = inbox.queue.get()
        answer = _answer(scribe, number, request, cancel)
        inbox.done(number)
        sink.write(pack(answer))
        sink.flush()


class _Inbox:
    """Requests in order, each with the flag that a later message may set."""

    def __init__(self, source: BinaryIO) -> None:
        self.queue: SimpleQueue[tuple[int, Request, Event]] = SimpleQueue()
        self._source = source
        self._flags: dict[int, Event] = {}

    def fill(self) -> None:
        while message := read_message(self._source.read):
            if "cancel" in message:
                if flag := self._flags.get(message["cancel"]):
                    flag.set()
                continue
            number, flag = message["id"], Event()
            self._flags[number] = flag
            self.queue.put((number, Request(**message["request"]), flag))
        os._exit(0)  # the server is gone, and a decode in native code would not notice

    def done(self, number: int) -> None:
        self._flags.pop(number, None)


def _answer(scribe: Scribe, number: int, request: Request, cancel: Event) -> Message:
    if cancel.is_set():
        return {"id": number, "error": "cancelled"}
    try:
        return answer_message(number, scribe.write(request, cancel))
    except Cancelled:
        return {"id": number, "error": "cancelled"}
    except BatdocError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:  # the next request may well succeed
        # The trace has batdoc's own lines; a message could quote the user's.
        traceback.print_tb(error.__traceback__)
        return {"id": number, "error": f"the engine failed ({type(error).__name__}); ask again"}


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to the server private: prints and child processes get other streams."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def _load(model: str) -> Backend:
    from batdoc.models.catalogue import open_backend

    return open_backend(model, None)


def main() -> None:
    """Serve the models that batdoc's catalogue finds, and those behind a URL."""
    from batdoc.models.catalogue import is_url, resolve

    def locate(model: str | None, repo: Path | None) -> str:
        return model if model is not None and is_url(model) else str(resolve(model, repo))

    serve(locate, _load)


if __name__ == "__main__":
    main()
