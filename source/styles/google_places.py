"""Where the entries of Google sections stand."""

import re
from collections.abc import Iterator, Sequence

from batdoc.source.styles.google_heads import (
    are_results,
    find_items,
    param_head,
    result_head,
    starts_exception,
    starts_param,
)
from batdoc.source.styles.located import (
    Located,
    Mark,
    block_end,
    end_of,
    exception_marks,
    name_marks,
    text_at,
)
from batdoc.source.styles.sections import EXCEPTIONS, Role, dedent, indent_of

_COLON = re.compile(r"\s*:")


def located_params(lines: Sequence[str], start: int, end: int) -> Iterator[Located]:
    """Find the entries of a section of parameters that stands in a range of lines."""
    items, _ = find_items(lines[start + 1 : end], starts_param)
    for item in items:
        at, stop = start + 1 + item.start, start + 1 + item.stop
        head = param_head(lines[at], 0, has_more=end_of(lines, at, stop) > at + 1)
        if head is None:
            continue
        stop = block_end(lines, at, stop)
        yield Located(
            role=Role.PARAMS,
            section=(start, end),
            heading_end=start + 1,
            blocks=((at, stop),),
            names=name_marks(at, lines[at], head.names),
            types=(Mark(at, *head.type),) if head.type else (),
            text=text_at(lines, at, head.text, stop) if head.text is not None else None,
        )


def located_raises(lines: Sequence[str], start: int, end: int) -> Iterator[Located]:
    """Find the entries of a section of exceptions that stands in a range of lines."""
    items, _ = find_items(lines[start + 1 : end], starts_exception)
    for item in items:
        at, stop = start + 1 + item.start, start + 1 + item.stop
        names = EXCEPTIONS.match(lines[at], indent_of(lines[at]))
        assert names is not None
        stop = block_end(lines, at, stop)
        colon = _COLON.match(lines[at], names.end())
        yield Located(
            role=Role.RAISES,
            section=(start, end),
            heading_end=start + 1,
            blocks=((at, stop),),
            names=exception_marks(at, lines[at], names.span()),
            text=text_at(lines, at, colon.end(), stop) if colon else None,
        )


def located_result(
    lines: Sequence[str], role: Role, heading: re.Match[str], start: int, end: int
) -> Located:
    """Find a result.

    Args:
        lines: Of the docstring.
        role: Returned or yielded.
        heading: Of the section; its groups are the word, and the text behind its colon.
        start: Of the section.
        end: Of the section.
    """
    at, column = (start, heading.start(2)) if heading[2] else (start + 1, 0)
    while not lines[at].strip():
        at += 1
    column = column or indent_of(lines[at])
    head = result_head(lines[at], column)
    are_several = are_results(dedent(lines[start + 1 : end]))
    return Located(
        role=role,
        section=(start, end),
        heading_end=at if heading[2] else start + 1,
        blocks=((at, end),),
        types=(Mark(at, *head.type),) if head.type and not are_several else (),
        titles=(Mark(start, *heading.span(1)),),
        text=text_at(lines, at, head.text or column, end),
    )
