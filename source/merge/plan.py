"""What must change in a docstring so that it is true again, and nothing else.

Words of a person go only where the code leaves no doubt; what is doubtful stays.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from batdoc.source.docstring import STARRED
from batdoc.source.drift import drift
from batdoc.source.evidence import witness
from batdoc.source.merge.order import Seat, seats
from batdoc.source.merge.renames import Named, renames
from batdoc.source.merge.types import agrees, retyped
from batdoc.source.signature import ParameterKind, Signature
from batdoc.source.styles.locate import Layout, locate
from batdoc.source.styles.located import Located, Mark, bare
from batdoc.source.styles.sections import Role
from batdoc.source.units import CodeUnit, UnitKind

_VARIADIC = (ParameterKind.VARIADIC, ParameterKind.KEYWORD_VARIADIC)
_PLACEHOLDER = re.compile(r"^[ \t]*(?:%\(\w+\)s|\$\{?\w+\}?|\{\w+\})[ \t]*$", re.MULTILINE)
_TAGGED = r"[ \t]*[@:\\](?:param|arg|key|option)\w*\b.{0,60}?\bNAME\b"  # as in `@param NAME.part`
_LONGEST_HEAD = 200  # characters
_TOKEN = re.compile(r"\w+|[,/&:(=-]")
_BETWEEN = frozenset((",", "/", "&", "and", "or"))
_BEHIND = _BETWEEN | frozenset((":", "(", "=", "-"))
_OTHER_CALLS = re.compile(r"\bdef\s+__(?:new|call)__\b")
_RETITLED = {"return": "yield", "returns": "yields"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry that the documentation lacks, and that a model is to be asked for.

    Attributes:
        field: "params", "returns", "yields" or "raises", as a `Docstring` calls them.
        name: The parameter with its stars, or the exception; empty for a result.
    """

    field: str
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that a docstring needs.

    Attributes:
        layout: The docstring as it stands.
        spelled: Names, types and titles that are to be spelled otherwise.
        gone: Names of parameters whose entries go.
        untrue: Results whose entries go.
        seats: Each place of a parameter's entry, and the entry that is to stand there.
        wanted: Entries that are missing.
    """

    layout: Layout
    spelled: tuple[tuple[Mark, str], ...]
    gone: frozenset[str]
    untrue: tuple[Located, ...]
    seats: tuple[Seat, ...]
    wanted: tuple[Wanted, ...]

    @property
    def has_changes(self) -> bool:
        """Something changes even if no entry is added."""
        is_disordered = any(slot is not entry for slot, entry in self.seats)
        return bool(self.spelled or self.gone or self.untrue or is_disordered)

    def is_gone(self, entry: Located) -> bool:
        """Tell whether a whole entry goes."""
        names = entry.bare_names(self.layout.lines)
        is_param = entry.role is Role.PARAMS and bool(names) and set(names) <= self.gone
        return is_param or entry in self.untrue


def plan(unit: CodeUnit) -> Plan | None:
    """Find what must change; None where the documentation has no entries that can be placed."""
    text = unit.docstring or ""
    layout = locate(text, unit.language) if text.strip() and not unit.is_overload else None
    if layout is None or not layout.entries or _PLACEHOLDER.search(text):
        return None
    return _Planner(unit, layout).plan()


class _Planner:
    """Compares one docstring with its signature."""

    def __init__(self, unit: CodeUnit, layout: Layout) -> None:
        self._unit = unit
        self._signature: Signature = unit.signature
        self._layout = layout
        self._known = {p.name: p for p in unit.signature.parameters if p.name}
        self._certain = {(problem.code, problem.subject) for problem in drift(unit, _around(unit))}
        self._entries = {bare(entry.name): entry for entry in layout.docstring.params}
        self._shows_params = bool(self._entries) and _shows_params(unit)
        self._renamed = self._renames() if self._shows_params else {}

    def plan(self) -> Plan:
        """Collect the changes."""
        untrue = tuple(
            entry
            for role, code in ((Role.RETURNS, "unknown-returns"), (Role.YIELDS, "unknown-yields"))
            if self._is_certain(code)
            for entry in self._layout.of(role)
        )
        gone = frozenset(
            name
            for name in self._entries
            if ("unknown-param", name) in self._certain
            and name not in self._renamed
            and not (self._may_be_other() or self._is_declared(name))
        )
        spelled = [*self._names(), *self._types(), *self._titles()]
        return Plan(
            layout=self._layout,
            spelled=tuple(dict.fromkeys(spelled)),
            gone=gone,
            untrue=untrue,
            seats=tuple(self._seats(gone)),
            wanted=tuple(self._wanted(gone)),
        )

    @cached_property
    def _implicit(self) -> frozenset[str]:
        return witness(self._unit.language).evidence(self._unit).implicit

    def _is_certain(self, code: str) -> bool:
        return any(code == found for found, _ in self._certain)

    def _may_be_other(self) -> bool:
        """Tell whether an unknown name may tell of a single argument that stars take."""
        parameters = self._signature.parameters
        return any(not p.name or p.kind in _VARIADIC for p in parameters)

    def _is_declared(self, name: str) -> bool:
        """Tell whether a declaration names what is no parameter: a receiver, a part, a type."""
        return re.search(rf"\b{re.escape(name)}\b", self._unit.header) is not None

    def _renames(self) -> Mapping[str, str]:
        documented = [Named(name, entry.type) for name, entry in self._entries.items()]
        declared = [Named(p.name, p.annotation) for p in self._known.values()]
        return renames(documented, declared, self._may_be_other())

    def _names(self) -> Iterator[tuple[Mark, str]]:
        """Give the names that are spelled anew: renamed ones, and those with other stars."""
        starred = {
            problem.subject
            for problem in self._layout.docstring.problems(self._signature)
            if problem.code == "param-stars" and self._shows_params
        }
        for mark in (mark for entry in self._layout.of(Role.PARAMS) for mark in entry.names):
            old = mark.of(self._layout.lines)
            name = self._renamed.get(bare(old), bare(old))
            if name in starred:
                yield mark, _starred(old, self._known[name].display)
            elif bare(old) in self._renamed:
                is_starred = "*" in old or self._layout.docstring.style in STARRED
                parameter = self._known[name]
                yield mark, _starred(old, parameter.display if is_starred else name)

    def _types(self) -> Iterator[tuple[Mark, str]]:
        """Give the types that are spelled anew.

        One that could be a looser word for what is annotated is changed only where most types of
        the docstring are those of the code, or will be.
        """
        pairs = list(self._typed())
        waiting = [pair for pair in pairs if not agrees(pair[1], pair[2])]
        changed = True
        while changed:
            changed = False
            for entry, spelled, annotation in list(waiting):
                repeated, others = len(pairs) - len(waiting), len(pairs) - 1
                is_most = repeated > 0 and others <= 2 * repeated
                are_repeated = is_most and entry.role is Role.PARAMS
                new = retyped(spelled, annotation, are_repeated)
                if new:
                    yield from ((mark, new) for mark in entry.types)
                    waiting.remove((entry, spelled, annotation))
                    changed = True

    def _typed(self) -> Iterator[tuple[Located, str, str]]:
        """Give each entry that spells one type, the type, and the annotation."""
        for entry in self._layout.entries:
            annotations = self._annotations(entry)
            spelled = {mark.of(self._layout.lines) for mark in entry.types}
            if len(annotations) == len(spelled) == 1 and (annotation := annotations.pop()):
                yield entry, spelled.pop(), annotation

    def _annotations(self, entry: Located) -> set[str | None]:
        if entry.role is Role.PARAMS and self._shows_params:
            names = (self._renamed.get(n, n) for n in entry.bare_names(self._layout.lines))
            return {self._known[name].annotation if name in self._known else None for name in names}
        if entry.role is Role.RETURNS and not self._signature.yields:
            return {self._signature.returns}
        return set()

    def _titles(self) -> Iterator[tuple[Mark, str]]:
        """Give the headings of what is called returned, and is yielded."""
        if not self._is_certain("returns-for-yields") or self._layout.docstring.yields:
            return
        for entry in self._layout.of(Role.RETURNS):
            word = entry.titles[0].of(self._layout.lines) if entry.titles else ""
            new = _RETITLED.get(word.lower())
            if new is None:
                return
            new = new.title() if word[0].isupper() else new
            yield entry.titles[0], new
            for rule in entry.titles[1:]:
                yield rule, rule.of(self._layout.lines)[0] * len(new)

    def _seats(self, gone: frozenset[str]) -> list[Seat]:
        order = {name: at for at, name in enumerate(self._known)}

        def rank(entry: Located) -> int | None:
            names = (name for name in entry.bare_names(self._layout.lines) if name not in gone)
            places = (order.get(self._renamed.get(name, name)) for name in names)
            return min((place for place in places if place is not None), default=None)

        return seats(self._layout, rank) if self._shows_params else []

    def _wanted(self, gone: frozenset[str]) -> Iterator[Wanted]:
        kept = {self._renamed.get(name, name) for name in self._entries if name not in gone}
        for name, parameter in self._known.items() if self._shows_params else ():
            is_told = parameter.kind in _VARIADIC and (kept - set(self._known) or self._has_more())
            if name not in kept and not is_told and not self._is_left_out(name, gone):
                yield Wanted("params", parameter.display)
        for code, subject in sorted(self._certain):
            if code == "missing-raises":
                yield Wanted("raises", subject)
        is_returned = self._signature.returns_value and not self._layout.docstring.returns
        if is_returned and self._is_certain("unknown-yields"):
            yield Wanted("returns", "")

    def _has_more(self) -> bool:
        """Tell whether a section has words that are no entry; they may tell of what stars take."""
        entries = self._layout.of(Role.PARAMS)
        held = {at for entry in entries for block in entry.blocks for at in range(*block)}
        return any(
            line.strip() and at not in held
            for entry in entries
            for at, line in enumerate(self._layout.lines[: entry.section[1]])
            if at >= entry.heading_end
        )

    def _is_left_out(self, name: str, gone: frozenset[str]) -> bool:
        """Tell whether a parameter is private, or told of in a way that is no entry."""
        if name.startswith("_") or name in self._implicit:
            return True
        entries = self._layout.of(Role.PARAMS)
        read = {mark.line for entry in entries for mark in entry.names}
        for entry in entries:
            if set(entry.bare_names(self._layout.lines)) <= gone:
                read.update(at for block in entry.blocks for at in range(*block))
        tagged = re.compile(_TAGGED.replace("NAME", re.escape(name)))
        return any(
            tagged.match(line) or (_is_in(at, entries) and _lists(line, name))
            for at, line in enumerate(self._layout.lines)
            if at not in read
        )


def _lists(line: str, name: str) -> bool:
    """Tell whether a line begins with names, one of them this: `a, b and name: text`."""
    tokens = _TOKEN.findall(line[:_LONGEST_HEAD].lstrip(" \t-+"))
    is_name_next = True
    for at, token in enumerate(tokens):
        if token in _BETWEEN:
            is_name_next = True
        elif not is_name_next or token in _BEHIND:
            return False
        elif token == name:
            return tokens[at + 1 : at + 2] == [] or tokens[at + 1] in _BEHIND
        else:
            is_name_next = False
    return False


def _is_in(line: int, entries: list[Located]) -> bool:
    return any(entry.section[0] <= line < entry.section[1] for entry in entries)


def _around(unit: CodeUnit) -> dict[str, CodeUnit]:
    """Give what is known of a class's methods: whether its own `__init__` takes the parameters."""
    is_class = unit.kind is UnitKind.CLASS and bool(unit.signature.parameters)
    is_plain = is_class and not _OTHER_CALLS.search(unit.code)
    return {f"{unit.qualified_name}.__init__": unit} if is_plain else {}


def _shows_params(unit: CodeUnit) -> bool:
    """Tell whether documented parameters are those of the signature."""
    if unit.kind is UnitKind.CLASS:
        return bool(_around(unit))
    return unit.kind is not UnitKind.PROPERTY


def _starred(old: str, display: str) -> str:
    """Give a name its stars, escaped if they were."""
    return display.replace("*", r"\*") if "\\" in old else display
