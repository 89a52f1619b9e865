"""How long answers take right after a key is hit in a large file, over a real server's pipes.

    python benchmarks/lsp_keys.py [--file FILE] [--copies 1] [--keys 40] [--whole]

A file of the standard library with some 6,000 lines, unless another is named. A key comes, a
question at once, and the key is taken back; every fifth one leaves the file half typed. The model
is a script. Prints one line of JSON; times in milliseconds.
"""

import _pydecimal
import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from lsp import Client, percentile, timed
from lsp_session import CAPABILITIES, SCRIPTED

PAUSE = 0.3  # seconds until what nobody asked for is done, too
INLINE = "textDocument/inlineCompletion"
ASKED = (
    "textDocument/codeAction",
    "textDocument/hover",
    "textDocument/codeLens",
    "textDocument/diagnostic",
    INLINE,
)


class Typist:
    """One open document, and the keys that are hit in it.

    Args:
        client: Of a server that is initialized.
        text: What the document begins with.
        sends_whole: Every key sends the whole text.
    """

    def __init__(self, client: Client, text: str, sends_whole: bool) -> None:
        self.client, self.lines, self.version = client, text.splitlines(keepends=True), 0
        self.sends_whole, self.sent = sends_whole, 0
        self.dice, self.uri = random.Random(0), "file:///nowhere/typed.py"
        self.places = [
            number + 1
            for number, line in enumerate(self.lines)
            if line.lstrip().startswith("def ") and line.endswith(":\n")
            if '"""' not in self.lines[number + 1]
        ]
        document = {"uri": self.uri, "languageId": "python", "version": 0, "text": text}
        client.tell("textDocument/didOpen", {"textDocument": document})

    def put(self, line: int, old: str, new: str) -> None:
        """Put a line in, or take one out."""
        self.lines[line : line + bool(old)] = [new] if new else []
        change: dict[str, Any] = {"text": new}
        if self.sends_whole:
            change = {"text": "".join(self.lines)}
        else:
            change["range"] = {"start": place(line), "end": place(line + bool(old))}
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": [change]}
        self.sent = len(json.dumps(params))
        self.client.tell("textDocument/didChange", params)

    async def key(self, method: str, number: int) -> float:
        """Hit a key, ask at once, and take the key back; give how long the answer took."""
        at = self.dice.choice(self.places)
        margin = " " * (len(self.lines[at]) - len(self.lines[at].lstrip()))
        typed = '"""' if method == INLINE else "half = (" if number % 5 == 4 else f"# {number}"
        self.put(at, "", f"{margin}{typed}\n")
        took, _ = await timed(self.ask(method, place(at, len(margin + typed))))
        self.put(at, self.lines[at], "")
        return took

    async def ask(self, method: str, at: dict[str, int]) -> Any:
        """Ask about a place."""
        span, context = {"start": at, "end": at}, {"diagnostics": [], "triggerKind": 2}
        asked = {"position": at, "range": span, "context": context}
        return await self.client.answer(method, {"textDocument": {"uri": self.uri}, **asked})


def place(line: int, column: int = 0) -> dict[str, int]:
    """Spell a position."""
    return {"line": line, "character": column}


async def measure(options: argparse.Namespace) -> dict[str, object]:
    """Ask every question after every key."""
    text = options.file.read_text() * options.copies
    client = await Client.start((sys.executable, str(SCRIPTED)))
    settings = {"check": "all", "codeLens": True}
    params = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
    await client.answer("initialize", {**params, "initializationOptions": settings})
    client.tell("initialized", {})
    begun = time.perf_counter()
    typist = Typist(client, text, options.whole)
    await typist.ask(ASKED[0], place(0))
    first = 1000 * (time.perf_counter() - begun)
    times: dict[str, list[float]] = {method: [] for method in ASKED}
    for number in range(options.keys):
        for method in ASKED:
            times[method].append(await typist.key(method, number))
            await asyncio.sleep(PAUSE)
    client.process.kill()
    return {
        "lines": text.count("\n"),
        "bytes_a_key": typist.sent,
        "first_answer": round(first, 1),
        "p50": {method: round(statistics.median(each), 1) for method, each in times.items()},
        "p95": {method: percentile(each, 0.95) for method, each in times.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=Path(_pydecimal.__file__))
    parser.add_argument("--copies", type=int, default=1, help="how often the file is repeated")
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--whole", action="store_true", help="send the whole text with each key")
    sys.stdout.write(json.dumps(asyncio.run(measure(parser.parse_args()))) + "\n")


if __name__ == "__main__":
    main()
