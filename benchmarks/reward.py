"""How well the similarity in the reward tells apart, and how fast it is: one JSON line.

Data: a folder with HumanEvalPack (164 functions a language, each with an injected bug), for
evaluation only. `python benchmarks/reward.py --data FOLDER`; with `--tune` the best weights of the
views are searched for instead.
"""

import argparse
import itertools
import json
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from variants import javascript, python
from variants.tsed import tsed

from batdoc.source.graph import read_graph
from batdoc.source.similarity import similarity

_FILES = {
    "python": ("humanevalpack-python.jsonl", python),
    "javascript": ("humanevalpack-js.jsonl", javascript),
}
_OTHERS = 5  # unrelated functions that each is compared with
_SAME = ("renamed", "reformatted", "commented")
_LONG_PAIRS = 20
_LONG = 300  # nodes
_STEP = 0.05
_LOSS = 0.0005  # by which a figure may be worse than with today's weights

Pair = tuple[str, str]
Parts = Sequence[dict[str, float]]
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """A language's functions.

    Attributes:
        language: Registry name.
        variants: Other ways to write them.
        right: The solutions.
        wrong: The same with a bug each.
    """

    language: str
    variants: ModuleType
    right: list[str]
    wrong: list[str]

    def written(self, how: str) -> list[Pair]:
        """Pair each solution with itself in another form."""
        change: Callable[[str], str] = getattr(self.variants, how)
        return [(code, change(code)) for code in self.right]

    def unrelated(self) -> list[Pair]:
        """Pair each solution with other tasks' bodies under its own declaration."""
        count = len(self.right)
        return [
            (code, self.variants.with_body(code, self.right[(i + 31 * step) % count]))
            for i, code in enumerate(self.right)
            for step in range(1, _OTHERS + 1)
        ]

    def buggy(self) -> list[Pair]:
        """Pair each solution with its bug."""
        return list(zip(self.right, self.wrong, strict=True))

    def buggy_rewritten(self) -> list[Pair]:
        """Pair each solution with its bug, written otherwise; a bug may be one of syntax."""
        can = self.variants.parses
        return [(a, self.variants.rewritten(b) if can(b) else b) for a, b in self.buggy()]

    def values(self, pairs: Sequence[Pair]) -> list[float]:
        """Compare."""
        return [similarity(one, other, self.language).value for one, other in pairs]

    def parts(self, pairs: Sequence[Pair]) -> Parts:
        """Compare view by view."""
        return [dict(similarity(one, other, self.language).parts) for one, other in pairs]


def _load(folder: Path) -> list[Task]:
    tasks = []
    for language, (name, variants) in _FILES.items():
        for path in sorted(folder.rglob(name)):
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            right = [row["declaration"] + row["canonical_solution"] for row in rows]
            wrong = [row["declaration"] + row["buggy_solution"] for row in rows]
            tasks.append(Task(language, variants, right, wrong))
    return tasks


def _auc(high: Sequence[float], low: Sequence[float]) -> float:
    """Give the chance that a value of the first kind is above one of the second."""
    below = sorted(low)
    wins = sum(bisect_left(below, h) + bisect_right(below, h) for h in high) / 2
    return wins / (len(high) * len(low))


def _share_above(high: Sequence[float], low: Sequence[float]) -> float:
    """Give the share of functions for which the first value is above the second."""
    return statistics.mean((h > v) + (h == v) / 2 for h, v in zip(high, low, strict=True))


def _times(compare: Callable[..., object], language: str, pairs: Sequence[Pair]) -> list[float]:
    """Give the milliseconds of CPU that each pair takes that was never seen before."""
    times = []
    for pair in pairs:
        read_graph.cache_clear()
        start = time.process_time()
        compare(*pair, language)
        times.append(1000 * (time.process_time() - start))
    return times


def _long_pairs(task: Task) -> list[Pair]:
    """Join solutions, and their bugs, until they have 300 nodes."""
    pairs = []
    for start in range(0, 5 * _LONG_PAIRS, 5):
        one, other = task.right[start], task.wrong[start]
        for i in itertools.count(start + 1):
            graph = read_graph(one, task.language)
            if graph is not None and len(graph.labels) >= _LONG:
                break
            one, other = f"{one}\n{task.right[i]}", f"{other}\n{task.wrong[i]}"
        pairs.append((one, other))
    return pairs


