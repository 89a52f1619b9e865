"""The house style: how a code base writes its documentation, learned from what it has.

What was seen how often is the business of `house_evidence`; here it is judged and applied.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.evidence import SECTIONS, Evidence, Habit, collect
from batdoc.source.house.mood import Mood, in_mood, mood_of
from batdoc.source.signature import Signature
from batdoc.source.styles import parse, styles_of
from batdoc.source.styles.sections import Role
from batdoc.source.units import CodeUnit, UnitKind

LINE_LENGTH = 88

_USUAL_LENGTHS = (72, 76, 79, 80, 88, 90, 96, 99, 100, 110, 119, 120)
_FEWEST_BROKEN_LINES = 10
_NEARLY_ALL = 0.98
_NAMES_FIRST = ("go",)  # https://go.dev/doc/comment
_NOUNS = (UnitKind.CLASS, UnitKind.PROPERTY)  # their summaries say what they are
_FIELDS = {
    Habit.STYLE: "style",
    Habit.MOOD: "mood",
    Habit.PARAMETERS: "documents_params",
    Habit.TYPES: "documents_types",
    Habit.SECTION_ORDER: "section_order",
    Habit.LINE_LENGTH: "line_length",
    Habit.SUMMARY_ON_OPENING_LINE: "summary_on_opening_line",
    Habit.BLANK_LINE_AFTER_SUMMARY: "blank_line_after_summary",
    Habit.BLANK_LINE_BEFORE_CLOSING: "blank_line_before_closing",
    Habit.NAME_FIRST: "is_name_first",
}
_YIELDED = re.compile(r"(?:[\w.]*\.)?(?:Async)?(?:Iterator|Iterable|Generator)\[(.*)\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a code base writes documentation.

    Attributes:
        style: The convention of its sections.
        documents_params: Parameters, results and exceptions are documented at all.
        documents_types: The documentation repeats types that the code annotates.
        line_length: The longest line in characters, indentation included.
        summary_on_opening_line: The text starts right after the opening quotes.
        mood: Of summaries; None where either will do.
        section_order: Roles in the order of their sections; empty for the convention's own order.
        blank_line_after_summary: Also where a section follows at once.
        blank_line_before_closing: Between the text and the closing quotes, if they stand alone.
        is_name_first: Summaries begin with the name of what they are of.
    """

    style: Style
    documents_params: bool
    documents_types: bool
    line_length: int
    summary_on_opening_line: bool
    mood: Mood | None = None
    section_order: tuple[Role, ...] = ()
    blank_line_after_summary: bool = True
    blank_line_before_closing: bool = False
    is_name_first: bool = False

    def dress(self, docstring: Docstring, unit: CodeUnit) -> Docstring:
        """Give a model's docstring the style, types, sections and mood of the house.

        Args:
            docstring: A model's: a person's words are not changed.
            unit: What it is of.
        """
        docstring = replace(docstring, summary=self._summary(docstring.summary, unit))
        if not self.documents_params:
            return Docstring(
                docstring.summary, docstring.body, (), None, None, (), "", style=self.style
            )
        return self._with_types(docstring, unit.signature)

    def _summary(self, summary: str, unit: CodeUnit) -> str:
        if unit.kind in _NOUNS:
            return summary
        if self.mood is not None:
            summary = in_mood(summary, self.mood)
        is_named = not self.is_name_first or summary.split(" ", 1)[0] == unit.name
        if is_named or not _takes_a_name(summary):
            return summary
        sentence = in_mood(summary, Mood.THIRD_PERSON)
        return f"{unit.name} {sentence[:1].lower()}{sentence[1:]}"

    def _with_types(self, docstring: Docstring, signature: Signature) -> Docstring:
        annotations = {p.name: p.annotation for p in signature.parameters}
        params = [self._typed(e, annotations.get(e.name.lstrip("*"))) for e in docstring.params]
        yielded = _yielded(signature.returns) if signature.yields else signature.returns
        return replace(
            docstring,
            params=tuple(params),
            returns=docstring.returns and self._typed(docstring.returns, signature.returns),
            yields=docstring.yields and self._typed(docstring.yields, yielded),
            style=self.style,
        )

    def _typed(self, entry: Entry, annotation: str | None) -> Entry:
        """Add the annotation or leave the type out; without an annotation all stays."""
        if annotation is None:
            return entry
        type_ = " ".join(annotation.split()) if self.documents_types else None
        return replace(entry, type=type_)

    def overridden(self, wishes: Mapping[Habit, Any], language: str) -> "HouseStyle":
        """Put what is laid down in the place of what was learned.

        Args:
            wishes: By habit; a convention that the language does not know is passed over.
            language: Registry name.
        """
        known = {
            _FIELDS[habit]: value
            for habit, value in wishes.items()
            if habit is not Habit.STYLE or value in styles_of(language)
        }
        return replace(self, **known)

    def value_of(self, habit: Habit) -> Any:
        """Give the value of one habit."""
        return getattr(self, _FIELDS[habit])


