"""What reST and Epytext share: fields such as `:param name: text`, types in fields of their own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.field_names import (
    PARAM,
    RAISES,
    RESULT_TYPES,
    RESULTS,
    TYPES,
    parted,
    role_of,
)
from batdoc.source.styles.field_places import located_field, with_types
from batdoc.source.styles.located import Located, end_of, numbered
from batdoc.source.styles.sections import (
    EXCEPTIONS,
    INDENT,
    NAMES,
    Parts,
    Role,
    Section,
    bare_names,
    exception_names,
    hang,
    hanging_text,
    indent_of,
    lay_out,
    strip_blank,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap


@dataclass(frozen=True, slots=True)
class FieldStyle:
    """How one convention spells its fields.

    Attributes:
        style: Which one.
        mark: What a field starts with.
        field: Reads the first line of a field; its groups are the kind, the argument, the text.
        heading: What stands above examples.
        headings: Match the lines that may stand there.
        labels: What the field of a role is called.
    """

    style: Style
    mark: str
    field: re.Pattern[str]
    heading: tuple[str, ...]
    headings: tuple[re.Pattern[str], ...]
    labels: Mapping[Role, str]

    def split(self, lines: Sequence[str]) -> list[Section]:
        """Find the fields and the examples of a docstring, prose between them included."""
        sections: list[Section] = []
        at = 0
        while at < len(lines):
            role, end = self._section_at(lines, at)
            sections.append(Section(role, lines[at:end], lines[at:end]))
            at = end
        return sections

    def parse(self, lines: Sequence[str]) -> Docstring:
        """Read a docstring; what is not understood stays in the body."""
        fields = _Fields()
        for index, section in enumerate(self.split(lines)):
            field = self.field.match(section.raw[0])
            if section.role is Role.EXAMPLES:
                fields.parts.examples += section.raw[len(self.headings) :]
            elif field is None:
                fields.parts.add_prose(strip_blank(section.raw), is_head=index == 0)
            elif not fields.add(field, section.raw[1:]):
                fields.parts.add_prose(section.raw)
        fields.finish()
        return fields.parts.docstring(self.style)

    def locate(self, lines: Sequence[str]) -> list[Located]:
        """Find where the entries stand."""
        found: list[Located] = []
        types: list[Located] = []
        for start, section in numbered(self.split(lines)):
            field = self.field.match(section.raw[0])
            if field:
                end = end_of(lines, start, start + len(section.raw))
                located = located_field(lines, field, start, end)
                kind = field[1].lower()
                (types if kind in (*TYPES, *RESULT_TYPES) else found).extend(located)
        return with_types(lines, found, types)

    def render(self, docstring: Docstring, width: int) -> list[str]:
        """Write a docstring as lines without indentation."""
        examples = wrap(docstring.examples, width)
        results = ((Role.RETURNS, docstring.returns), (Role.YIELDS, docstring.yields))
        return lay_out(
            [
                wrap_summary(docstring, width),
                wrap(docstring.body, width),
                [*self.heading, *examples] if examples else [],
                [
                    *(line for e in docstring.params for line in self._param(e, width)),
                    *(line for role, e in results if e for line in self._result(role, e, width)),
                    *(line for e in docstring.raises for line in self._raises(e, width)),
                ],
            ]
        )

    def _section_at(self, lines: Sequence[str], at: int) -> tuple[Role, int]:
        field = self.field.match(lines[at])
        if field:
            return role_of(field[1].lower()), self._field_end(lines, at)
        role = Role.EXAMPLES if self._is_heading(lines, at) else Role.PROSE
        end = at + 1
        while end < len(lines) and not self._starts_section(lines, end):
            end += 1
        return role, end

    def _starts_section(self, lines: Sequence[str], at: int) -> bool:
        return bool(self.field.match(lines[at])) or self._is_heading(lines, at)

    def _is_heading(self, lines: Sequence[str], at: int) -> bool:
        under = lines[at : at + len(self.headings)]
        return len(under) == len(self.headings) and all(
            pattern.match(line) for pattern, line in zip(self.headings, under, strict=True)
        )

    def _field_end(self, lines: Sequence[str], at: int) -> int:
        """Find a field's end: it goes on over indented lines, and to the end of its paragraph."""
        end = at + 1
        for i in range(at + 1, len(lines)):
            line = lines[i]
            if not line.strip():
                continue
            follows = bool(lines[i - 1].strip()) and not line.startswith((self.mark, ".. "))
            if not indent_of(line) and not follows:
                break
            end = i + 1
        return end

    def _param(self, entry: Entry, width: int) -> list[str]:
        label = f"{self.labels[Role.PARAMS]} {entry.name}"
        type_ = [f"{self.mark}type {entry.name}: {entry.type}"] if entry.type else []
        return [*self._field(label, entry, width), *type_]

    def _raises(self, entry: Entry, width: int) -> list[str]:
        return self._field(f"{self.labels[Role.RAISES]} {entry.name}", entry, width)

    def _result(self, role: Role, entry: Entry, width: int) -> list[str]:
        if entry.name:
            text = ": ".join(part for part in (entry.name, entry.text) if part)
            entry = replace(entry, text=text)
        label = next(label for label, of in RESULT_TYPES.items() if of is role)
        type_ = [f"{self.mark}{label}: {entry.type}"] if entry.type else []
        has_field = entry.text or not type_
        return [*(self._field(self.labels[role], entry, width) if has_field else []), *type_]

    def _field(self, label: str, entry: Entry, width: int) -> list[str]:
        return hang(f"{self.mark}{label}:", entry.text, INDENT, width)


