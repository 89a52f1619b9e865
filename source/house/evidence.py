"""What documented code shows of its house style: habits, and how often each was seen.

Only what can be counted is evidence. What is made of the counts is the business of `house_style`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from batdoc.source.docstring import Docstring, Style
from batdoc.source.house.mood import mood_of
from batdoc.source.styles import convention, parse
from batdoc.source.styles.sections import Role, Section, indent_of, to_lines
from batdoc.source.styles.wrap import is_structural
from batdoc.source.units import CodeUnit, UnitKind

SECTIONS = (Role.PARAMS, Role.RETURNS, Role.YIELDS, Role.RAISES)

_OPENING = re.compile(r"[rRuUbBfF]{0,2}(\"\"\"|'''|\"|')[ \t]*\\?(\r?\n|\r)?")
_BLANK_BEFORE_CLOSING = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)[ \t]*(?:\"\"\"|''')$")
ENOUGH = 3  # times that something was seen in one file; fewer may be chance
_TAB_WIDTH = 4
_COMMENT_MARK = 3


class Habit(StrEnum):
    """A part of the house style; the values are the keys in `[tool.batdoc]`."""

    STYLE = "style"
    MOOD = "mood"
    PARAMETERS = "parameters"
    TYPES = "types"
    SECTION_ORDER = "section-order"
    LINE_LENGTH = "line-length"
    SUMMARY_ON_OPENING_LINE = "summary-on-opening-line"
    BLANK_LINE_AFTER_SUMMARY = "blank-line-after-summary"
    BLANK_LINE_BEFORE_CLOSING = "blank-line-before-closing"
    NAME_FIRST = "name-first"


_Seen = Iterator[tuple[Habit, object]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the documented units of one language show.

    Attributes:
        language: Its registry name.
        documented: How many units have documentation.
        counts: Of each habit, how often each value was seen. A section order is a tuple of roles;
            a line length is that of a line of prose that goes on in the next one.
    """

    language: str
    documented: int
    counts: Mapping[Habit, Counter[object]]

    def seen(self, habit: Habit) -> Counter[object]:
        """Give the counts of one habit."""
        return self.counts.get(habit, Counter())

    def agreement(self, habit: Habit, value: object) -> tuple[int, int]:
        """Count what agrees with a value of a habit, and all that tells of the habit."""
        seen = self.seen(habit)
        return sum(n for v, n in seen.items() if _agrees(habit, v, value)), seen.total()

    def backed_by(self, others: "Evidence") -> "Evidence":
        """Take what others show of each habit of which this shows too little."""
        counts = {
            habit: own if (own := self.seen(habit)).total() >= ENOUGH else others.seen(habit) or own
            for habit in Habit
        }
        return replace(self, counts=counts)


def _agrees(habit: Habit, seen: object, value: object) -> bool:
    if habit is Habit.LINE_LENGTH and isinstance(seen, int) and isinstance(value, int):
        return seen <= value
    if habit is Habit.SECTION_ORDER and isinstance(seen, tuple) and isinstance(value, tuple):
        return [role for role in value if role in seen] == list(seen)
    return seen == value


def collect(units: Iterable[CodeUnit], language: str) -> Evidence:
    """Count the habits of documented units, all in one language."""
    counts: dict[Habit, Counter[object]] = defaultdict(Counter)
    documented = 0
    for unit in units:
        if unit.docstring:
            documented += 1
            for habit, value in _habits(unit, unit.docstring):
                counts[habit][value] += 1
    return Evidence(language, documented, counts)


def _habits(unit: CodeUnit, text: str) -> _Seen:
    doc = parse(text, language=unit.language)
    sections = convention(doc.style).split(to_lines(text))
    if doc.style is not Style.PLAIN:
        yield Habit.STYLE, doc.style
    yield from _parameters(unit, doc)
    yield from _summary(unit, doc)
    yield from _order(sections)
    yield from _blank_after_summary(doc, sections)
    yield from _quotes(unit, text)
    yield from _lengths(unit, sections)


def _parameters(unit: CodeUnit, doc: Docstring) -> _Seen:
    if not unit.signature.parameters or unit.kind is UnitKind.CLASS:
        return
    yield Habit.PARAMETERS, bool(doc.params)
    annotated = {p.name for p in unit.signature.parameters if p.annotation}
    for entry in doc.params:
        if entry.name.lstrip("*") in annotated:
            yield Habit.TYPES, entry.type is not None


def _summary(unit: CodeUnit, doc: Docstring) -> _Seen:
    if unit.kind in (UnitKind.CLASS, UnitKind.PROPERTY):
        return
    first, _, rest = doc.summary.partition(" ")
    is_named = first == unit.name
    mood = mood_of(rest if is_named else doc.summary)
    if mood is not None:
        yield Habit.MOOD, mood
    yield Habit.NAME_FIRST, is_named


def _order(sections: Sequence[Section]) -> _Seen:
    order = tuple(dict.fromkeys(s.role for s in sections if s.role in SECTIONS))
    if len(order) > 1:
        yield Habit.SECTION_ORDER, order


def _blank_after_summary(doc: Docstring, sections: Sequence[Section]) -> _Seen:
    """Look at what stands between a summary and the first section, if nothing else does."""
    if len(sections) < 2 or not doc.summary or doc.body:
        return
    head, following = sections[:2]
    if head.role is Role.PROSE and following.role in SECTIONS:
        yield Habit.BLANK_LINE_AFTER_SUMMARY, not head.raw[-1].strip()


def _quotes(unit: CodeUnit, text: str) -> _Seen:
    """Look at the quotes of documentation that stands in the code; comments have none."""
    if "\n" not in text or unit.doc_span is None or unit.doc_span.start < unit.span.start:
        return
    start, end = (at - unit.span.start for at in (unit.doc_span.start, unit.doc_span.end))
    quoted = unit.text.encode()[start:end].decode("utf-8", "replace")
    opening = _OPENING.match(quoted)
    yield Habit.SUMMARY_ON_OPENING_LINE, opening is None or opening[2] is None
    yield Habit.BLANK_LINE_BEFORE_CLOSING, bool(_BLANK_BEFORE_CLOSING.search(quoted))


def _lengths(unit: CodeUnit, sections: Sequence[Section]) -> _Seen:
    """Give the lengths of lines of prose that go on in the next line."""
    margin = len(unit.indent.expandtabs(_TAB_WIDTH))
    is_comment = unit.doc_span is not None and unit.doc_span.start < unit.span.start
    margin += _COMMENT_MARK if is_comment else 0
    for section in sections:
        for line, following in pairwise(section.raw if section.role is Role.PROSE else ()):
            is_prose = line.strip() and not is_structural(following.strip())
            if is_prose and indent_of(line) == indent_of(following) and following.strip():
                yield Habit.LINE_LENGTH, margin + len(line)
