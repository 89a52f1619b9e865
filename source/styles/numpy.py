"""NumPy style: underlined headings, `name : type`, the text indented under it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.located import (
    Located,
    Mark,
    block_end,
    end_of,
    exception_marks,
    name_marks,
    numbered,
    text_at,
)
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
    indent_of,
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
_RAISED = re.compile(rf"(?P<names>{EXCEPTIONS.pattern})\s*(?::|$)")
_MOST_WORDS_OF_TYPE = 4


def split(lines: Sequence[str]) -> list[Section]:
    """Find the sections of a docstring, the prose before the first one included."""
    starts = [at for at in range(len(lines) - 1) if _is_heading(lines, at)]
    ends = [*starts, len(lines)]
    prose = lines[: ends[0]]
    sections = [Section(Role.PROSE, prose, prose)]
    for start, end in pairwise(ends):
        role = _role(lines[start])
        content = strip_blank(lines[start + 2 : end])
        sections.append(Section(role if content else Role.OTHER, lines[start:end], content))
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


def _items(lines: Sequence[str]) -> list[range]:
    """Group lines into items: a line at the margin, and the indented ones under it."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    margin = min((indent_of(lines[i]) for i in filled), default=0)
    starts = [i for i in filled if indent_of(lines[i]) == margin or i == filled[0]]
    return [range(*ends) for ends in pairwise([*starts, len(lines)])]


def _grouped(lines: Sequence[str]) -> list[list[str]]:
    dedented = dedent(lines)
    return [dedented[item.start : item.stop] for item in _items(dedented)]


def _read_params(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    left: list[str] = []
    for item in _grouped(lines):
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
    if rest == ":" and found.group().lower() in _ROLES:
        return [], None  # a heading of another style
    return bare_names(found.group()), rest[1:].strip() or None


def _is_prose(type_: str) -> bool:
    return not is_type(type_) and (
        len(type_.split()) > _MOST_WORDS_OF_TYPE or type_.rstrip().endswith(".")
    )


def _read_raises(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    left: list[str] = []
    for item in _grouped(lines):
        found = _RAISED.match(item[0])
        if found:
            text = "\n".join(strip_blank([item[0][found.end() :].strip(), *dedent(item[1:])]))
            entries += [Entry(name, None, text) for name in exception_names(found["names"])]
        else:
            left += item
    return entries, left


def _read_result(lines: Sequence[str]) -> Entry:
    items = _grouped(lines)
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


def locate(lines: Sequence[str]) -> list[Located]:
    """Find where the entries stand."""
    found: list[Located] = []
    for start, section in numbered(split(lines)):
        end = end_of(lines, start, start + len(section.raw))
        if section.role is Role.PARAMS:
            found += _located_params(lines, start, end)
        elif section.role is Role.RAISES:
            found += _located_raises(lines, start, end)
        elif section.role in (Role.RETURNS, Role.YIELDS):
            found.append(_located_result(lines, section.role, start, end))
    return found


def _located_items(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give the first line, its margin and the end of each item of a section."""
    for item in _items(lines[start + 2 : end]):
        at = start + 2 + item.start
        yield at, indent_of(lines[at]), block_end(lines, at, start + 2 + item.stop)


def _located_params(lines: Sequence[str], start: int, end: int) -> Iterator[Located]:
    for at, margin, stop in _located_items(lines, start, end):
        line = lines[at]
        names, type_ = _param_head(line[margin:])
        found = NAMES.match(line, margin)
        if not names or found is None:
            continue
        text = text_at(lines, at, len(line), stop)
        column = line.index(type_, found.end()) if type_ else len(line)
        if type_ and text is None and _is_prose(type_):
            type_, text = None, (at, column)
        yield Located(
            role=Role.PARAMS,
            section=(start, end),
            heading_end=start + 2,
            blocks=((at, stop),),
            names=name_marks(at, line, found.span()),
            types=(Mark(at, column, len(line)),) if type_ else (),
            text=text,
        )


def _located_raises(lines: Sequence[str], start: int, end: int) -> Iterator[Located]:
    for at, margin, stop in _located_items(lines, start, end):
        found = _RAISED.match(lines[at], margin)
        if found is None:
            continue
        yield Located(
            role=Role.RAISES,
            section=(start, end),
            heading_end=start + 2,
            blocks=((at, stop),),
            names=exception_marks(at, lines[at], found.span("names")),
            text=text_at(lines, at, found.end(), stop),
        )


def _located_result(lines: Sequence[str], role: Role, start: int, end: int) -> Located:
    items = list(_located_items(lines, start, end))
    at, margin, stop = items[0]
    has_text = text_at(lines, at, len(lines[at]), stop)
    _, type_ = _result_head(lines[at][margin:], has_text is not None)
    types = (Mark(at, len(lines[at]) - len(type_), len(lines[at])),) if type_ else ()
    return Located(
        role=role,
        section=(start, end),
        heading_end=start + 2,
        blocks=((at, end),),
        types=types if len(items) == 1 else (),
        titles=(
            Mark(start, 0, len(lines[start].rstrip(":"))),
            Mark(start + 1, 0, len(lines[start + 1])),
        ),
        text=has_text if type_ else (at, margin),
    )


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
