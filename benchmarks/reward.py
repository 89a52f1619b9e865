"""How well the similarity in the reward tells apart: one JSON line.

Data: HumanEvalPack's Python file (164 functions, each with an injected bug), for evaluation only.
`python benchmarks/reward.py --data humanevalpack-python.jsonl`
"""

import argparse
import ast
import json
import time
from collections.abc import Sequence
from pathlib import Path

from batdoc.source.similarity import similarity

_OTHERS = 5  # unrelated functions that each is compared with


def _function(code: str) -> str:
    """Give the last definition; text that does not parse stays as it is."""
    try:
        return ast.unparse(ast.parse(code).body[-1])
    except SyntaxError:
        return code


def _renamed(code: str) -> str:
    """Rename every variable that the function's parameters and assignments bind."""
    tree = ast.parse(code)
    names = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    names |= {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    called = {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in names - called:
            node.arg = f"renamed_{node.arg}"
        elif isinstance(node, ast.Name) and node.id in names - called:
            node.id = f"renamed_{node.id}"
    return ast.unparse(tree)


def _under(header_of: str, body_of: str) -> str:
    """Put one function's body under another's declaration, as a bad rebuild would be."""
    one, other = ast.parse(header_of).body[-1], ast.parse(body_of).body[-1]
    assert isinstance(one, ast.FunctionDef)
    assert isinstance(other, ast.FunctionDef)
    one.body = other.body
    return ast.unparse(one)


def _auc(high: Sequence[float], low: Sequence[float]) -> float:
    """Give the chance that a value of the first kind is above one of the second."""
    wins = sum((h > v) + (h == v) / 2 for h in high for v in low)
    return wins / (len(high) * len(low))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    data = parser.parse_args().data
    if data is None:
        print(json.dumps({"benchmark": "reward", "skipped": "name HumanEvalPack with --data"}))
        return
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines()]
    right = [_function(row["declaration"] + row["canonical_solution"]) for row in rows]
    wrong = [_function(row["declaration"] + row["buggy_solution"]) for row in rows]

    def values(pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [similarity(one, other, "python").value for one, other in pairs]

    start = time.process_time()
    buggy = values(list(zip(right, wrong, strict=True)))
    elapsed = time.process_time() - start
    renamed = values([(code, _renamed(code)) for code in right])
    unrelated = values(
        [
            (code, _under(code, right[(i + 31 * step) % len(right)]))
            for i, code in enumerate(right)
            for step in range(1, _OTHERS + 1)
        ]
    )
    print(
        json.dumps(
            {
                "benchmark": "reward",
                "functions": len(rows),
                "ms_per_pair": round(1000 * elapsed / len(rows), 2),
                "renamed_equal": sum(value == 1.0 for value in renamed),
                "bugs_below_one": sum(value < 1.0 for value in buggy),
                "bugs_mean": round(_mean(buggy), 3),
                "unrelated_mean": round(_mean(unrelated), 3),
                "auc_bug_above_unrelated": round(_auc(buggy, unrelated), 4),
            }
        )
    )


if __name__ == "__main__":
    main()
