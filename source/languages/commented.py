"""The base of the languages that are documented in comments before a declaration.

A language file says which syntax declares what, by a query and by `declare`; the rest is here:
how units are built, how documentation is replaced, and what must stay equal when it is. tree-sitter
reads almost anything, so a file in which it finds an error is refused, unless the language's files
can rarely be read without one (`tolerates_errors`); then what an error touches is left alone.
"""

import hashlib
import re
import textwrap
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import tree_sitter
from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from batdoc.source.edits import Edit, digest
from batdoc.source.errors import ParseError, ProofError
from batdoc.source.graph.kinds import kinds_of
from batdoc.source.graph.tree import is_valid
from batdoc.source.languages.above import NEWLINE, CommentsAbove, decoded
from batdoc.source.languages.comments import CommentForm, form_of, read_comment, write_comment
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Facts, Readers, collect_facts
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source as the grammar sees it."""

    source: bytes
    declarations: Sequence[Declaration]
    facts: dict[int, Facts]
    comments: CommentsAbove
    newlines: Sequence[int]

    def line_at(self, at: int) -> int:
        """Give the number of the line that a byte stands on, from 1."""
        return bisect_right(self.newlines, at) + 1


class CommentedLanguage(ABC):
    """A language whose documentation is in comments; see `batdoc.source.language.Language`.

    Attributes:
        name: In the registry.
        forms: The comments that are documentation; the first is used for new ones.
        query: Captures `definition`, `comment`, `scope`, `return`, `yield`, `raise` and `call`.
        wrappers: What to put before and after a piece of code that is not valid on its own, such
            as a method; tried in order.
        directives: Matches a comment that is meant for a tool and for what follows it directly:
            documentation goes above it.
        tolerates_errors: Leave alone what cannot be read instead of refusing the file.
        may_stand_apart: Blank lines may stand between documentation and declaration.
        passed_over: Matches lines that may stand there as well, with their ends.
        types_suffice: Parameters with types need no entries where words tell of few of them.
    """

    name: str
    forms: tuple[CommentForm, ...]
    query: str
    wrappers: tuple[tuple[str, str], ...] = ()
    directives: re.Pattern[str] | None = None
    tolerates_errors = False
    may_stand_apart = False
    passed_over: re.Pattern[bytes] | None = None
    types_suffice = False

    @abstractmethod
    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""

    @abstractmethod
    def declare(self, node: Node) -> Declaration | None:
        """Read a captured definition; None where it is nothing that can be documented."""

    @property
    @abstractmethod
    def readers(self) -> Readers:
        """Read returns, raises and calls."""

    def guard(self, line: str) -> str:
        """Make a line of documentation harmless, where the language would act on its words."""
        return line

    def indent_before(self, source: bytes, at: int) -> str | None:
        """Give the white space before a byte; None where its line is not its own."""
        return _indent_before(source, at)

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find everything that can be documented, in source order.

        Raises:
            ParseError: The grammar cannot read the source.
        """
        reading = self._read(source)
        return list(_finish_classes(self._build(reading)))

    def outlines(self, source: bytes) -> list[CodeUnit]:
        """Find the same for a checker, which needs less; there is no shorter way here.

        Raises:
            ParseError: The grammar cannot read the source.
        """
        return self.units(source)

    def comments(self, source: bytes) -> dict[int, str]:
        """Give the comments of a source by the line that they start on, from 1."""
        captures = QueryCursor(self._query).captures(self._tree(source).root_node)
        found = captures.get("comment", [])
        return {node.start_point[0] + 1: decoded(node) for node in found}

    def parses(self, code: str) -> bool:
        """Tell whether `code` is valid on its own, or as a member; in finite time, see `tree`."""
        kinds = kinds_of(self.name)
        assert kinds is not None
        texts = [code, *(f"{before}{code}{after}\n" for before, after in self.wrappers)]
        return any(is_valid(text.encode("utf-8", "replace"), kinds) for text in texts)

    def place(self, source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
        """Make the edit that gives `unit` documentation, or replaces what it has.

        Raises:
            ProofError: The unit shares its line with other code.
        """
        if unit.is_overload:
            raise ProofError(f"{unit.name} has no line of its own to be documented on")
        old = unit.doc_span or ByteSpan(unit.insert_at, unit.insert_at)
        was = source[old.start : old.end]
        form = form_of(was.decode("utf-8", "replace"), self.forms) or self.forms[0]
        newline = _newline_of(source)
        new = write_comment(lines, form, unit.indent, newline, self.guard)
        if unit.doc_span is None:
            new = f"{new}{newline}{unit.indent}"
        return Edit(old, new.encode(), digest(was))

    def place_body(self, source: bytes, unit: CodeUnit, body: str) -> Edit:
        """Make the edit that replaces the statements of a stub."""
        found = next(d for d in self._read(source).declarations if d.outer == unit.span)
        assert found.body is not None
        newline = _newline_of(source)
        was = source[found.body.start : found.body.end]
        margin = _blank_margin(was, unit.indent) or unit.indent + _step_of(source)
        inner = textwrap.indent(body.strip("\n"), margin)
        text = newline.join(["", *inner.splitlines(), unit.indent])
        return Edit(found.body, text.encode(), digest(was))

    def skeleton(self, source: bytes) -> object:
        """Give the syntax with all its words, comments left out.

        Raises:
            ParseError: The grammar cannot read the source.
        """
        tree = self._tree(source)
        self._demand_readable(tree)
        return tuple(_words(tree, source))

    @cached_property
    def _language(self) -> tree_sitter.Language:
        return self.grammar()

    @cached_property
    def _query(self) -> Query:
        return Query(self._language, self.query)

    def _tree(self, source: bytes) -> Tree:
        return Parser(self._language).parse(source)

    def _demand_readable(self, tree: Tree) -> None:
        if tree.root_node.has_error and not self.tolerates_errors:
            line = _first_error(tree.root_node).start_point[0] + 1
            raise ParseError(f"line {line}: not readable as {self.name}")

    def _read(self, source: bytes) -> _Reading:
        tree = self._tree(source)
        self._demand_readable(tree)
        captures = QueryCursor(self._query).captures(tree.root_node)
        nodes = sorted(captures.get("definition", []), key=lambda n: (n.start_byte, -n.end_byte))
        found = [self.declare(node) for node in nodes if not node.has_error]
        declarations = sorted(
            {d.outer.start: d for d in reversed(found) if d is not None}.values(),
            key=lambda d: (d.outer.start, -d.outer.end),
        )
        bodies = sorted((d.range.start, d.range.end, i) for i, d in enumerate(declarations))
        facts = collect_facts(bodies, captures, self.readers)
        comments = CommentsAbove(self, source, captures.get("comment", []))
        newlines = [found.end() for found in NEWLINE.finditer(source)]
        return _Reading(source, declarations, facts, comments, newlines)

    def _build(self, reading: _Reading) -> Iterator[CodeUnit]:
        around: list[tuple[Declaration, str]] = []
        for index, declaration in enumerate(reading.declarations):
            while around and around[-1][0].outer.end <= declaration.outer.start:
                around.pop()
            name = declaration.qualified_name(around)
            is_nested = any(d.kind is not UnitKind.CLASS for d, _ in around)
            unit = self._unit(reading, declaration, reading.facts.get(index, Facts()))
            yield replace(
                unit,
                qualified_name=name,
                is_nested=is_nested,
                is_private=unit.is_private or any(d.is_private for d, _ in around),
            )
            around.append((declaration, name))

    def _unit(self, reading: _Reading, declaration: Declaration, facts: Facts) -> CodeUnit:
        source, span, body = reading.source, declaration.outer, declaration.body
        doc, insert_at = reading.comments.documentation(span.start)
        indent = self.indent_before(source, span.start)
        text = source[span.start : span.end].decode("utf-8", "replace")
        code = textwrap.dedent((indent or "") + text)
        header_end = body.start if body else span.end
        return CodeUnit(
            language=self.name,
            name=declaration.name,
            qualified_name=declaration.name,
            kind=declaration.kind,
            text=text,
            code=code,
            span=span,
            header=_on_one_line(source[declaration.header_at : header_end]),
            footer=source[body.end : span.end].decode("utf-8", "replace").strip() if body else "",
            signature=declaration.signature(facts),
            docstring=self._words_of(source, doc) if doc else None,
            doc_span=doc,
            insert_at=insert_at,
            indent=indent or "",
            calls=tuple(facts.calls),
            is_private=declaration.is_private,
            is_overload=declaration.is_overload or indent is None,
            is_nested=False,
            is_stub=body is not None and self._is_stub(source[body.start : body.end]),
            lines=(reading.line_at(span.start), reading.line_at(span.end)),
            declared_at=reading.line_at(declaration.header_at),
            key=hashlib.sha256(code.encode()).hexdigest(),
        )

    def _is_stub(self, body: bytes) -> bool:
        return not body.strip()

    def _words_of(self, source: bytes, doc: ByteSpan) -> str:
        text = source[doc.start : doc.end].decode("utf-8", "replace")
        form = form_of(text, self.forms)
        assert form is not None
        return "\n".join(read_comment(text, form))


def _finish_classes(units: Iterator[CodeUnit]) -> Iterator[CodeUnit]:
    """Give classes the names of their methods in place of calls."""
    every = list(units)
    members: dict[str, list[str]] = defaultdict(list)
    for unit in every:
        members[unit.qualified_name.rpartition(".")[0]].append(unit.name)
    for unit in every:
        if unit.kind is UnitKind.CLASS:
            yield replace(unit, calls=tuple(dict.fromkeys(members[unit.qualified_name])))
        else:
            yield unit


def _indent_before(source: bytes, at: int) -> str | None:
    """Give the white space before a byte on its line; None where something else stands there."""
    line = at
    while line and source[line - 1] in b" \t":
        line -= 1
    return source[line:at].decode() if not line or source[line - 1] in b"\r\n" else None


def _newline_of(source: bytes) -> str:
    found = NEWLINE.search(source)
    return found.group().decode() if found else "\n"


def _step_of(source: bytes) -> str:
    """Give one step of the file's indentation: that of its first indented line."""
    found = re.search(rb"^(\t| {2,8})(?=[^\s*])", source, re.MULTILINE)
    return found[1].decode() if found else "    "


def _blank_margin(body: bytes, indent: str) -> str | None:
    """Give the white space of a blank first line in a body, if it is deeper than the header's."""
    found = re.match(rb"[ \t]*(?:\r\n|\r|\n)([ \t]+)[\r\n]", body)
    margin = found[1].decode() if found else ""
    return margin if margin.startswith(indent) and margin != indent else None


def _on_one_line(declaration: bytes) -> str:
    return " ".join(declaration.decode("utf-8", "replace").split())


def _first_error(root: Node) -> Node:
    node = root
    while not (node.is_error or node.is_missing):
        below = next((child for child in node.children if child.has_error), None)
        if below is None:
            return node
        node = below
    return node


def _words(tree: Tree, source: bytes) -> Iterator[tuple[str, bytes]]:
    """Give kind and text of each node in order, the text of leaves only, comments left out."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        assert node is not None
        is_comment = "comment" in node.type
        if not is_comment:
            yield node.type, b"" if node.child_count else source[node.start_byte : node.end_byte]
            if cursor.goto_first_child():
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            yield "", b""
