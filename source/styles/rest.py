"""reST style: Sphinx fields such as `:param name: text`, types in fields of their own."""

import re
from collections.abc import Sequence
from dataclasses import replace

from batdoc.source.docstring import Docstring, Entry, Style
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

_PARAM = ("param", "parameter", "arg", "argument", "key", "keyword", "kwarg")
_RAISES = ("raises", "raise", "except", "exception")
_RESULTS = {
    "return": Role.RETURNS,
    "returns": Role.RETURNS,
    "yield": Role.YIELDS,
    "yields": Role.YIELDS,
}
_TYPES = ("type", "kwtype")
_RESULT_TYPES = {"rtype": Role.RETURNS, "ytype": Role.YIELDS}
_KINDS = "|".join((*_PARAM, *_RAISES, *_RESULTS, *_TYPES, *_RESULT_TYPES))
_FIELD = re.compile(
    rf":({_KINDS})(?:[ \t]+((?::\w+:`[^`]*`|[^:\n])*?))?[ \t]*:(?!`)[ \t]*(.*)$", re.IGNORECASE
)
_RUBRIC = re.compile(r"\.\. rubric:: Examples?$")


def split(lines: Sequence[str]) -> list[Section]:
    """Find the fields and the examples of a docstring, prose between them included."""
    sections: list[Section] = []
    at = 0
    while at < len(lines):
        role, end = _section_at(lines, at)
        sections.append(Section(role, lines[at:end], lines[at:end]))
        at = end
    return sections


def _section_at(lines: Sequence[str], at: int) -> tuple[Role, int]:
    field = _FIELD.match(lines[at])
    if field:
        return _role(field[1].lower()), _field_end(lines, at)
    role = Role.EXAMPLES if _RUBRIC.match(lines[at]) else Role.PROSE
    end = at + 1
    while end < len(lines) and not _FIELD.match(lines[end]) and not _RUBRIC.match(lines[end]):
        end += 1
    return role, end


def _role(kind: str) -> Role:
    if kind in _RESULTS or kind in _RESULT_TYPES:
        return _RESULTS.get(kind) or _RESULT_TYPES[kind]
    return Role.RAISES if kind in _RAISES else Role.PARAMS


def _field_end(lines: Sequence[str], at: int) -> int:
    """Find a field's end: it goes on over indented lines, and to the end of its paragraph."""
    end = at + 1
    for i in range(at + 1, len(lines)):
        line = lines[i]
        if not line.strip():
            continue
        follows = bool(lines[i - 1].strip()) and not line.startswith((":", ".. "))
        if not indent_of(line) and not follows:
            break
        end = i + 1
    return end


class _Fields:
    """Reads fields into parts; types wait for the entry that they belong to."""

    def __init__(self) -> None:
        self.parts = Parts()
        self._types: dict[str, str] = {}
        self._result_types: dict[Role, str] = {}

    def add(self, lines: Sequence[str]) -> None:
        """Read one field; a field that cannot be read is prose."""
        field = _FIELD.match(lines[0])
        assert field is not None
        kind, argument = field[1].lower(), (field[2] or "").strip()
        text = hanging_text(field[3], lines[1:])
        if kind in _PARAM:
            is_read = self._add_param(argument, text)
        elif kind in _RAISES:
            is_read = self._add_raises(argument, text)
        elif kind in _TYPES:
            is_read = self._add_type(argument, text)
        elif kind in _RESULTS:
            is_read = bool(text or argument)
            entry = Entry("", argument or None, text)
            if is_read:
                self.parts.add_result(_RESULTS[kind], entry)
        else:
            is_read = bool(text)
            role = _RESULT_TYPES[kind]
            if is_read:
                self._result_types[role] = _both(self._result_types.get(role), text)
        if not is_read:
            self.parts.add_prose(lines)

    def _add_param(self, argument: str, text: str) -> bool:
        if not argument:
            return False
        names, type_ = argument, None
        if not NAMES.fullmatch(argument):
            *before, names = argument.rsplit(None, 1)
            type_ = " ".join(before) or None
        if not NAMES.fullmatch(names):
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


def parse(lines: Sequence[str]) -> Docstring:
    """Read a docstring; what is not understood stays in the body."""
    fields = _Fields()
    for index, section in enumerate(split(lines)):
        if section.role is Role.PROSE:
            fields.parts.add_prose(strip_blank(section.raw), is_head=index == 0)
        elif section.role is Role.EXAMPLES:
            fields.parts.examples += section.raw[1:]
        else:
            fields.add(section.raw)
    fields.finish()
    return fields.parts.docstring(Style.REST)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a docstring as lines without indentation."""
    examples = wrap(docstring.examples, width)
    return lay_out(
        [
            wrap_summary(docstring, width),
            wrap(docstring.body, width),
            [".. rubric:: Examples", "", *examples] if examples else [],
            [
                *(line for e in docstring.params for line in _param(e, width)),
                *_result("returns", "rtype", docstring.returns, width),
                *_result("yields", "ytype", docstring.yields, width),
                *(line for e in docstring.raises for line in _field(f"raises {e.name}", e, width)),
            ],
        ]
    )


def _param(entry: Entry, width: int) -> list[str]:
    type_ = [f":type {entry.name}: {entry.type}"] if entry.type else []
    return [*_field(f"param {entry.name}", entry, width), *type_]


def _result(label: str, type_label: str, entry: Entry | None, width: int) -> list[str]:
    if entry is None:
        return []
    if entry.name:
        entry = replace(entry, text=": ".join(part for part in (entry.name, entry.text) if part))
    type_ = [f":{type_label}: {entry.type}"] if entry.type else []
    return [*(_field(label, entry, width) if entry.text or not type_ else []), *type_]


def _field(label: str, entry: Entry, width: int) -> list[str]:
    return hang(f":{label}:", entry.text, INDENT, width)