class _Fields:
    """Reads fields into parts; types wait for the entry that they belong to."""

    def __init__(self) -> None:
        self.parts = Parts()
        self._types: dict[str, str] = {}
        self._result_types: dict[Role, str] = {}

    def add(self, field: re.Match[str], rest: Sequence[str]) -> bool:
        """Read one field; False where it cannot be read.

        Args:
            field: Its first line.
            rest: The lines under it.
        """
        kind, argument = field[1].lower(), (field[2] or "").strip()
        text = hanging_text(field[3], rest)
        if kind in PARAM:
            return self._add_param(argument, text)
        if kind in RAISES:
            return self._add_raises(argument, text)
        if kind in TYPES:
            return self._add_type(argument, text)
        if kind in RESULTS:
            return self._add_result(RESULTS[kind], argument, text)
        role = RESULT_TYPES[kind]
        if text:
            self._result_types[role] = _both(self._result_types.get(role), text)
        return bool(text)

    def _add_result(self, role: Role, argument: str, text: str) -> bool:
        if not (text or argument):
            return False
        self.parts.add_result(role, Entry("", argument or None, text))
        return True

    def _add_param(self, argument: str, text: str) -> bool:
        type_, names = parted(argument)
        if not names:
            return False
        for name in bare_names(names):
            spelled = _both(type_, self._types.pop(name, "")) or None
            self.parts.params.append(Entry(name, spelled, text))
        return True

    def _add_type(self, argument: str, text: str) -> bool:
        name = argument.replace("\\", "")
        if not NAMES.fullmatch(name) or "," in name or not text:
            return False
        params = self.parts.params
        at = next((i for i in reversed(range(len(params))) if params[i].name == name), None)
        if at is None:
            self._types[name] = _both(self._types.get(name), text)
        else:
            params[at] = replace(params[at], type=_both(params[at].type, text))
        return True

    def _add_raises(self, argument: str, text: str) -> bool:
        if not argument and EXCEPTIONS.fullmatch(text):
            argument, text = text, ""
        found = EXCEPTIONS.match(argument)
        if found is None:
            return False
        more = argument[found.end() :].strip()
        text = ": ".join(part for part in (more, text) if part)
        names = exception_names(found.group())
        self.parts.raises += [Entry(name, None, text) for name in names]
        return True

    def finish(self) -> None:
        """Give the types that waited in vain entries of their own."""
        self.parts.params += [Entry(name, type_, "") for name, type_ in self._types.items()]
        results = self.parts.results
        for role, type_ in self._result_types.items():
            given = Role.YIELDS if role not in results and Role.YIELDS in results else role
            entry = results.get(given, Entry("", None, ""))
            results[given] = replace(entry, type=_both(entry.type, type_))


def _both(type_: str | None, text: str) -> str:
    """Join a type with one that was given before, on one line."""
    return ", ".join(dict.fromkeys(t for t in (type_, " ".join(text.split())) if t))
