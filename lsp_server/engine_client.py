"""The server's side of the engine process: starts it when needed, asks, cancels, outlives it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from itertools import count

from batdoc.lsp_server.wire import (
    HEADER,
    Answer,
    Message,
    Request,
    pack,
    read_answer,
    request_message,
    unpack,
)
from batdoc.source.errors import ModelError

# -P: a folder called batdoc, or a file called json.py, where the editor was started must not run.
ENGINE_COMMAND = (sys.executable, "-P", "-m", "batdoc.lsp_server.engine")

_MOST_DEATHS = 3
_DIED = "the model's process died and nothing was changed; ask again"
_GAVE_UP = (
    f"the model's process died {_MOST_DEATHS} times in a row; "
    "run `batdoc doctor`, then restart the language server"
)


class EngineClient:
    """One engine process at a time, started again where the last one died.

    Args:
        command: What starts it.
    """

    def __init__(self, command: Sequence[str] = ENGINE_COMMAND) -> None:
        self._command = command
        self._engine: _Engine | None = None
        self._deaths = 0
        self._starting = asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """Ask for one answer; a request that is cancelled here is cancelled in the engine too.

        Raises:
            ModelError: The engine said why it cannot answer, or died.
        """
        # Half a start must not be cancelled: the process would be lost.
        engine = await asyncio.shield(self._running())
        message = await engine.ask(request)
        self._deaths = 0
        if "error" in message:
            raise ModelError(message["error"])
        return read_answer(message)

    def stop(self) -> None:
        """End the process; the next request starts another, with a clean record."""
        if self._engine is not None:
            self._engine.kill()
        self._engine, self._deaths = None, 0

    async def close(self) -> None:
        """End the process and wait until it is gone."""
        engine = self._engine
        self.stop()
        if engine is not None:
            await engine.ended()

    async def _running(self) -> "_Engine":
        async with self._starting:
            if self._engine is not None and self._engine.is_dead:
                self._engine = None
                self._deaths += 1
            if self._deaths >= _MOST_DEATHS:
                raise ModelError(_GAVE_UP)
            if self._engine is None:
                self._engine = _Engine(await self._start())
            return self._engine

    async def _start(self) -> Process:
        # The folder is not the user's: native libraries look for plug-ins where they are started.
        try:
            return await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, cwd=sys.prefix
            )
        except OSError as error:
            raise ModelError(f"the model's process cannot be started: {error.strerror}") from None


class _Engine:
    """One life of the engine process."""

    def __init__(self, process: Process) -> None:
        self.is_dead = False
        self._process = process
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._numbers = count(1)
        self._listener = asyncio.create_task(self._listen())

    async def ask(self, request: Request) -> Message:
        if self.is_dead:
            raise ModelError(_DIED)
        number = next(self._numbers)
        future: asyncio.Future[Message]
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send(request_message(number, request))
        try:
            return await future
        except asyncio.CancelledError:
            self._send({"cancel": number})
            raise
        finally:
            del self._waiting[number]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        await self._listener

    def _send(self, message: Message) -> None:
        """Write without waiting: a living engine always reads; `_listen` tells of a dead one."""
        assert self._process.stdin is not None
        with suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(pack(message))

    async def _listen(self) -> None:
        """Hand out answers until the process ends, however it ends."""
        output = self._process.stdout
        assert output is not None
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (length,) = HEADER.unpack(await output.readexactly(HEADER.size))
                message = unpack(await output.readexactly(length))
                future = self._waiting.get(message["id"])
                if future is not None and not future.done():
                    future.set_result(message)
        self.is_dead = True
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ModelError(_DIED))
        await self._process.wait()
