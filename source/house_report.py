"""The house style of a code base as a list of facts: what holds, why, and how to pin it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from batdoc.source.house.evidence import Evidence, Habit
from batdoc.source.house.line_lengths import told_length
from batdoc.source.house.style import judge, shown_line_length
from batdoc.source.settings import Settings


class Origin(StrEnum):
    """Why a habit has its value."""

    LEARNED = "learned"
    SET = "set"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Fact:
    """One habit of a code base.

    Attributes:
        habit: Which one.
        value: What documentation is written in.
        origin: Why.
        learned: What the code base shows; equal to `value` unless a file sets another one.
        agreeing: How many of those that tell show `learned`.
        seen: How many tell.
        path: The file that sets it, or None.
    """

    habit: Habit
    value: Any
    origin: Origin
    learned: Any
    agreeing: int
    seen: int
    path: Path | None


def facts(evidence: Evidence, settings: Settings) -> list[Fact]:
    """Tell what holds for a language.

    Args:
        evidence: From documentation in that language.
        settings: Of the code base.
    """
    learned = judge(evidence)
    house = settings.settle(learned, evidence.language)
    told = told_length(settings.root, evidence.language)
    found = []
    for habit in Habit:
        value, seen = house.value_of(habit), learned.value_of(habit)
        path = settings.path if habit in settings.house else None
        if habit is Habit.LINE_LENGTH and told is not None and path is None:
            path = told.path
        if habit is Habit.STYLE and value is not settings.style:
            path = None  # a convention that this language does not know
        agreeing, total = evidence.agreement(habit, seen)
        if habit is Habit.LINE_LENGTH and shown_line_length(evidence) is None:
            agreeing = total = 0  # too few lines tell
        origin = Origin.SET if path else Origin.LEARNED if total else Origin.DEFAULT
        found.append(Fact(habit, value, origin, seen, agreeing, total, path))
    return found


def plain(value: object) -> Any:
    """Spell a value as settings and JSON do."""
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value


def pin(found: Sequence[Fact]) -> str:
    """Write the settings that keep what was learned or set, whatever the code base becomes."""
    kept = [fact for fact in found if fact.origin is not Origin.DEFAULT and fact.value != ()]
    return "\n".join(["[tool.batdoc]", *(f"{f.habit} = {_toml(f)}" for f in kept), ""])


def _toml(fact: Fact) -> str:
    value = plain(fact.value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_quoted(each) for each in value)}]"
    return str(value) if isinstance(value, int) else _quoted(value or "any")


def _quoted(text: str) -> str:
    return f'"{text}"'
