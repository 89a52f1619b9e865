"""Google style: headings with a colon, indented content, `name (type): text`."""

import re
from collections.abc import Callable, Sequence

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
    even,
    exception_names,
    hang,
    hanging_text,
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
_BARE_EXCEPTION = re.compile(r"[`~\w.]*(?:Error|Exception|Warning|Interrupt)`?")
_AFTER_NAME = re.compile(r"\s*(?:[(:]|--\s)")
_LONGEST_TYPE = 4  # lines


def split(lines: Sequence[str]) -> list[Section]:
    """Find the sections of a docstring, prose between them included."""
    sections: list[Section] = []
    prose: list[str] = []
    at = 0
    while at < len(lines):
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


def _items(
    lines: Sequence[str], starts: Callable[[str], bool]
) -> tuple[list[list[str]], list[str]]:
    """Group lines into items; the lines before the first are left.

    Args:
        lines: Of a section.
        starts: Tells whether an item starts with a line; asked only of those not indented deeper.
    """
    items: list[list[str]] = []
    left: list[str] = []
    lines = strip_blank(lines)
    margin = indent_of(lines[0]) if lines else 0
    for line in lines:
        if indent_of(line) <= margin and starts(line.strip()):
            items.append([line])
            margin = indent_of(line)
        else:
            (items[-1] if items else left).append(line)
    return items, left


def _starts_param(line: str) -> bool:
    line = line.removeprefix("- ")
    names = NAMES.match(line)
    return names is not None and bool(_AFTER_NAME.match(line, names.end()))


def _starts_exception(line: str) -> bool:
    names = EXCEPTIONS.match(line)
    if names is None:
        return False
    is_bare = bool(_BARE_EXCEPTION.fullmatch(names.group()))
    rest = line[names.end() :].lstrip()
    return rest.startswith(":") or (is_bare and (not rest or rest.startswith(("if ", "when "))))


def _read_params(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    items, left = _items(lines, _starts_param)
    entries: list[Entry] = []
    for item in items:
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
    for lines in range(1, min(len(item), _LONGEST_TYPE) + 1):
        line = " ".join(part.strip() for part in item[:lines]).removeprefix("- ")
        names = NAMES.match(line)
        if names is None:
            return []
        type_, found = _bracketed(line[names.end() :].lstrip())
        if found is not None:
            mark = next((mark for mark in (":", "--") if found.startswith(mark)), None)
            if mark is None:
                return []
            text = hanging_text(found.removeprefix(mark), item[lines:])
            return [Entry(name, type_, text) for name in bare_names(names.group())]
    return []


def _bracketed(text: str) -> tuple[str | None, str | None]:
    """Split `(type) rest`; rest is None where the bracket is still open."""
    if not text.startswith("("):
        return None, text
    depth = 0
    for i, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return text[1:i].strip() or None, text[i + 1 :].lstrip()
    return None, None


def _read_raises(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    items, left = _items(lines, _starts_exception)
    entries: list[Entry] = []
    for item in items:
        line = item[0].strip()
        names = EXCEPTIONS.match(line)
        assert names is not None
        text = hanging_text(line[names.end() :].lstrip().removeprefix(":"), item[1:])
        entries += [Entry(name, None, text) for name in exception_names(names.group())]
    return entries, left


def _read_result(lines: Sequence[str]) -> Entry:
    lines = even(dedent(lines))
    name, type_, first = _result_head(lines[0])
    if type_ is None or _are_results(lines):
        return Entry("", None, "\n".join(lines))
    return Entry(name, type_, hanging_text(first, lines[1:]))


def _are_results(lines: Sequence[str]) -> bool:
    """Tell whether several results stand under each other, as of a tuple."""
    return sum(_result_head(line)[1] is not None for line in lines) > 1


def _result_head(line: str) -> tuple[str, str | None, str]:
    """Split `type: text` or `name (type): text`; without a type all is text."""
    named = re.match(r"(\w+) (?=\()", line)
    if named:
        type_, rest = _bracketed(line[named.end() :])
        if type_ and rest and rest.startswith(":"):
            return named[1], type_, rest[1:]
    for colon in re.finditer(r":(?=\s|$)", line):
        if is_type(line[: colon.start()]):
            return "", line[: colon.start()], line[colon.end() :]
    return "", None, line


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
        return lines if _are_results(lines) else wrap(entry.text, width - len(INDENT))
    lead = f"{entry.name} ({entry.type}):" if entry.name else f"{entry.type}:"
    return hang(lead, entry.text, "", width - len(INDENT))
