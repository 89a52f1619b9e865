"""Finds the entries of a docstring in its lines as written, in every style that tells where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from batdoc.source.docstring import Docstring
from batdoc.source.styles import convention, parse
from batdoc.source.styles.located import Located, bare
from batdoc.source.styles.sections import Role, indent_of, to_lines


@runtime_checkable
class _Locating(Protocol):
    """A convention that tells places."""

    def locate(self, lines: Sequence[str]) -> list[Located]:
        """Find where the entries stand."""
        ...


@dataclass(frozen=True, slots=True)
class Layout:
    """A docstring and the places of what it says.

    Attributes:
        lines: As written.
        docstring: What they say.
        entries: Where they say it, in their order.
    """

    lines: tuple[str, ...]
    docstring: Docstring
    entries: tuple[Located, ...]

    def of(self, role: Role) -> list[Located]:
        """Give the entries of one role."""
        return [entry for entry in self.entries if entry.role is role]

    def names(self, role: Role) -> list[str]:
        """Give the names of one role's entries, without stars."""
        return [name for entry in self.of(role) for name in entry.bare_names(self.lines)]


def locate(text: str, language: str) -> Layout | None:
    """Find what a docstring says of parameters and results, and where.

    Args:
        text: Dedented, without quotes or comment marks.
        language: That the documented code is in.

    Returns:
        None where the style does not tell places, or tells others than what is read: what cannot
        be found with certainty is not changed.
    """
    docstring = parse(text, language=language)
    found = convention(docstring.style)
    if not isinstance(found, _Locating) or "\r" in text:
        return None
    written, read = text.split("\n"), to_lines(text)
    offset = next((at for at, line in enumerate(written) if line.strip()), 0)
    margins = [indent_of(line) - indent_of(written[at + offset]) for at, line in enumerate(read)]
    places = sorted(found.locate(read), key=lambda place: place.start)
    layout = Layout(
        tuple(written), docstring, tuple(place.moved(offset, margins) for place in places)
    )
    return layout if _is_confirmed(layout) else None


def _is_confirmed(layout: Layout) -> bool:
    """Tell whether the places hold what the docstring was read to say."""
    docstring, lines = layout.docstring, layout.lines
    results = ((Role.RETURNS, docstring.returns), (Role.YIELDS, docstring.yields))
    typed = {
        bare(name): "".join(mark.of(lines).split())
        for place in layout.of(Role.PARAMS)
        for mark in place.types
        for name in place.bare_names(lines)
    }
    return (
        sorted(layout.names(Role.PARAMS)) == sorted(bare(entry.name) for entry in docstring.params)
        and all(
            "".join((entry.type or "").split()) == typed.get(bare(entry.name), "")
            for entry in docstring.params
            if bare(entry.name) in typed
        )
        and sorted(layout.names(Role.RAISES)) == sorted(entry.name for entry in docstring.raises)
        and all(bool(layout.of(role)) == (entry is not None) for role, entry in results)
    )
