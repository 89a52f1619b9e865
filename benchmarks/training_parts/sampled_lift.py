"""The lift by documentation over several sampled rebuilds, so that chance moves it less."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from batdoc.models import prompts
from batdoc.models.backend import Backend, Limits
from batdoc.models.catalogue import MODEL_FILE, open_backend, starter_path
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Direction, stops
from batdoc.models.rebuilding import MOST_BODY, rebuild
from batdoc.source.styles import canonical
from batdoc.source.units import CodeUnit
from batdoc.trainer.corpus import Beside
from batdoc.trainer.export import export
from batdoc.trainer.greedy import documented
from batdoc.trainer.held_out import held_out_units
from batdoc.trainer.rewards import likeness

SAMPLES = 6
_LIMITS = Limits(MOST_BODY, temperature=0.6, top_p=0.95, seed=1)
_FILE = "sampled.json"
_LAST = "rounds/last"

Lifts = Mapping[str, Sequence[float]]  # of each function, by the stage of the run


def measure_run(run: Path, repo: Path) -> None:
    """Measure the models of a finished run, and leave what was found in its folder."""
    if (run / _FILE).is_file():
        return
    units, beside = held_out_units(run, repo)
    files = {"before": starter_path(), "last": run / _LAST / MODEL_FILE}
    if not files["last"].is_file():
        export(run / _LAST, files["last"], "q8_0")
    lifts = {}
    for stage, file in files.items():
        with closing(open_backend(str(file), None)) as backend:
            lifts[stage] = _lifts(units, backend, beside)
    (run / _FILE).write_text(json.dumps(lifts), "utf-8")


def read_lifts(run: Path) -> Lifts | None:
    """Read what was found; None where nobody measured."""
    file = run / _FILE
    return json.loads(file.read_text("utf-8")) if file.is_file() else None


def _lifts(units: Sequence[CodeUnit], backend: Backend, beside: Beside) -> list[float]:
    docs = [canonical(doc) if doc else "" for _, doc in documented(units, backend, beside, None)]
    told, alone = (_likenesses(units, texts, backend) for texts in (docs, [""] * len(units)))
    return [one - other for one, other in zip(told, alone, strict=True)]


def _likenesses(units: Sequence[CodeUnit], docs: Sequence[str], backend: Backend) -> list[float]:
    """Give the mean likeness of code rebuilt from documentation."""
    pairs = zip(units, docs, strict=True)
    questions = [fitting(prompts.to_code(u, doc), backend, MOST_BODY) for u, doc in pairs]
    asked = [(u, q) for u, q in zip(units, questions, strict=True) if q for _ in range(SAMPLES)]
    stop = stops(Direction.TO_CODE)
    answers = backend.generate([question for _, question in asked], _LIMITS, stop, None)
    means = dict.fromkeys((unit.key for unit in units), 0.0)
    for (unit, _), answer in zip(asked, answers, strict=True):
        means[unit.key] += likeness(rebuild(answer.text, unit), unit) / SAMPLES
    return [means[unit.key] for unit in units]
