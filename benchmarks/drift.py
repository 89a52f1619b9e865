"""How well `batdoc check --drift` tells a docstring from another function's, or from an older one.

    python benchmarks/drift.py measure OUT.json FOLDER...    true and swapped docstrings, measured
    python benchmarks/drift.py listed OUT.json FOLDER...     what is listed of them
    python benchmarks/drift.py history OUT.json REPO...      from git repositories, bare or not
    python benchmarks/drift.py fit MEASURED.json             the weights of models/semantic_drift.py
    python benchmarks/drift.py section MEASURED.json LISTED.json HISTORY.json

A folder is a code base of Python; its tests are left out, and of functions with equal summaries one
is measured. `section` writes its part of docs/results.md. What a file of results holds already is
not measured again. The folders of `fit` must be others than those of `section`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
from drift_parts.cases import Row, listed, measure, read
from drift_parts.history import history
from drift_parts.tables import section
from results import write_section

from batdoc.models.backend import Scorer
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.catalogue import starter_path
from batdoc.models.semantic_drift import HIGHEST, LOWEST

Floats = npt.NDArray[np.float64]
Results = dict[str, list[Row]]

_FALSE_ALARMS = 0.02  # below the threshold; a fresh docstring then spares some


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["measure", "listed", "history", "fit", "section"])
    parser.add_argument("paths", nargs="+", type=Path)
    options = parser.parse_args()
    first, *rest = options.paths
    if options.what == "fit":
        print(json.dumps(fit(_load(first))))
    elif options.what == "section":
        write_section("drift", section(*map(_load, options.paths)))
    else:
        gather(first, rest, _GATHERERS[options.what])


def gather(out: Path, folders: Iterable[Path], find: Callable[[Path, Scorer], list[Row]]) -> None:
    """Add what is found in folders to a file of results, one after the other."""
    results = _load(out) if out.exists() else {}
    with closing(LlamaCppBackend(starter_path())) as backend:
        for folder in folders:
            if (name := folder.resolve().name) in results:
                continue
            started = time.perf_counter()
            results[name] = find(folder, backend)
            out.write_text(json.dumps(results), "utf-8")
            taken = time.perf_counter() - started
            print(f"{name}: {len(results[name])} rows, {taken:.0f} s", file=sys.stderr)


_GATHERERS: dict[str, Callable[[Path, Scorer], list[Row]]] = {
    "measure": lambda folder, backend: measure(read(folder), backend),
    "listed": lambda folder, backend: listed(read(folder), backend),
    "history": history,
}


def _load(path: Path) -> Results:
    results: Results = json.loads(path.read_text("utf-8"))
    return results


def fit(measured: Results) -> dict[str, object]:
    """Fit the weights, both sides weighing the same, and choose the threshold.

    Swapped docstrings are taken as if the function that they belong to was not there: that is
    harder, and whoever changes a function seldom puts its old docstring on another one.
    """
    rows = [row for found in measured.values() for row in found]
    lifts = [HIGHEST if row["lift"] is None else row["lift"] for row in rows]
    features = np.array([[row["words"], row["away"]] for row in rows])
    features = np.column_stack([features, np.clip(lifts, LOWEST, HIGHEST)])
    is_own = np.array([row["kind"] == "own" for row in rows])
    weights = _logistic(features, is_own)
    odds = weights[0] + features @ weights[1:]
    return {
        "intercept": round(float(weights[0]), 3),
        **dict(zip(("words", "lead", "lift"), weights[1:].round(3).tolist(), strict=True)),
        "threshold": round(float(np.quantile(odds[is_own], _FALSE_ALARMS)), 2),
        "own": int(is_own.sum()),
        "others": int((~is_own).sum()),
    }


def _logistic(features: Floats, is_true: npt.NDArray[np.bool_]) -> Floats:
    """Fit a logistic regression by Newton's method; give the intercept and the weights."""
    inputs = np.column_stack([np.ones(len(features)), features])
    share = is_true.mean()
    importance = np.where(is_true, 0.5 / share, 0.5 / (1 - share))
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (importance * (chance - is_true))
        curve = (inputs * (importance * chance * (1 - chance))[:, None]).T @ inputs
        weights -= np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    main()
