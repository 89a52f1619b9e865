"""Prints, as one JSON line, how much faster 16 prompts are answered together than one by one.

    python benchmarks/serve.py [MODEL.gguf]

Without a model it takes the starter. The code is made up, so that every run asks the same.
"""

import json
import sys
import time
from contextlib import closing
from pathlib import Path

from batdoc.models.backend import Limits
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.catalogue import resolve
from batdoc.models.prompts import VERSION, Direction, Prompt

PROMPTS, TOKENS, ROUNDS = 16, 48, 3


def prompt(number: int) -> Prompt:
    """Make up a function of a dozen lines."""
    lines = "".join(f"    total += weights[{i}] * values[{number + i}]\n" for i in range(10))
    code = f"def weigh_{number}(weights, values):\n    total = {number}\n{lines}    return total"
    sketch = f"python function\nweigh {number}\nweights, values\n\nreturns"
    return Prompt(Direction.TO_DOC, "python", sketch, code, "", "", VERSION)


def main(model: str | None) -> None:
    """Measure and print; the best of some rounds, because other work only ever slows down."""
    path = resolve(model, None)
    together, alone = [], []
    for _ in range(ROUNDS):
        for times, size in ((together, PROMPTS), (alone, 1)):
            with closing(LlamaCppBackend(path)) as backend:  # a fresh one has read no prompt yet
                start = time.perf_counter()
                for first in range(0, PROMPTS, size):
                    batch = [prompt(i) for i in range(first, first + size)]
                    backend.generate(batch, Limits.greedy(TOKENS))
                times.append(time.perf_counter() - start)
    figures = {
        "benchmark": "serve",
        "model": Path(path).name,
        "prompts": PROMPTS,
        "together_s": round(min(together), 3),
        "alone_s": round(min(alone), 3),
        "ratio": round(min(alone) / min(together), 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
