"""Where a Python docstring stands, and how one is spelled so that it is only a docstring.

Every edit replaces white space, a docstring, or a stub's own statements, and nothing else.
"""

import inspect
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from batdoc.source.edits import Edit, digest
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind

_NEWLINE = re.compile(rb"\r\n|\n|\r")
# Besides what Python or an editor trips over: marks that make text read in another order.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_CLOSING = re.compile('"{3,}')
_CLOSING_ON_LINE = re.compile('"{3,}|"+\\Z')
_BLANK_LINE = re.compile(rb"[ \t]*[\r\n]")
_DEFINITION = re.compile(rb"[ \t]*(?:@|(?:async[ \t]+def|def|class)\b)")
_STRING_PREFIX = re.compile(rb"[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """The places in a definition that edits need.

    Attributes:
        doc_span: The docstring's literal, or None.
        insert_at: Where a new docstring goes: the start of the line under the header, or right
            behind the colon where the body stands on the header's line.
        indent: The body's indentation.
        statements: The body's statements without the docstring.
    """

    doc_span: ByteSpan | None
    insert_at: int
    indent: str
    statements: tuple[Node, ...]


def colon_of(node: Node) -> Node:
    """Find the colon that ends a definition's header."""
    return [child for child in node.children if child.type == ":"][-1]


def measure(source: bytes, node: Node) -> Layout:
    """Find the places in one function or class definition."""
    body = node.child_by_field_name("body")
    assert body is not None
    statements = [child for child in body.named_children if child.type != "comment"]
    doc_span = _doc_span(statements[0]) if statements else None
    colon_end = colon_of(node).end_byte
    first = statements[0].start_byte if statements else body.start_byte
    line_end = _NEWLINE.search(source, colon_end)
    line_start = max(source.rfind(b"\n", 0, first), source.rfind(b"\r", 0, first)) + 1
    gap = source[line_start:first].rpartition(b"\f")[2]  # a form feed starts counting anew
    is_inline = _is_inline(source[colon_end:first]) or gap.strip() != b""
    if is_inline or line_end is None:
        return Layout(
            doc_span, colon_end, _indent_under(source, node), tuple(statements[bool(doc_span) :])
        )
    return Layout(
        doc_span,
        line_end.end(),
        gap.decode("ascii", "replace"),
        tuple(statements[bool(doc_span) :]),
    )


def _is_inline(gap: bytes) -> bool:
    """Tell whether a body that follows its colon by `gap` is on the same logical line."""
    return not _NEWLINE.search(re.sub(rb"\\(\r\n|\n|\r)", b"", gap))


def _indent_under(source: bytes, node: Node) -> str:
    """Indent one step deeper than the definition, in its own kind of white space."""
    start = max(source.rfind(b"\n", 0, node.start_byte), source.rfind(b"\r", 0, node.start_byte))
    outer = re.match(rb"[ \t]*", source[start + 1 : node.start_byte])
    base = (outer.group() if outer else b"").decode("ascii")
    tabbed = base.startswith("\t") or (not base and indents_by_tabs(source))
    return base + ("\t" if tabbed else "    ")


def indents_by_tabs(source: bytes) -> bool:
    """Tell whether lines of a file begin with tabs and none with two blanks."""
    return b"\n\t" in source and b"\n  " not in source


def _doc_span(statement: Node) -> ByteSpan | None:
    """Find the literal if the statement is a docstring: a plain string, alone."""
    if statement.type != "expression_statement" or len(statement.named_children) != 1:
        return None
    value = statement.named_children[0]
    while value.type == "parenthesized_expression":
        inner = [child for child in value.named_children if child.type != "comment"]
        if len(inner) != 1:
            return None
        value = inner[0]
    parts = value.named_children if value.type == "concatenated_string" else [value]
    literals = [part for part in parts if part.type != "comment"]
    if not all(part.type == "string" and _is_plain(part) for part in literals):
        return None
    outer = statement.named_children[0]
    return ByteSpan(outer.start_byte, outer.end_byte)


def _is_plain(literal: Node) -> bool:
    prefix = _STRING_PREFIX.match(literal.text or b"")
    return not set(prefix.group().lower() if prefix else b"") & set(b"bft")


def strip_docstring(source: bytes, span: ByteSpan, layout: Layout) -> str:
    """Give a definition's code, dedented, without its docstring."""
    doc = layout.doc_span
    start = max(source.rfind(b"\n", 0, span.start), source.rfind(b"\r", 0, span.start)) + 1
    margin = source[start : span.start]
    margin = margin if not margin.strip() else b""
    if doc is None:
        text = source[span.start : span.end]
    elif not layout.statements:
        text = source[span.start : doc.start] + b"..." + source[doc.end : span.end]
    else:
        following = source[doc.end : layout.statements[0].start_byte]
        before = source[span.start : doc.start]
        if b"\n" in following or b"\r" in following:
            # The docstring's own line goes, and the blank lines under it; comments stay.
            following = re.sub(rb"^[ \t;]*(\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*", b"", following)
            before = before.rstrip(b" \t")
        else:
            following = b""
        text = before + following + source[layout.statements[0].start_byte : span.end]
    whole = (margin + text).decode("utf-8", "replace")
    return textwrap.dedent(whole.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


def place(source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
    """Make the edit that writes a docstring, in the file's own newlines."""
    newline = _newline_of(source, unit.insert_at)
    literal = spell(lines, unit.indent).replace("\n", newline).encode()
    if unit.doc_span is not None:
        return _edit(source, unit.doc_span, literal)
    blank = newline.encode() if _wants_blank_line(source, unit) else b""
    if _starts_line(source, unit.insert_at):
        at = ByteSpan(unit.insert_at, unit.insert_at)
        return _edit(source, at, unit.indent.encode() + literal + newline.encode() + blank)
    break_ = (newline + unit.indent).encode()
    return _edit(source, _gap_at(source, unit.insert_at), break_ + literal + blank + break_)


def _wants_blank_line(source: bytes, unit: CodeUnit) -> bool:
    """Tell whether formatters want a blank line that is not there: in a class, and above a def."""
    at = unit.insert_at
    if _starts_line(source, at) and _BLANK_LINE.match(source, at):
        return False
    return unit.kind is UnitKind.CLASS or bool(_DEFINITION.match(source, at))


def place_body(source: bytes, unit: CodeUnit, layout: Layout, body: str) -> Edit:
    """Make the edit that puts `body` in the place of a stub's statements, comments kept."""
    newline = _newline_of(source, unit.insert_at)
    code = textwrap.indent(body.strip("\n"), unit.indent).replace("\n", newline).encode()
    if not _starts_line(source, unit.insert_at):
        doc = unit.doc_span
        lead = unit.indent.encode() + source[doc.start : doc.end] if doc is not None else b""
        lines = [line for line in (lead, code) if line]
        new = b"".join(newline.encode() + line for line in lines)
        return _edit(source, ByteSpan(unit.insert_at, unit.span.end), new)
    if layout.statements:
        span = ByteSpan(layout.statements[0].start_byte, layout.statements[-1].end_byte)
        return _edit(source, span, code[len(unit.indent) :])
    assert unit.doc_span is not None  # a body that is empty but for its docstring
    end_of_line = _NEWLINE.search(source, unit.doc_span.end)
    at = end_of_line.start() if end_of_line else len(source)
    return _edit(source, ByteSpan(at, at), newline.encode() + code)


def spell(lines: Sequence[str], indent: str) -> str:
    """Spell text as a triple-quoted literal that means exactly this text.

    Control characters are left out; backslashes and quotes are escaped, or the literal is raw
    where that is enough.

    Args:
        lines: Dedented; an empty first line puts the summary under the opening quotes, an empty
            last one puts a blank line above the closing ones.
        indent: Of every line but the first.
    """
    clean = [_CONTROL.sub("", line.expandtabs(4)) for line in "\n".join(lines).split("\n")]
    start = "\n" if len(clean) > 1 and not clean[0].strip() else ""
    words = inspect.cleandoc("\n".join(line.rstrip() for line in clean))
    text = start + words.encode("utf-8", "replace").decode()
    raw = "\\" in text and '"""' not in text and not text.endswith(("\\", '"'))
    if not raw:
        text = text.replace("\\", "\\\\")
        closing = _CLOSING if "\n" in text else _CLOSING_ON_LINE
        text = closing.sub(lambda quotes: quotes[0].replace('"', '\\"'), text)
    first, *rest = text.split("\n")
    body = "".join(f"\n{indent}{line}" if line else "\n" for line in rest)
    blank = "\n" if not clean[-1].strip() else ""
    end = f"{blank}\n{indent}" if rest else ""
    return f'{"r" if raw else ""}"""{first}{body}{end}"""'


def _newline_of(source: bytes, at: int) -> str:
    """Give the newline used next to a place, or the file's first one."""
    before = source[max(0, at - 2) : at]
    for newline in ("\r\n", "\n", "\r"):
        if before.endswith(newline.encode()):
            return newline
    found = _NEWLINE.search(source, at) or _NEWLINE.search(source)
    return found.group().decode() if found else "\n"


def _starts_line(source: bytes, at: int) -> bool:
    return source[at - 1 : at] in (b"\n", b"\r")


def _gap_at(source: bytes, at: int) -> ByteSpan:
    """Span the white space, continued lines included, between a colon and an inline body."""
    gap = re.compile(rb"(?:[ \t\f]|\\(?:\r\n|\n|\r))*").match(source, at)
    return ByteSpan(at, gap.end() if gap else at)


def _edit(source: bytes, span: ByteSpan, new: bytes) -> Edit:
    return Edit(span, new, digest(source[span.start : span.end]))
