"""The language server as an editor feels it, over its own pipes, with the model that ships.

    python benchmarks/lsp.py [--file FILE] [--resolves 20] [--mixed 2000]

On a real file of some 2,600 lines (argparse of the standard library unless named), its docstrings
taken out. Prints one line of JSON; times in milliseconds.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

from batdoc.source.language import get_language

MARK = b"\r\n\r\n"
SERVER = (str(Path(sys.executable).with_name("batdoc")), "lsp")


class Client:
    """Speaks the protocol to one server process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def start(cls, command: Sequence[str] = SERVER) -> "Client":
        """Start a server."""
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        )

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: object) -> tuple[int, Awaitable[Any]]:
        """Send a request; give its number, and its answer to wait for."""
        self._next += 1
        future = self._waiting[self._next] = asyncio.get_running_loop().create_future()
        self._send({"id": self._next, "method": method, "params": params})
        return self._next, future

    async def answer(self, method: str, params: object) -> Any:
        """Send a request and give its result."""
        return (await self.ask(method, params)[1]).get("result")

    async def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while head := await out.readuntil(MARK):
            length = int(head.lower().split(b"content-length:")[1].split()[0])
            message = json.loads(await out.readexactly(length))
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": None})
            elif message.get("id") in self._waiting:
                self._waiting.pop(message["id"]).set_result(message)


def bare(path: Path) -> str:
    """Give a Python file without the docstrings of its functions."""
    source = path.read_bytes()
    for unit in reversed(get_language("python").units(source)):
        if unit.doc_span and not unit.is_stub:
            end = source.index(b"\n", unit.doc_span.end) + 1
            start = source.rindex(b"\n", 0, unit.doc_span.start) + 1
            source = source[:start] + source[end:]
    return source.decode()


async def timed(awaited: Awaitable[Any]) -> tuple[float, Any]:
    """Give how long something takes, in milliseconds, and its result."""
    begun = time.perf_counter()
    result = await awaited
    return 1000 * (time.perf_counter() - begun), result


def memory_of(pid: int) -> float:
    """Give a process's resident memory in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def percentile(times: list[float], share: float) -> float:
    """Give the time that a share of all stays under."""
    return round(sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


class Session:
    """One open document and what is asked about it."""

    def __init__(self, client: Client, uri: str, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, uri, text, 1
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        client.tell("textDocument/didOpen", {"textDocument": document})
        units = get_language("python").units(text.encode())
        self.lines = [u.lines[0] - 1 for u in units if not u.docstring and not u.is_overload]

    def actions(self, line: int) -> dict[str, Any]:
        """Ask what can be done on a line."""
        place = {"line": line, "character": 0}
        context = {"diagnostics": [], "only": ["refactor.rewrite.docstring"]}
        span = {"start": place, "end": place}
        return {"textDocument": {"uri": self.uri}, "range": span, "context": context}

    async def offers(self, line: int) -> Any:
        """Give the docstring that is offered on a line."""
        return await self.client.answer("textDocument/codeAction", self.actions(line))

    def edit(self) -> None:
        """Type a comment at the end, as a person does who is not at the function."""
        self.version += 1
        self.text += f"# {self.version}\n"
        document = {"uri": self.uri, "version": self.version}
        change = {"textDocument": document, "contentChanges": [{"text": self.text}]}
        self.client.tell("textDocument/didChange", change)


async def measure(options: argparse.Namespace) -> dict[str, object]:
    """Run all measurements with one server."""
    text = bare(options.file)
    begun = time.perf_counter()
    client = await Client.start()
    resolve = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    able = {
        "textDocument": {"codeAction": resolve},
        "workspace": {"workspaceEdit": {"documentChanges": True}},
    }
    params = {"processId": None, "rootUri": None, "capabilities": able}
    await client.answer("initialize", params)
    client.tell("initialized", {})
    session = Session(client, "file:///nowhere/measured.py", text)
    await session.offers(session.lines[0])
    first = 1000 * (time.perf_counter() - begun)

    offered = [(await timed(session.offers(line)))[0] for line in session.lines[:100]]
    actions = [action for line in session.lines for action in await session.offers(line)]
    await client.answer("codeAction/resolve", actions[0])  # loads the model
    resolved = []
    for action in actions[1 : options.resolves + 1]:
        resolved.append((await timed(client.answer("codeAction/resolve", action)))[0])

    cancelled, while_busy = [], []
    for action in actions[: options.resolves]:
        number, answer = client.ask("codeAction/resolve", action)
        await asyncio.sleep(0.05)
        while_busy.append((await timed(session.offers(session.lines[0])))[0])
        client.tell("$/cancelRequest", {"id": number})
        cancelled.append((await timed(answer))[0])

    before = memory_of(client.process.pid)
    wrong = await mixed(session, actions, options.mixed)
    grown = memory_of(client.process.pid) - before
    client.process.kill()
    return {
        "lines": text.count("\n"),
        "initialize_to_first_answer": round(first, 1),
        "offer_p95": percentile(offered, 0.95),
        "resolve_p50": round(statistics.median(resolved), 1),
        "resolve_p95": percentile(resolved, 0.95),
        "cancel_p99": percentile(cancelled, 0.99),
        "offer_while_busy_p95": percentile(while_busy, 0.95),
        "mixed_requests": options.mixed,
        "mixed_errors_outside_the_protocol": wrong,
        "mixed_memory_grown_mb": round(grown, 1),
    }


async def mixed(session: Session, actions: list[Any], count: int) -> int:
    """Ask, cancel and edit in a random order; count errors that the protocol does not foresee."""
    dice, wrong = random.Random(0), 0
    foreseen = {-32800, -32801, -32803}  # cancelled, content modified, failed
    for number in range(count):
        kind = dice.random()
        if kind < 0.1:
            session.edit()
            continue
        if kind < 0.8:
            await session.offers(dice.choice(session.lines))
            continue
        asked, answer = session.client.ask("codeAction/resolve", dice.choice(actions))
        if kind < 0.97:
            await asyncio.sleep(dice.random() / 50)
            session.client.tell("$/cancelRequest", {"id": asked})
        message = await answer
        wrong += "error" in message and message["error"]["code"] not in foreseen
        if number % 500 == 0:
            sys.stderr.write(f"\r{number} of {count} requests")
    return wrong


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=Path(argparse.__file__))
    parser.add_argument("--resolves", type=int, default=20)
    parser.add_argument("--mixed", type=int, default=2000)
    sys.stdout.write(json.dumps(asyncio.run(measure(parser.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
