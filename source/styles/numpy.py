"""NumPy style: underlined headings, `name : type`, the text indented under it."""

import re
from collections.abc import Sequence
from itertools import pairwise

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.sections import (
    EXCEPTIONS,
    INDENT,
    NAMES,
    Reader,
    Role,
    Section,
    assemble,
    bare_names,
    dedent,
    exception_names,
    indented,
    is_type,
    lay_out,
    place_body,
    strip_blank,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap

_ROLES = {
    "parameters": Role.PARAMS,
    "other parameters": Role.PARAMS,
    "keyword parameters": Role.PARAMS,
    "arguments": Role.PARAMS,
    "args": Role.PARAMS,
    "returns": Role.RETURNS,
    "return": Role.RETURNS,
    "yields": Role.YIELDS,
    "raises": Role.RAISES,
    "examples": Role.EXAMPLES,
    "example": Role.EXAMPLES,
    **dict.fromkeys(
        (
            "attributes",
            "methods",
            "notes",
            "note",
            "see also",
            "references",
            "receives",
            "warns",
            "warnings",
        ),
        Role.OTHER,
    ),
}
_RULE = re.compile(r"(?:-{3,}|={3,})$")
_MOST_WORDS_OF_TYPE = 4


def split(lines: Sequence[str]) -> list[Section]:
    """Find the sections of a docstring, the prose before the first one included."""
    starts = [at for at in range(len(lines) - 1) if _is_heading(lines, at)]
    ends = [*starts, len(lines)]
    prose = lines[: ends[0]]
    sections = [Section(Role.PROSE, prose, prose)]
    for start, end in pairwise(ends):
        role = _role(lines[start])
        raw, content = strip_blank(lines[start:end]), strip_blank(lines[start + 2 : end])
        sections.append(Section(role if content else Role.OTHER, raw, content))
    return sections


def _role(heading: str) -> Role:
    return _ROLES.get(heading.strip().rstrip(":").lower(), Role.OTHER)


def _is_heading(lines: Sequence[str], at: int) -> bool:
    title, rule = lines[at], lines[at + 1]
    if not _RULE.match(rule) or not title.strip() or title[0] in " \t":
        return False
    is_known = title.strip().rstrip(":").lower() in _ROLES
    return is_known or (rule[0] == "-" and at > 0 and not lines[at - 1].strip())


def parse(lines: Sequence[str]) -> Docstring:
    """Read a docstring; what is not understood stays in the body."""
    return assemble(split(lines), Reader(_read_params, _read_raises, _read_result), Style.NUMPY)


def _items(lines: Sequence[str]) -> list[list[str]]:
    """Group dedented lines into items: a line, and the indented ones under it."""
    items: list[list[str]] = []
    for line in dedent(lines):
        if items and (not line or line[0] == " "):
            items[-1].append(line)
        else:
            items.append([line])
    return items


def _read_params(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    left: list[str] = []
    for item in _items(lines):
        names, type_ = _param_head(item[0])
        if names:
            text = "\n".join(dedent(item[1:]))
            is_prose = type_ is not None and not text and _is_prose(type_)
            kind, text = (None, type_ or "") if is_prose else (type_, text)
            entries += [Entry(name, kind, text) for name in names]
        elif entries:
            last = entries.pop()
            joined = [last.text, *item] if last.text else item
            entries.append(Entry(last.name, last.type, "\n".join(joined).rstrip()))
        else:
            left += item
    return entries, left


def _param_head(line: str) -> tuple[list[str], str | None]:
    """Split `a, b : type` into names and type; no names where it reads otherwise."""
    found = NAMES.match(line)
    rest = line[found.end() :].strip() if found else ""
    if found is None or line == "None" or (rest and not rest.startswith(":")):
        return [], None
    return bare_names(found.group()), rest[1:].strip() or None


def _is_prose(type_: str) -> bool:
    return not is_type(type_) and (
        len(type_.split()) > _MOST_WORDS_OF_TYPE or type_.rstrip().endswith(".")
    )


def _read_raises(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    left: list[str] = []
    for item in _items(lines):
        found = EXCEPTIONS.match(item[0])
        rest = item[0][found.end() :].strip() if found else ""
        if found and (not rest or rest.startswith(":")):
            text = "\n".join(strip_blank([rest[1:].strip(), *dedent(item[1:])]))
            entries += [Entry(name, None, text) for name in exception_names(found.group())]
        else:
            left += item
    return entries, left


def _read_result(lines: Sequence[str]) -> Entry:
    items = _items(lines)
    text = "\n".join(dedent(lines))
    if len(items) != 1:
        return Entry("", None, text)
    name, type_ = _result_head(items[0][0], has_text=len(items[0]) > 1)
    if type_ is None:
        return Entry("", None, text)
    return Entry(name, type_, "\n".join(dedent(items[0][1:])))


def _result_head(line: str, has_text: bool) -> tuple[str, str | None]:
    """Split `name : type`, or give the line as a type; no type where it is prose."""
    named = re.match(r"(\w+)\s*:\s+(\S.*)", line)
    if named and (has_text or is_type(named[2])):
        return named[1], named[2]
    return ("", line) if is_type(line) or (has_text and not line.endswith(":")) else ("", None)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a docstring as lines without indentation."""
    prose, later = place_body(docstring, split, width)
    return lay_out(
        [
            wrap_summary(docstring, width),
            prose,
            _section("Parameters", [line for e in docstring.params for line in _entry(e, width)]),
            _section("Returns", _result(docstring.returns, width)),
            _section("Yields", _result(docstring.yields, width)),
            _section("Raises", [line for e in docstring.raises for line in _entry(e, width)]),
            later,
            _section("Examples", wrap(docstring.examples, width)),
        ]
    )


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return [heading, "-" * len(heading), *lines] if lines else []


def _entry(entry: Entry, width: int) -> list[str]:
    head = f"{entry.name} : {entry.type}" if entry.type else entry.name
    return [head, *indented(wrap(entry.text, width - len(INDENT)), INDENT)]


def _result(entry: Entry | None, width: int) -> list[str]:
    if entry is None:
        return []
    if not entry.type:
        return wrap(entry.text, width)
    return _entry(entry if entry.name else Entry(entry.type, None, entry.text), width)
