"""Writes the entries that a docstring lacks, and finds where they belong.

A new entry is written as its neighbours are; where that cannot be, as the style does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from batdoc.source.docstring import STARRED, Docstring, Entry
from batdoc.source.merge.copy import can_copy, copied, margin_of, text_margin
from batdoc.source.merge.lines import Addition
from batdoc.source.merge.order import extent, gap, runs
from batdoc.source.merge.plan import Plan
from batdoc.source.styles import render
from batdoc.source.styles.locate import locate
from batdoc.source.styles.located import Located, bare
from batdoc.source.styles.sections import Role, dedent, indented


@dataclass(frozen=True, slots=True)
class EntryWriter:
    """Writes entries for one docstring.

    Attributes:
        plan: What else changes in it.
        language: That the documented code is in.
        width: Of a line.
        copies: Write as the neighbours are written.
    """

    plan: Plan
    language: str
    width: int
    copies: bool

    def params(self, order: Mapping[str, int], entries: Sequence[Entry]) -> list[Addition]:
        """Write entries of parameters where the signature's order wants them.

        Args:
            order: The place of each parameter in the signature.
            entries: In the signature's order.
        """
        ranked = [(order[name], slot) for name, slot in self._seats() if name in order]
        written = ((order[bare(e.name)], self._written(Role.PARAMS, e)) for e in entries)
        return [self._placed(ranked, rank, lines) for rank, lines in written if lines]

    def raises(self, entries: Sequence[Entry]) -> list[Addition]:
        """Write entries of exceptions behind the last one."""
        if not entries:
            return []
        given = self.plan.layout.of(Role.RAISES)
        written = (self._written(Role.RAISES, entry) for entry in entries)
        return [Addition(extent(given[-1])[1], (*gap(given), *lines)) for lines in written if lines]

    def _seats(self) -> list[tuple[str, Located]]:
        """Give the names of the parameters that stay, and where they will stand."""
        plan = self.plan
        renamed = {mark: bare(text) for mark, text in plan.spelled}
        return [
            (renamed.get(mark, bare(mark.of(plan.layout.lines))), slot)
            for slot, entry in plan.seats
            if not plan.is_gone(entry)
            for mark in entry.names
        ]

    def _placed(
        self, ranked: Sequence[tuple[int, Located]], rank: int, lines: Sequence[str]
    ) -> Addition:
        """Put an entry behind the nearest one that comes before it, or else before the next."""
        before = [seat for seat in ranked if seat[0] < rank]
        if before:
            slot = max(before, key=_place)[1]
            return Addition(extent(slot)[1], (*self._gap_at(slot), *lines))
        if ranked:
            slot = min(ranked, key=_place)[1]
            return Addition(slot.start, (*lines, *self._gap_at(slot)))
        return Addition(self.plan.layout.of(Role.PARAMS)[0].start, tuple(lines))

    def _gap_at(self, entry: Located) -> list[str]:
        return gap(next(run for run in runs(self.plan.layout) if entry in run))

    def _written(self, role: Role, entry: Entry) -> list[str]:
        """Write one entry; no lines where the style cannot be followed."""
        layout = self.plan.layout
        is_named_so = layout.docstring.style in STARRED or role is Role.RAISES
        name = entry.name if is_named_so else bare(entry.name)
        entry = replace(entry, name=name, text=" ".join(entry.text.split()))
        plain = self._plain(role, entry)
        if plain is None or not self.copies:
            return plain[1] if plain else []
        has_type, lines = plain
        siblings = sorted(layout.of(role), key=lambda sibling: self.plan.is_gone(sibling))
        for sibling in siblings:
            if can_copy(layout, sibling, has_type):
                return copied(layout, sibling, entry, self.width)
        return lines

    def _plain(self, role: Role, entry: Entry) -> tuple[bool, list[str]] | None:
        """Write an entry as the style does; tells also whether it spells a type."""
        layout = self.plan.layout
        style = layout.docstring.style
        params, raises = ((entry,), ()) if role is Role.PARAMS else ((), (entry,))
        docstring = Docstring("", "", params, None, None, raises, "", style)
        margin = margin_of(layout.lines[layout.of(role)[0].start])
        rendered = render(docstring, max(self.width - len(margin), 1))
        found = locate("\n".join(["Do it.", "", *rendered]), self.language)
        if found is None or found.docstring.style is not style or not found.of(role):
            return None
        place = found.of(role)[0]
        lines = found.lines[slice(*extent(place))]
        old = len(margin_of(lines[0]))
        return bool(place.types), self._indented([line[old:] for line in lines], margin, role)

    def _indented(self, lines: Sequence[str], margin: str, role: Role) -> list[str]:
        """Indent an entry as others are, the lines under its first one as theirs."""
        deeper = text_margin(self.plan.layout, role)
        if deeper is None or not all(line[:1] == " " for line in lines[1:]):
            return indented(lines, margin)
        return [margin + lines[0], *indented(dedent(lines[1:]), deeper)]


def _place(seat: tuple[int, Located]) -> tuple[int, int]:
    return seat[0], seat[1].start
