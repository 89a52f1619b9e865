"""RDoc: prose under headings; parameters and exceptions are items of a list, `* +name+ - text`."""

import re
from collections.abc import Sequence
from itertools import pairwise

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.list_places import list_places
from batdoc.source.styles.located import Located
from batdoc.source.styles.sections import (
    Reader,
    Role,
    Section,
    assemble,
    dedent,
    hang,
    hanging_text,
    indented,
    lay_out,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap

_HEADING = re.compile(r"(=+)\s+(.+?)\s*$")
_ROLES = {
    "parameters": Role.PARAMS,
    "params": Role.PARAMS,
    "arguments": Role.PARAMS,
    "args": Role.PARAMS,
    "returns": Role.RETURNS,
    "return value": Role.RETURNS,
    "yields": Role.YIELDS,
    "raises": Role.RAISES,
    "exceptions": Role.RAISES,
    "examples": Role.EXAMPLES,
    "example": Role.EXAMPLES,
}
_MARKED = r"(?:\+|<tt>|<code>)?:?(?P<name>[A-Za-z_][\w:]*?):?(?:\+|</tt>|</code>)?"
_ITEM = re.compile(
    rf"(?:[*-]\s+{_MARKED}(?:(?:\s+-|:)(?:\s+|$)|$)|\[{_MARKED.replace('name', 'label')}\]\s*"
    rf"|{_MARKED.replace('name', 'title')}::(?:\s+|$))(?P<text>.*)"
)
_MARGIN = "  "


def split(lines: Sequence[str]) -> list[Section]:
    """Find the sections of a text, prose before and between them included."""
    starts = [at for at, line in enumerate(lines) if _HEADING.match(line)]
    bounds = [*([0] if starts[:1] != [0] else []), *starts, len(lines)]
    return [_section(lines[start:end]) for start, end in pairwise(bounds) if end]


def parse(lines: Sequence[str]) -> Docstring:
    """Read a text; what is not understood stays in the body."""
    return assemble(split(lines), _READER, Style.RDOC)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write a text as lines without comment marks."""
    results = (("Returns", docstring.returns), ("Yields", docstring.yields))
    return lay_out(
        [
            wrap_summary(docstring, width),
            wrap(docstring.body, width),
            _list("Parameters", docstring.params, width),
            *(_result(title, entry, width) for title, entry in results if entry),
            _list("Raises", docstring.raises, width),
            _under("Examples", indented(docstring.examples.split("\n"), _MARGIN))
            if docstring.examples
            else [],
        ]
    )


def locate(lines: Sequence[str]) -> list[Located]:
    """Find where the entries stand."""
    return list_places(lines, split(lines), _ITEM)


def _section(raw: Sequence[str]) -> Section:
    heading = _HEADING.match(raw[0])
    if heading is None:
        return Section(Role.PROSE, raw, raw)
    role = _ROLES.get(heading[2].lower().rstrip(":"), Role.OTHER)
    return Section(role, raw, raw[1:])


def _entries(content: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Read the items of a list; what stands before the first is left."""
    lines = dedent(content)
    starts = [at for at, line in enumerate(lines) if _ITEM.match(line)]
    entries = [_entry(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    return entries, lines[: starts[0]] if starts else lines


def _entry(lines: Sequence[str]) -> Entry:
    found = _ITEM.match(lines[0])
    assert found is not None
    name = found["name"] or found["label"] or found["title"]
    return Entry(name, None, hanging_text(found["text"], lines[1:]))


def _result(title: str, entry: Entry, width: int) -> list[str]:
    text = ": ".join(part for part in (entry.name, entry.type, entry.text) if part)
    return _under(title, wrap(text, width))


def _list(title: str, entries: Sequence[Entry], width: int) -> list[str]:
    return _under(title, [line for entry in entries for line in _item(entry, width)])


def _item(entry: Entry, width: int) -> list[str]:
    text = f"({entry.type}) {entry.text}".rstrip() if entry.type else entry.text
    lead = f"* +{entry.name.lstrip('*')}+"
    return hang(f"{lead} -" if text else lead, text, _MARGIN, width)


def _under(title: str, lines: Sequence[str]) -> list[str]:
    return [f"==== {title}", "", *lines] if lines else []


_READER = Reader(
    params=_entries,
    raises=_entries,
    result=lambda content: Entry("", None, "\n".join(dedent(content))),
)
