"""An editing session of many mixed requests, replayed from a seed against a real server process.

    python benchmarks/lsp_session.py [--requests 10000] [--starter] [--file FILE] [--seed 0]

Types, deletes, asks for actions, resolves and takes them, has bodies written, completes, hovers,
asks for diagnostics of the document and of a folder, for lenses, and cancels. Every edit that is
taken is compared with what was there: the same syntax tree but for docstrings, or for the one body
that was asked for. The model is a script unless --starter is given. Prints one line of JSON.
"""

import argparse
import ast
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lsp import SERVER, Client, bare, memory_of, percentile

from batdoc.lsp_server.positions import ClientPosition, ColumnUnit, Positions

SCRIPTED = Path(__file__).parents[1] / "tests" / "lsp_server" / "scripted_server.py"
FORESEEN = {-32800, -32801, -32802, -32803}  # cancelled, content modified, by the server, failed
WARM_UP = 1000  # requests until memory is measured
CAPABILITIES = {
    "textDocument": {
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
        "diagnostic": {},
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


class Replay:
    """One open document and the person who works in it.

    Args:
        client: Of a server that is initialized.
        text: What the document begins with.
        seed: Of all choices.
    """

    def __init__(self, client: Client, text: str, seed: int) -> None:
        self.client, self.first, self.text, self.version = client, text, text, 0
        self.dice = random.Random(seed)
        self.uri = "file:///nowhere/replayed.py"
        self.errors: Counter[int] = Counter()
        self.asked: Counter[str] = Counter()
        self.times: dict[str, list[float]] = {}
        self.told: dict[str, str] = {}
        self.taken = 0
        self.bodies = 0
        self.damaged = 0
        document = {"uri": self.uri, "languageId": "python", "version": 0, "text": text}
        client.tell("textDocument/didOpen", {"textDocument": document})

    async def step(self) -> None:
        """Do one thing that people do."""
        steps: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            *((24, self.type), (20, self.look), (12, self.take), (10, self.hover)),
            *((12, self.diagnose), (8, self.complete), (6, self.lenses), (8, self.cancel)),
            *((4, self.write_body), (1, self.diagnose_folder)),
        ]
        weights = [weight for weight, _ in steps]
        ((_, step),) = self.dice.choices(steps, weights)
        await step()

    def show(self, text: str) -> None:
        """Make the document say something else; only the lines that differ are told."""
        old, new = self.text.splitlines(keepends=True), text.splitlines(keepends=True)
        first = alike(old, new)
        same = alike(old[first:][::-1], new[first:][::-1])
        ends = ({"line": first, "character": 0}, {"line": len(old) - same, "character": 0})
        told = "".join(new[first : len(new) - same])
        part = {"range": {"start": ends[0], "end": ends[1]}, "text": told}
        self.version, self.text = self.version + 1, text
        document = {"uri": self.uri, "version": self.version}
        change = {"textDocument": document, "contentChanges": [part]}
        self.client.tell("textDocument/didChange", change)
        self.asked["edit"] += 1

    async def ask(self, method: str, **params: object) -> Any:
        """Ask about the document; an error is counted and gives None."""
        begun = time.perf_counter()
        message = await self.send(method, **params)[1]
        self.times.setdefault(method, []).append(1000 * (time.perf_counter() - begun))
        return self.read(message)

    def send(self, method: str, **params: object) -> tuple[int, Awaitable[Any]]:
        """Send a request on the document, and do not wait."""
        self.asked[method] += 1
        return self.client.ask(method, {"textDocument": {"uri": self.uri}, **params})

    def read(self, message: dict[str, Any]) -> Any:
        """Give a message's result; count its error."""
        if "error" in message:
            self.errors[message["error"]["code"]] += 1
        return message.get("result")

    def place(self) -> dict[str, int]:
        """Pick a line of the document, and a column in it."""
        lines = self.text.splitlines()
        line = self.dice.randrange(len(lines))
        return {"line": line, "character": self.dice.randint(0, len(lines[line]))}

    async def type(self) -> None:
        """Write a line, take one out, leave a line half typed for a moment, or undo everything."""
        lines = self.text.splitlines(keepends=True)
        at = self.dice.randrange(len(lines))
        margin = lines[at][: len(lines[at]) - len(lines[at].lstrip(" "))]
        kind = self.dice.random()
        if kind < 0.45:
            self.show("".join([*lines[:at], f"{margin}# {self.version}\n", *lines[at:]]))
        elif kind < 0.8:
            whole = self.text
            self.show("".join([*lines[:at], f"{margin}half = (\n", *lines[at:]]))
            await asyncio.sleep(self.dice.random() / 100)
            self.show(whole)
        elif kind < 0.9:
            self.show(f"{self.text}# the end of {self.version}\n")
        else:
            self.show(self.first)

    async def actions(self) -> list[dict[str, Any]]:
        """Ask what can be done at some place."""
        place = self.place()
        span = {"start": place, "end": place}
        context: dict[str, list[Any]] = {"diagnostics": []}
        return await self.ask("textDocument/codeAction", range=span, context=context) or []

    async def look(self) -> None:
        """Open the list of actions and close it."""
        await self.actions()

    async def take(self) -> None:
        """Choose an action and take its edit, if the document is still the one it is for."""
        offered = [action for action in await self.actions() if "body" not in action["kind"]]
        if not offered:
            return
        action = self.dice.choice(offered)
        self.asked["codeAction/resolve"] += 1
        number, answer = self.client.ask("codeAction/resolve", action)
        if self.dice.random() < 0.3:
            await asyncio.sleep(self.dice.random() / 50)
            self.show(f"{self.text}# meanwhile\n")
        if self.dice.random() < 0.2:
            self.client.tell("$/cancelRequest", {"id": number})
        resolved = self.read(await answer)
        for change in resolved["edit"]["documentChanges"] if resolved else []:
            if change["textDocument"]["version"] == self.version:
                self.apply(change["edits"])

    def apply(self, edits: list[dict[str, Any]]) -> None:
        """Take an edit, and compare the code before and after."""
        after = self.edited(edits)
        self.taken += 1
        self.damaged += code_of(after) != code_of(self.text)
        self.show(after)

    def edited(self, edits: list[dict[str, Any]]) -> str:
        """Give the document as it would be after an edit."""
        source = self.text.encode()
        positions = Positions(source, ColumnUnit.UTF16)
        for edit in edits:
            ends = (edit["range"]["start"], edit["range"]["end"])
            start, end = (positions.offset(ClientPosition(p["line"], p["character"])) for p in ends)
            source = source[:start] + edit["newText"].encode() + source[end:]
        return source.decode()

    async def hover(self) -> None:
        """Rest the pointer somewhere."""
        await self.ask("textDocument/hover", position=self.place())

    async def diagnose(self) -> None:
        """Ask what is wrong in the document."""
        await self.ask("textDocument/diagnostic")

    async def lenses(self) -> None:
        """Ask what stands above declarations."""
        await self.ask("textDocument/codeLens")

    async def complete(self) -> None:
        """Open a docstring under some function, look at what comes, and dismiss it."""
        whole = self.text
        lines = whole.splitlines(keepends=True)
        heads = [n for n, line in enumerate(lines) if line.lstrip().startswith("def ")]
        at = self.dice.choice(heads) + 1
        margin = " " * (len(lines[at - 1]) - len(lines[at - 1].lstrip()) + 4)
        self.show("".join([*lines[:at], f'{margin}"""\n', *lines[at:]]))
        place = {"line": at, "character": len(margin) + 3}
        if self.dice.random() < 0.5:
            await self.ask("textDocument/completion", position=place)
        else:
            method, context = "textDocument/inlineCompletion", {"triggerKind": 2}
            await self.ask(method, position=place, context=context)
        self.show(whole)

    async def write_body(self) -> None:
        """Begin a function with its docstring, have its body written, and take it."""
        whole, name = self.text, f"asked_for_{self.version}"
        self.show(f'{whole}\n\ndef {name}(a, b):\n    """Add two numbers."""\n    ...\n')
        place = {"line": self.text.count("\n") - 1, "character": 0}
        span = {"start": place, "end": place}
        context: dict[str, list[Any]] = {"diagnostics": []}
        offered = await self.ask("textDocument/codeAction", range=span, context=context) or []
        for action in (each for each in offered if each["kind"].endswith(".body")):
            self.asked["codeAction/resolve"] += 1
            resolved = self.read(await self.client.ask("codeAction/resolve", action)[1])
            for change in resolved["edit"]["documentChanges"] if resolved else []:
                after = self.edited(change["edits"])
                self.bodies += 1
                self.damaged += code_of(after, name) != code_of(self.text, name)
                self.show(after)
        self.show(whole)

    async def diagnose_folder(self) -> None:
        """Save, and ask what is wrong in the folder."""
        document = {"uri": self.uri}
        self.client.tell("textDocument/didSave", {"textDocument": document, "text": self.text})
        known = [{"uri": uri, "value": value} for uri, value in self.told.items()]
        self.asked["workspace/diagnostic"] += 1
        begun = time.perf_counter()
        params = {"previousResultIds": known}
        result = self.read(await self.client.ask("workspace/diagnostic", params)[1])
        took = 1000 * (time.perf_counter() - begun)
        self.times.setdefault("workspace/diagnostic", []).append(took)
        for report in result["items"] if result else []:
            self.told[report["uri"]] = report.get("resultId", "")

    async def cancel(self) -> None:
        """Ask for something, and change one's mind at once."""
        methods = ["textDocument/hover", "textDocument/diagnostic", "textDocument/completion"]
        number, answer = self.send(self.dice.choice(methods), position=self.place())
        self.client.tell("$/cancelRequest", {"id": number})
        self.read(await answer)


def alike(one: list[str], other: list[str]) -> int:
    """Count the items that two lists begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def code_of(text: str, name: str = "") -> str:
    """Spell the syntax tree of Python source without docstrings, and one function's body."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            node.body = node.body[:1]
            continue
        can_have = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
        if isinstance(node, can_have) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


async def replay(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Replay a session in a folder of some files, and tell what was seen."""
    for module in (ast, json, random):
        (folder / f"{module.__name__}_.py").write_text(Path(module.__file__ or "").read_text())
    command = SERVER if options.starter else (sys.executable, str(SCRIPTED))
    client = await Client.start(command)
    settings = {"check": "all", "codeLens": True, "checkWorkspace": True}
    params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": CAPABILITIES}
    await client.answer("initialize", {**params, "initializationOptions": settings})
    client.tell("initialized", {})
    person = Replay(client, bare(options.file), options.seed)
    begun, memory, next_note = time.perf_counter(), 0.0, 0
    while (done := sum(person.asked.values())) < options.requests:
        if not memory and done >= min(WARM_UP, options.requests // 2):
            memory = memory_of(client.process.pid)
        if done >= next_note:
            next_note += 500
            sys.stderr.write(f"\r{done} of {options.requests} requests")
        await person.step()
    grown = memory_of(client.process.pid) - memory
    client.process.kill()
    return {
        "requests": dict(person.asked),
        "seconds": round(time.perf_counter() - begun, 1),
        "errors_of_the_protocol": {k: v for k, v in person.errors.items() if k in FORESEEN},
        "errors_outside_the_protocol": {
            k: v for k, v in person.errors.items() if k not in FORESEEN
        },
        "edits_taken": person.taken,
        "bodies_taken": person.bodies,
        "edits_that_changed_code": person.damaged,
        "memory_grown_mb": round(grown, 1),
        "p95_ms": {method: percentile(times, 0.95) for method, times in person.times.items()},
    }


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--starter", action="store_true", help="with the model that ships")
    parser.add_argument("--file", type=Path, default=Path(json.__file__).with_name("decoder.py"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(asyncio.run(replay(options, Path(folder)))) + "\n")


if __name__ == "__main__":
    main()
