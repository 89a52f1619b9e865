"""Where reST and Epytext fields stand, and which fields of types belong to them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from batdoc.source.styles.field_names import (
    PARAM,
    RAISES,
    RESULT_TYPES,
    RESULTS,
    TYPES,
    parted,
    role_of,
)
from batdoc.source.styles.located import Located, Mark, exception_marks, name_marks, text_at
from batdoc.source.styles.sections import Role


def located_field(
    lines: Sequence[str], field: re.Match[str], start: int, end: int
) -> Iterator[Located]:
    """Locate what one field tells of, if it can be read."""
    kind, line = field[1].lower(), field.string
    role, span = role_of(kind), field.span(2)
    text = text_at(lines, start, field.start(3), end)
    place = Located(role, (start, end), start, ((start, end),), text=text)
    if kind in TYPES or kind in RESULT_TYPES:
        is_one_line = text is not None and text[0] == start and end == start + 1
        type_ = (Mark(start, field.start(3), len(line)),) if is_one_line else ()
        names = name_marks(start, line, span) if kind in TYPES else ()
        yield replace(place, names=names, types=type_, text=None)
    elif kind in RESULTS:
        yield replace(place, titles=(Mark(start, *field.span(1)),))
    elif kind in RAISES and field[2]:
        names = exception_marks(start, line, span)
        yield replace(place, names=names)
    elif kind in PARAM and (spelled := parted((field[2] or "").strip()))[1]:
        type_span = _span(line, span, spelled[0])
        name_span = _span(line, (type_span[1], span[1]), spelled[1])
        types = (Mark(start, *type_span),) if spelled[0] else ()
        yield replace(place, names=name_marks(start, line, name_span), types=types)


def _span(line: str, within: tuple[int, int], text: str | None) -> tuple[int, int]:
    start = line.find(text, *within) if text else -1
    return (start, start + len(text)) if text and start >= 0 else (within[0], within[0])


def with_types(
    lines: Sequence[str], found: Sequence[Located], types: Sequence[Located]
) -> list[Located]:
    """Join the fields of types to what they are the types of; those left stand alone."""
    places = list(found)
    for type_ in types:
        owner = _owner(lines, places, type_)
        if owner is None:
            places.append(type_)
            continue
        old = places[owner]
        places[owner] = replace(
            old,
            blocks=(*old.blocks, *type_.blocks),
            names=(*old.names, *type_.names),
            types=(*old.types, *type_.types),
        )
    return places


def _owner(lines: Sequence[str], places: Sequence[Located], type_: Located) -> int | None:
    """Find the entry that a type belongs to: the last before it, else the first behind it."""
    names = type_.bare_names(lines)
    roles = [place.role for place in places]
    role = type_.role
    if role is Role.RETURNS and role not in roles:
        role = Role.YIELDS  # where nothing is returned, `rtype` tells of what is yielded
    fitting = [
        at
        for at, place in enumerate(places)
        if place.role is role and (names == () or names[0] in place.bare_names(lines))
    ]
    before = [at for at in fitting if places[at].start < type_.start]
    return before[-1] if before else next(iter(fitting), None)
