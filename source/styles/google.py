"""Google style: headings with a colon, indented content, `name (type): text`."""

import re
from collections.abc import Sequence

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.google_heads import (
    LONGEST_TYPE,
    are_results,
    find_items,
    param_head,
    result_head,
    starts_exception,
    starts_param,
)
from batdoc.source.styles.google_places import located_params, located_raises, located_result
from batdoc.source.styles.located import Located, end_of, numbered
from batdoc.source.styles.sections import (
    EXCEPTIONS,
    INDENT,
    Reader,
    Role,
    Section,
    assemble,
    bare_names,
    dedent,
    even,
    exception_names,
    hang,
    hanging_text,
    indent_of,
    indented,
    lay_out,
    place_body,
    strip_blank,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap

_ROLES = {
    **dict.fromkeys(
        (
            "args",
            "arguments",
            "parameters",
            "params",
            "keyword args",
            "keyword arguments",
            "keyword parameters",
            "other parameters",
            "kwargs",
        ),
        Role.PARAMS,
    ),
    **dict.fromkeys(("returns", "return"), Role.RETURNS),
    **dict.fromkeys(("yields", "yield"), Role.YIELDS),
    **dict.fromkeys(("raises", "raise"), Role.RAISES),
    **dict.fromkeys(("examples", "example"), Role.EXAMPLES),
    **dict.fromkeys(
        (
            "attributes",
            "note",
            "notes",
            "warning",
            "warnings",
            "warns",
            "see also",
            "references",
            "reference",
            "todo",
            "tip",
            "important",
            "methods",
            "shape",
        ),
        Role.OTHER,
    ),
}
_HEADING = re.compile(r"([A-Za-z]+(?: [A-Za-z]+)?):[ \t]*(?!:)(.*)$")


def split(lines: Sequence[str]) -> list[Section]:
    """Find the sections of a docstring, prose between them included."""
    sections: list[Section] = []
    prose: list[str] = []
    at = 0
    while at < len(lines):
        fence_end = _fence_end(lines, at)
        if fence_end:
            prose += lines[at:fence_end]
            at = fence_end
            continue
        in_paragraph = at == 0 or bool(prose and prose[-1].strip())
        section = _section_at(lines, at, in_paragraph)
        if section is None:
            prose.append(lines[at])
            at += 1
            continue
        if prose or not sections:
            sections.append(Section(Role.PROSE, prose, prose))
            prose = []
        sections.append(section)
        at += len(section.raw)
    if prose:
        sections.append(Section(Role.PROSE, prose, prose))
    return sections


def _fence_end(lines: Sequence[str], at: int) -> int | None:
    """Find the end of fenced code, in which a heading is none; None where none starts."""
    mark = lines[at][:3]
    if mark not in ("```", "~~~"):
        return None
    closing = (i for i in range(at + 1, len(lines)) if lines[i].startswith(mark))
    return next((i + 1 for i in closing), None)


def _section_at(lines: Sequence[str], at: int, in_paragraph: bool) -> Section | None:
    heading = _HEADING.match(lines[at])
    role = _ROLES.get(heading[1].lower()) if heading else None
    if heading is None or role is None:
        return None
    if not heading[2]:
        end = _indented_end(lines, at + 1)
        content = lines[at + 1 : end]
        return Section(role, lines[at:end], content) if strip_blank(content) else None
    if in_paragraph or role not in (Role.RETURNS, Role.YIELDS) or heading[1][0].islower():
        return None
    return _inline_section(lines, at, role, heading[2])


def _inline_section(lines: Sequence[str], at: int, role: Role, text: str) -> Section:
    """Read `Returns: text`, which goes on to the end of the paragraph."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _HEADING.match(lines[end]):
        end += 1
    end = _indented_end(lines, end)
    rest = lines[at + 1 : end]
    margin = " " * min((indent_of(line) for line in rest if line.strip()), default=0)
    return Section(role, lines[at:end], [margin + text, *rest])


def _indented_end(lines: Sequence[str], at: int) -> int:
    """Find the end of the indented lines that start at a line, blank ones at the end left out."""
    end = at
    for i in range(at, len(lines)):
        if not lines[i].strip():
            continue
        if not indent_of(lines[i]):
            break
        end = i + 1
    return end


def parse(lines: Sequence[str]) -> Docstring:
    """Read a docstring; what is not understood stays in the body."""
    return assemble(split(lines), Reader(_read_params, _read_raises, _read_result), Style.GOOGLE)


def _read_params(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    items, left = find_items(lines, starts_param)
    entries: list[Entry] = []
    for item in (lines[found.start : found.stop] for found in items):
        read = _read_param(item)
        if read:
            entries += read
        elif entries:
            last = entries.pop()
            text = "\n".join([last.text, *dedent(item)]).strip("\n")
            entries.append(Entry(last.name, last.type, text))
        else:
            left += item
    return entries, left


def _read_param(item: Sequence[str]) -> list[Entry]:
    """Read `name (type): text` or `name -- text`, or nothing; a type may take some lines."""
    for lines in range(1, min(len(item), LONGEST_TYPE) + 1):
        line = " ".join(part.strip() for part in item[:lines])
        head = param_head(line, 0, has_more=any(part.strip() for part in item[lines:]))
        if head is None:
            return []
        if head.text is not None:
            type_ = line[slice(*head.type)] if head.type else None
            text = hanging_text(line[head.text :], item[lines:])
            return [Entry(name, type_, text) for name in bare_names(line[slice(*head.names)])]
    return []


def _read_raises(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    items, left = find_items(lines, starts_exception)
    entries: list[Entry] = []
    for item in (lines[found.start : found.stop] for found in items):
        line = item[0].strip()
        names = EXCEPTIONS.match(line)
        assert names is not None
        text = hanging_text(line[names.end() :].lstrip().removeprefix(":"), item[1:])
        entries += [Entry(name, None, text) for name in exception_names(names.group())]
    return entries, left


def _read_result(lines: Sequence[str]) -> Entry:
    lines = even(dedent(lines))
    head = result_head(lines[0], 0)
    if head.type is None or are_results(lines):
        return Entry("", None, "\n".join(lines))
    name = lines[0][slice(*head.names)]
    return Entry(name, lines[0][slice(*head.type)], hanging_text(lines[0][head.text :], lines[1:]))


def locate(lines: Sequence[str]) -> list[Located]:
    """Find where the entries stand."""
    found: list[Located] = []
    for start, section in numbered(split(lines)):
        end = end_of(lines, start, start + len(section.raw))
        if section.role is Role.PARAMS:
            found += located_params(lines, start, end)
        elif section.role is Role.RAISES:
            found += located_raises(lines, start, end)
        elif section.role in (Role.RETURNS, Role.YIELDS):
            heading = _HEADING.match(lines[start])
            assert heading is not None
            found.append(located_result(lines, section.role, heading, start, end))
    return found


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a docstring as lines without indentation."""
    prose, later = place_body(docstring, split, width)
    return lay_out(
        [
            wrap_summary(docstring, width),
            prose,
            _section("Args", [line for e in docstring.params for line in _entry(e, width)]),
            _section("Returns", _result(docstring.returns, width)),
            _section("Yields", _result(docstring.yields, width)),
            _section("Raises", [line for e in docstring.raises for line in _entry(e, width)]),
            later,
            _section("Examples", wrap(docstring.examples, width - len(INDENT))),
        ]
    )


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"{heading}:", *indented(lines, INDENT)] if lines else []


def _entry(entry: Entry, width: int) -> list[str]:
    lead = f"{entry.name} ({entry.type}):" if entry.type else f"{entry.name}:"
    return hang(lead, entry.text, INDENT, width - len(INDENT))


def _result(entry: Entry | None, width: int) -> list[str]:
    if entry is None:
        return []
    if not entry.type:
        lines = entry.text.split("\n") if entry.text else []
        return lines if are_results(lines) else wrap(entry.text, width - len(INDENT))
    lead = f"{entry.name} ({entry.type}):" if entry.name else f"{entry.type}:"
    return hang(lead, entry.text, "", width - len(INDENT))