def _measure(task: Task) -> dict[str, object]:
    buggy, unrelated = task.values(task.buggy()), task.values(task.unrelated())
    rewritten, scrambled = (task.values(task.written(how)) for how in ("rewritten", "scrambled"))
    mirrored = task.values([(other, one) for one, other in task.buggy()])
    ours = _times(similarity, task.language, task.buggy())
    theirs = _times(tsed, task.language, task.buggy())
    long = _times(similarity, task.language, _long_pairs(task))
    same = {how: task.values(task.written(how)) for how in _SAME}
    return {
        "functions": len(task.right),
        "bugs_below_one": sum(value < 1.0 for value in buggy),
        **{f"{how}_equal": sum(v >= 1 - 1e-9 for v in same[how]) for how in _SAME},
        "symmetric": max(abs(a - b) for a, b in zip(buggy, mirrored, strict=True)) < 1e-12,
        "bugs_mean": round(statistics.mean(buggy), 3),
        "rewritten_mean": round(statistics.mean(rewritten), 3),
        "scrambled_mean": round(statistics.mean(scrambled), 3),
        "unrelated_mean": round(statistics.mean(unrelated), 3),
        "auc_bug_above_unrelated": round(_auc(buggy, unrelated), 4),
        "auc_rewritten_above_unrelated": round(_auc(rewritten, unrelated), 4),
        "share_rewritten_above_scrambled": round(_share_above(rewritten, scrambled), 3),
        "ms_per_pair_median": round(statistics.median(ours), 3),
        "tsed_ms_per_pair_median": round(statistics.median(theirs), 3),
        "times_faster_than_tsed": round(sum(theirs) / sum(ours), 1),
        "ms_per_pair_of_300_nodes_most": round(max(long), 2),
    }


class _Tuner:
    """Finds the weights that tell apart best, none of today's figures made worse."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._views = [
            {
                "rewritten": task.parts(task.written("rewritten")),
                "rewritten_bug": task.parts(task.buggy_rewritten()),
                "scrambled": task.parts(task.written("scrambled")),
                "bug": task.parts(task.buggy()),
                "unrelated": task.parts(task.unrelated()),
            }
            for task in tasks
        ]

    def figures(self, weights: Weights) -> list[float]:
        """Give what the weights tell apart, all languages in turn; the more the better."""
        found = []
        for views in self._views:
            at = {
                kind: [sum(w * part.get(view, 0.0) for view, w in weights.items()) for part in all_]
                for kind, all_ in views.items()
            }
            found += [
                _auc(at["bug"], at["unrelated"]),
                _auc(at["rewritten"], at["unrelated"]),
                _auc(at["rewritten_bug"], at["unrelated"]),
                _share_above(at["rewritten"], at["rewritten_bug"]),
                _share_above(at["rewritten"], at["scrambled"]),
                _share_above(at["bug"], at["scrambled"]),
            ]
        return found

    def search(self, start: Weights) -> dict[str, object]:
        """Try every mixture in steps of a twentieth."""
        best, floor = start, self.figures(start)
        top = statistics.mean(floor)
        for weights in _mixtures(list(start)):
            figures = self.figures(weights)
            is_no_loss = all(f >= was - _LOSS for f, was in zip(figures, floor, strict=True))
            if is_no_loss and statistics.mean(figures) > top:
                best, top = weights, statistics.mean(figures)
        return {"start": start, "figures": floor, "best": best, "its_figures": self.figures(best)}


def _mixtures(views: Sequence[str]) -> list[Weights]:
    steps = round(1 / _STEP)
    return [
        {view: n * _STEP for view, n in zip(views, (*counts, steps - sum(counts)), strict=True)}
        for counts in itertools.product(range(steps + 1), repeat=len(views) - 1)
        if sum(counts) <= steps
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tune", metavar="WEIGHTS", help="JSON: the weights to start from")
    options = parser.parse_args()
    tasks = _load(options.data) if options.data else []
    if not tasks:
        print(json.dumps({"benchmark": "reward", "skipped": "name HumanEvalPack with --data"}))
    elif options.tune:
        print(json.dumps(_Tuner(tasks).search(json.loads(options.tune))))
    else:
        found = {task.language: _measure(task) for task in tasks}
        print(json.dumps({"benchmark": "reward", **found}))


if __name__ == "__main__":
    main()
