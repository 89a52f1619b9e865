"""A run as one page: `report.html`, readable without a network, a script or batdoc.

Made from what the run left in its folder, so it can be made again at any time, also of a run that
is not finished. Text of the user's and of the model's stands in it as escaped text only.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batdoc.models.catalogue import CARD_FILE
from batdoc.source.errors import InputError
from batdoc.trainer.card import columns_of, rows
from batdoc.trainer.checkpoints import write_text
from batdoc.trainer.corpus import WHY_LEFT_OUT
from batdoc.trainer.curves import HEIGHT, WIDTH, curves
from batdoc.trainer.diagnosis import diagnose
from batdoc.trainer.pairs import Pair, Pairs
from batdoc.trainer.plan import Plan
from batdoc.trainer.progress import METRICS_FILE, read_records

REPORT_FILE = "report.html"
_TEMPLATE = Path(__file__).with_name("report.html.jinja")
_KINDS = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff.

    Attributes:
        kind: "added", "removed", "place" or "same".
        text: With its mark.
    """

    kind: str
    text: str


def write_report(folder: Path) -> Path:
    """Write the report of a run, and give its file.

    Raises:
        InputError: The folder holds no run.
    """
    file = folder / REPORT_FILE
    write_text(file, render_report(folder))
    return file


def render_report(folder: Path) -> str:
    """Give the report of a run as HTML.

    Raises:
        InputError: The folder holds no run, or its card is damaged.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["diff"] = diff_lines
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(_content(folder))


def diff_lines(pair: Pair) -> list[DiffLine]:
    """Compare the original with what was rebuilt."""
    old, new = pair.code.splitlines(), pair.rebuilt.splitlines()
    _, _, *lines = difflib.unified_diff(old, new, lineterm="") if old != new else ("", "")
    return [DiffLine(_KINDS.get(line[:1], "same"), line) for line in lines]


def _content(folder: Path) -> dict[str, Any]:
    plan = _plan(folder)
    records = read_records(folder / METRICS_FILE)
    card = _card(folder)
    return {
        "name": Path(plan.repo).name,
        "plan": plan,
        "card": card,
        "columns": list(columns_of(card)) if card else [],
        "rows": rows(columns_of(card), card["change"]) if card else [],
        "curves": curves(records),
        "width": WIDTH,
        "height": HEIGHT,
        "steps": len(records),
        "seconds": sum(record.seconds for record in records),
        "tokens": sum(record.tokens for record in records),
        "diagnosis": diagnose(records),
        "left_out": _left_out(card) if card else [],
        "pairs": Pairs.load(folder),
    }


def _plan(folder: Path) -> Plan:
    try:
        return Plan.load(folder)
    except InputError:
        message = f"{folder} holds no run; name the folder that batdoc train printed"
        raise InputError(message) from None


def _card(folder: Path) -> dict[str, Any] | None:
    """Read the card; a run without one is not finished."""
    file = folder / CARD_FILE
    if not file.is_file():
        return None
    try:
        card: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        card = {}
    if "change" not in card:  # older versions did not tell it
        message = f"{file} cannot be read; delete it and go on with batdoc train --resume"
        raise InputError(message)
    return card


def _left_out(card: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Give what was left out: a reason, how often, and why; the most frequent first."""
    counts = sorted(card["left_out"].items(), key=lambda item: (-item[1], item[0]))
    return [(reason, count, WHY_LEFT_OUT.get(reason, "")) for reason, count in counts]
