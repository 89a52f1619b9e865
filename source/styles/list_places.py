"""Where entries stand in styles that list them under a heading, as rustdoc and RDoc do."""

import re
from collections.abc import Iterable, Iterator, Sequence

from batdoc.source.styles.located import Located, Mark, block_end, end_of, numbered, text_at
from batdoc.source.styles.sections import Role, Section, indent_of

_ITEMS = (Role.PARAMS, Role.RAISES)
_RESULTS = (Role.RETURNS, Role.YIELDS)


def list_places(
    lines: Sequence[str], sections: Sequence[Section], item: re.Pattern[str]
) -> list[Located]:
    """Find where the entries stand.

    Args:
        lines: Of the docstring.
        sections: All of them; a heading is one line.
        item: Matches an entry's first line; has a group `text`, and others for its name.
    """
    found: list[Located] = []
    for start, section in numbered(sections):
        end = end_of(lines, start, start + len(section.raw))
        if section.role in _ITEMS:
            found += _items(lines, section.role, start, end, item)
        elif section.role in _RESULTS:
            text = text_at(lines, start + 1, 0, end)
            found.append(
                Located(section.role, (start, end), start + 1, ((start + 1, end),), text=text)
            )
    return found


def _items(
    lines: Sequence[str], role: Role, start: int, end: int, item: re.Pattern[str]
) -> Iterator[Located]:
    content = [at for at in range(start + 1, end) if lines[at].strip()]
    margin = min((indent_of(lines[at]) for at in content), default=0)
    starts = [
        at for at in content if item.match(lines[at], margin) and indent_of(lines[at]) == margin
    ]
    for at, stop in zip(starts, [*starts[1:], end], strict=True):
        head = item.match(lines[at], margin)
        assert head is not None
        stop = block_end(lines, at, stop)
        yield Located(
            role=role,
            section=(start, end),
            heading_end=start + 1,
            blocks=((at, stop),),
            names=tuple(_names(at, head)),
            text=text_at(lines, at, head.start("text"), stop),
        )


def _names(line: int, head: re.Match[str]) -> Iterable[Mark]:
    named = (group for group, text in head.groupdict().items() if text and group != "text")
    return (Mark(line, *head.span(group)) for group in named)
