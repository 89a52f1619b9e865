"""rustdoc: Markdown sections such as `# Arguments`, `# Returns` and `# Examples`.

`# Errors`, `# Panics` and `# Safety` are prose: what a function fails with has no name in its
signature. Code in fences is run by `cargo test`, and is never touched.
"""

import re
from collections.abc import Iterator, Sequence

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
    lay_out,
    strip_blank,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap

_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_HEADING = re.compile(r"#{1,4}[ \t]+(?P<title>.+?)[ \t]*:?[ \t]*#*$")
_ENTRY = re.compile(
    r"[-*+][ \t]+(?:\*\*)?`(?P<name>\w+)`(?:\*\*)?(?:\s*(?:[-\u2013\u2014:]|\.\s))?\s*(?P<text>.*)"
)
_ROLES = {
    **dict.fromkeys(("arguments", "parameters", "params", "args"), Role.PARAMS),
    **dict.fromkeys(("returns", "return", "return value", "return values"), Role.RETURNS),
    **dict.fromkeys(("examples", "example"), Role.EXAMPLES),
}
_MARGIN = "  "


def split(lines: Sequence[str]) -> list[Section]:
    """Find the headings outside of fenced code, and the prose before them."""
    starts = [0, *(at for at in _headings_at(lines) if at)]
    return [
        Section(_role(lines[start]), lines[start:end], lines[start + 1 : end])
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
        if start < end
    ]


def parse(lines: Sequence[str]) -> Docstring:
    """Read documentation; what is not understood stays in the body."""
    return assemble(split(lines), _READER, Style.RUSTDOC)


def render(docstring: Docstring, width: int) -> list[str]:
    """Write documentation as lines without comment marks."""
    entries = [
        line
        for entry in docstring.params
        for line in hang(_lead(entry), entry.text, _MARGIN, width)
    ]
    result = docstring.returns or docstring.yields
    return lay_out(
        [
            wrap_summary(docstring, width),
            wrap(docstring.body, width),
            *_section("Arguments", entries),
            *_section("Returns", wrap(result.text, width) if result else []),
            *_section("Examples", docstring.examples.split("\n") if docstring.examples else []),
        ]
    )


def locate(lines: Sequence[str]) -> list[Located]:
    """Find where the entries stand."""
    return list_places(lines, split(lines), _ENTRY)


def _headings_at(lines: Sequence[str]) -> Iterator[int]:
    fence = ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif not fence and _HEADING.match(line):
            yield at


def _role(line: str) -> Role:
    found = _HEADING.match(line)
    return _ROLES.get(found["title"].lower(), Role.OTHER) if found else Role.PROSE


def _section(title: str, lines: Sequence[str]) -> list[list[str]]:
    return [[f"# {title}"], list(lines)] if lines else []


def _lead(entry: Entry) -> str:
    name = entry.name.lstrip("*")
    return f"* `{name}` -" if entry.text else f"* `{name}`"


def _read_params(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Read the items of a list; a section that holds anything else is left as it is."""
    lines = dedent(lines)
    starts = [at for at, line in enumerate(lines) if line and line[0] not in " \t"]
    found = [_ENTRY.match(lines[at]) for at in starts]
    if not (starts and all(found)):
        return [], []
    entries = [
        Entry(item["name"], None, hanging_text(item["text"], strip_blank(lines[start + 1 : end])))
        for item, start, end in zip(found, starts, [*starts[1:], len(lines)], strict=True)
        if item
    ]
    return entries, []


def _read_raises(lines: Sequence[str]) -> tuple[list[Entry], list[str]]:
    return [], list(lines)


def _read_result(lines: Sequence[str]) -> Entry:
    return Entry("", None, "\n".join(dedent(lines)))


_READER = Reader(params=_read_params, raises=_read_raises, result=_read_result)
