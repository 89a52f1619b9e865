"""A Python file that was read, and how a later text of it is read at the cost of what changed.

Only the statements around the change are parsed by Python itself; tree-sitter reads again what
changed of its tree, and units elsewhere are moved. In doubt, the file is read as a whole.
"""

from dataclasses import dataclass, replace
from itertools import islice

from tree_sitter import Tree

from batdoc.source.errors import ParseError
from batdoc.source.languages.python_comments import has_long_comments, shorten_comments
from batdoc.source.languages.python_place import indents_by_tabs
from batdoc.source.languages.python_regions import Change, Region, changed, regions
from batdoc.source.languages.python_syntax import captures, concrete_tree, syntax_tree
from batdoc.source.languages.python_units import build_units, with_members
from batdoc.source.units import ByteSpan, CodeUnit

_MOST_BYTES = 2_000_000  # a tree takes some thirty times as much memory as its source
_MOST_REGIONS = 2  # a decorator above a function needs the second one


@dataclass(frozen=True, slots=True)
class PythonReading:
    """A file, and what was found in it.

    Attributes:
        source: The file.
        units: All of it, in source order.
        tree: Of the source; None where the grammar was shown other bytes, and of large files.
    """

    source: bytes
    units: tuple[CodeUnit, ...]
    tree: Tree | None

    def again(self, source: bytes) -> "PythonReading":
        """Read what the file became.

        Raises:
            ParseError: It is not valid Python any more.
        """
        change = changed(self.source, source)
        if change is None:
            return self
        return self._in_part(change, source) or read(source)

    def _in_part(self, change: Change, source: bytes) -> "PythonReading | None":
        """Read what changed; None where all must be read.

        Raises:
            ParseError: The file is not valid Python any more.
        """
        if self.tree is None or indents_by_tabs(self.source) != indents_by_tabs(source):
            return None
        grown = change.new_end - change.end
        nearest = [*islice(regions(self.tree.root_node, self.source, change), _MOST_REGIONS)]
        for region in nearest:
            text = source[region.start : region.end + grown]
            if region.is_valid(text):
                return None if has_long_comments(text) else self._with(region, change, source)
        if nearest and nearest[0].denies(source[nearest[0].start :]):
            raise ParseError("the statements around the last change are not valid")
        return None

    def _with(self, region: Region, change: Change, source: bytes) -> "PythonReading | None":
        """Take a region from the new text, and all else from what is known."""
        assert self.tree is not None
        grown = change.new_end - change.end
        span = ByteSpan(region.start, region.end + grown)
        try:
            tree = concrete_tree(source, _edited(self.tree, change, self.source, source))
        except ParseError:
            return None
        built = build_units(source, captures(tree, span))
        here = [u for u in built if u.span.end > span.start and u.span.start < span.end]
        if sum(unit.span.start < span.start for unit in here) != region.depth:
            return None
        lines = source.count(b"\n", span.start, span.end)
        lines -= self.source.count(b"\n", region.start, region.end)
        before = (u for u in self.units if u.span.end <= region.start)
        behind = (_moved(u, grown, lines) for u in self.units if u.span.start >= region.end)
        units = sorted([*before, *here, *behind], key=lambda unit: unit.span.start)
        return PythonReading(source, tuple(with_members(units)), tree)


def read(source: bytes) -> PythonReading:
    """Read a file.

    Raises:
        ParseError: It is not valid Python.
    """
    syntax_tree(source)
    shown = shorten_comments(source)
    tree = concrete_tree(shown)
    units = with_members(build_units(source, captures(tree)))
    is_kept = shown is source and len(source) <= _MOST_BYTES
    return PythonReading(source, tuple(units), tree if is_kept else None)


def _edited(tree: Tree, change: Change, before: bytes, after: bytes) -> Tree:
    """Tell a copy of a tree what became of its text."""
    copy = tree.copy()
    copy.edit(
        change.start,
        change.end,
        change.new_end,
        _point(before, change.start),
        _point(before, change.end),
        _point(after, change.new_end),
    )
    return copy


def _point(source: bytes, at: int) -> tuple[int, int]:
    return source.count(b"\n", 0, at), at - (source.rfind(b"\n", 0, at) + 1)


def _moved(unit: CodeUnit, grown: int, lines: int) -> CodeUnit:
    """Give a unit that stands elsewhere now."""
    if not grown and not lines:
        return unit
    first, last = unit.lines
    doc = unit.doc_span
    return replace(
        unit,
        span=ByteSpan(unit.span.start + grown, unit.span.end + grown),
        doc_span=ByteSpan(doc.start + grown, doc.end + grown) if doc else None,
        insert_at=unit.insert_at + grown,
        lines=(first + lines, last + lines),
        declared_at=unit.declared_at + lines,
    )
