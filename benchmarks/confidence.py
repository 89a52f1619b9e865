"""Is the model right where it is sure? Confidence against likeness to what people wrote.

    python benchmarks/confidence.py [FOLDER...]

Documents functions of packages that the starter never saw, those of its own held-out packages that
are installed where no folder is named, and compares first sentences with the human ones. Prints one
JSON line, and writes a section and a picture of docs/results.md.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from results import PICTURES, write_section
from unseen import cases, installed

from batdoc.models.authoring import Shown, write_docstrings
from batdoc.models.catalogue import open_backend
from batdoc.models.trust import Written
from batdoc.source.docstring import Style
from batdoc.source.house.style import HouseStyle
from batdoc.trainer.metrics import chrf

_MOST = 600
_FIFTHS, _RESAMPLES = 5, 2_000
_HOUSE = HouseStyle(Style.GOOGLE, False, False, 88, True)
_WIDTH, _HEIGHT, _EDGE, _TOP = 420, 220, 40, 60.0  # pixels; chrF at the upper edge


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    folders = parser.parse_args().folders or list(installed())
    documented = [case for folder in folders for case in cases(folder, _MOST)]
    chosen = random.Random(0).sample(documented, min(_MOST, len(documented)))
    units = [case.unit for case in chosen]
    shown = [Shown(known=case.in_documented_file) for case in chosen]
    started = time.perf_counter()
    with closing(open_backend(None, None)) as backend:
        written = write_docstrings(units, backend, _HOUSE, shown=shown)
    seconds = time.perf_counter() - started
    pairs = [
        (each.trust.confidence, chrf([each.docstring.summary], [case.human.summary]))
        for each, case in zip(written, chosen, strict=True)
        if isinstance(each, Written) and each.trust.confidence is not None
    ]
    found = calibration(*map(np.array, zip(*pairs, strict=True))) | {"seconds": round(seconds, 1)}
    print(json.dumps(found))
    names = ", ".join(sorted(folder.name for folder in folders))
    (PICTURES / "confidence.svg").write_text(_picture(found["fifths"]), "utf-8")
    write_section("confidence", _section(found, names))


def calibration(confidences: np.ndarray, likeness: np.ndarray) -> dict[str, object]:
    """Compare the surer half with the other, with a 95% bootstrap interval, and the fifths."""
    rng, count = np.random.default_rng(0), len(confidences)
    drawn = [rng.integers(0, count, count) for _ in range(_RESAMPLES)]
    low, high = np.percentile([_halves(confidences[d], likeness[d]) for d in drawn], [2.5, 97.5])
    order = np.argsort(confidences, kind="stable")
    return {
        "functions": count,
        "difference": round(_halves(confidences, likeness), 2),
        "interval": [round(float(low), 2), round(float(high), 2)],
        "fifths": [_fifth(part, confidences, likeness) for part in np.array_split(order, _FIFTHS)],
    }


def _halves(confidences: np.ndarray, likeness: np.ndarray) -> float:
    order, half = np.argsort(confidences, kind="stable"), len(confidences) // 2
    return float(likeness[order[half:]].mean() - likeness[order[:half]].mean())


def _fifth(part: np.ndarray, confidences: np.ndarray, likeness: np.ndarray) -> list[float]:
    """Give mean confidence, mean likeness and the ends of its 95% bootstrap interval."""
    rng, values = np.random.default_rng(0), likeness[part]
    means = [values[rng.integers(0, len(part), len(part))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    told = (confidences[part].mean(), values.mean(), low, high)
    return [round(float(value), 2) for value in told]


def _section(found: dict[str, object], names: str) -> str:
    low, high = found["interval"]
    rows = "\n".join(
        f"| {sure:.2f} | {mean:.1f} | {least:.1f} to {most:.1f} |"
        for sure, mean, least, most in found["fifths"]
    )
    return f"""## Confidence

Written by `python benchmarks/confidence.py`: the starter on {found["functions"]} functions of
packages that it never saw ({names}), chrF of the first sentence
against the human one. The surer half is better by {found["difference"]} points (95% interval {low}
to {high}). Confidence takes no time of the model: it is known when the sentence is written.

![chrF by fifths of confidence](pictures/confidence.svg)

| confidence, mean of a fifth | chrF | 95% interval |
|---|---|---|
{rows}
"""


def _picture(fifths: Sequence[Sequence[float]]) -> str:
    """Draw each fifth as a bar of likeness with its interval."""
    parts = []
    for sure, mean, low, high in fifths:
        x = _EDGE + sure * (_WIDTH - 2 * _EDGE)
        parts.append(f'<rect x="{x - 12:.0f}" y="{_y(mean)}" width="24" height="{_bar(mean)}"/>')
        parts.append(f'<path d="M{x:.0f} {_y(low)}V{_y(high)}" stroke="#000"/>')
    ticks = [
        f'<text x="{_EDGE + s * (_WIDTH - 2 * _EDGE):.0f}" y="{_HEIGHT - 24}">{s}</text>'
        for s in (0, 0.5, 1)
    ]
    ticks += [f'<text x="20" y="{_y(value) + 4}">{value:.0f}</text>' for value in (0, 20, 40)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" fill="#5a8fc8" '
        f'font-family="sans-serif" font-size="11" text-anchor="middle">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}'
        f'<g fill="#000">{"".join(ticks)}'
        f'<text x="{_WIDTH // 2}" y="{_HEIGHT - 6}">confidence</text>'
        f'<text x="{_WIDTH // 2}" y="16">chrF to the human sentence</text></g></svg>\n'
    )


def _y(value: float) -> float:
    return round(_HEIGHT - _EDGE - value / _TOP * (_HEIGHT - 2 * _EDGE), 1)


def _bar(value: float) -> float:
    return round(value / _TOP * (_HEIGHT - 2 * _EDGE), 1)


if __name__ == "__main__":
    main()