def unnamed(summary: str, unit: CodeUnit) -> str:
    """Take a function's own name from the beginning of its summary, where a house may put it back.

    Models neither have to copy it then, nor can they misspell it.

    Examples:
        >>> from batdoc.source.language import get_language
        >>> (unit,) = get_language("go").units(b"func Size() int { return 1 }")
        >>> unnamed("Size returns how much there is.", unit)
        'Returns how much there is.'
    """
    first, _, rest = summary.partition(" ")
    if first != unit.name or unit.kind in _NOUNS or not _takes_a_name(rest):
        return summary
    return f"{rest[:1].upper()}{rest[1:]}"


def spoken(unit: CodeUnit) -> Docstring:
    """Read a unit's documentation as models are taught, shown and measured by it: `unnamed`."""
    doc = parse(unit.docstring or "", language=unit.language)
    return replace(doc, summary=unnamed(doc.summary, unit))


def _takes_a_name(sentence: str) -> bool:
    return mood_of(sentence) is not None or sentence.lower().startswith("is ")


def learn(units: Iterable[CodeUnit], line_length: int | None = None) -> HouseStyle:
    """Learn from documented units; the language's default where none tell.

    Args:
        units: Of one code base, in one language.
        line_length: Of the code base; learned, too, where None.
    """
    units = list(units)
    return judge(collect(units, units[0].language if units else "python"), line_length)


def judge(evidence: Evidence, line_length: int | None = None) -> HouseStyle:
    """Decide for what most documentation does; the language's default where none tells.

    Args:
        evidence: From one language.
        line_length: Of the code base; taken from the evidence where None.
    """
    language = evidence.language
    styles = evidence.seen(Habit.STYLE)
    style = max(styles, key=lambda each: styles[each]) if styles else styles_of(language)[0]
    assert isinstance(style, Style)
    return HouseStyle(
        style=style,
        documents_params=_mostly(evidence, Habit.PARAMETERS, default=True),
        documents_types=not _mostly(evidence, Habit.TYPES, default=True, value=False),
        line_length=line_length or shown_line_length(evidence) or LINE_LENGTH,
        summary_on_opening_line=_mostly(evidence, Habit.SUMMARY_ON_OPENING_LINE, default=True),
        mood=_mood(evidence),
        section_order=_section_order(evidence),
        blank_line_after_summary=_mostly(evidence, Habit.BLANK_LINE_AFTER_SUMMARY, default=True),
        blank_line_before_closing=not _mostly(
            evidence, Habit.BLANK_LINE_BEFORE_CLOSING, default=True, value=False
        ),
        is_name_first=_mostly(
            evidence, Habit.NAME_FIRST, default=evidence.language in _NAMES_FIRST
        ),
    )


def _mostly(evidence: Evidence, habit: Habit, default: bool, value: bool = True) -> bool:
    """Tell whether a value was seen at least half of the times."""
    agreeing, seen = evidence.agreement(habit, value)
    return 2 * agreeing >= seen if seen else default


def _mood(evidence: Evidence) -> Mood | None:
    """Take the mood of at least two thirds; fewer are no habit."""
    seen = evidence.seen(Habit.MOOD)
    return next((mood for mood in Mood if seen and 3 * seen[mood] >= 2 * seen.total()), None)


def _section_order(evidence: Evidence) -> tuple[Role, ...]:
    """Put each section before those that it precedes more often than it follows them."""
    orders = [(order, n) for order, n in evidence.seen(Habit.SECTION_ORDER).items()]
    seen = [role for role in SECTIONS if any(_place(order, role) >= 0 for order, _ in orders)]

    def wins(role: Role) -> int:
        return sum(_is_before(role, other, orders) for other in seen if other is not role)

    return tuple(sorted(seen, key=lambda role: (-wins(role), SECTIONS.index(role))))


def _is_before(role: Role, other: Role, orders: Iterable[tuple[object, int]]) -> bool:
    balance = 0
    for order, n in orders:
        first, second = _place(order, role), _place(order, other)
        if first >= 0 and second >= 0:
            balance += n if first < second else -n
    return balance > 0


def _place(order: object, role: Role) -> int:
    return order.index(role) if isinstance(order, tuple) and role in order else -1


def shown_line_length(evidence: Evidence) -> int | None:
    """Find the shortest usual length that nearly all broken lines keep to; None if few tell."""
    broken = evidence.seen(Habit.LINE_LENGTH).total()
    kept = (
        n
        for n in _USUAL_LENGTHS
        if evidence.agreement(Habit.LINE_LENGTH, n)[0] >= _NEARLY_ALL * broken
    )
    return next(kept, None) if broken >= _FEWEST_BROKEN_LINES else None


def _yielded(annotation: str | None) -> str | None:
    """Give what a generator's annotation says of its values: `Iterator[int]` yields `int`."""
    found = _YIELDED.fullmatch(annotation.strip()) if annotation else None
    if found is None:
        return None
    depth = 0
    for at, char in enumerate(found[1]):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            return found[1][:at]
    return found[1]
