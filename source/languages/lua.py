"""Lua: functions in tables and local ones, documented by the comments above them (LDoc, LuaLS).

A local function is private. Comments with two dashes count as documentation, so that none is
written twice; new documentation has three.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_lua
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import ByteSpan, UnitKind

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*")
_KEY = re.compile(r"\[?\s*['\"]?(\w+)['\"]?\s*\]?")
_FIRST_LINE = re.compile(rb"\A#[^\r\n]*(?=\r?\n|\Z)")
_LINE = line_form("---", r"---?(?!-)(?!\[=*\[)")
_BLOCK = CommentForm("--[[", "]]", "", re.compile(r"--\[\[-{0,2}"))
# What the language server acts on; a space between mark and word keeps it from doing so.
_ACTED_ON = re.compile(r"^(\s*)(@(?=diagnostic\b|meta\b|cast\b)|(?=luacheck:|selene:|stylua:))")


class Lua(CommentedLanguage):
    """The Lua language; see `batdoc.source.language.Language`."""

    name = "lua"
    forms = (_LINE, _BLOCK)
    wrappers = (("local _ = {", "}"),)
    directives = re.compile(r"-{2,3}\s*(?:@diagnostic\b|luacheck:|selene:|stylua:)")
    query = """
    [(function_declaration) (assignment_statement) (field)] @definition
    (comment) @comment
    (function_definition) @scope
    (return_statement) @return
    (function_call) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_lua.language())

    def _tree(self, source: bytes) -> tree_sitter.Tree:
        """Parse; the grammar stumbles over what may follow a first line that starts with `#`."""
        return super()._tree(_FIRST_LINE.sub(lambda found: b" " * len(found[0]), source))

    def guard(self, line: str) -> str:
        """Keep words from being read as a directive."""
        return _ACTED_ON.sub(r"\1\\\2", line)

    @property
    def readers(self) -> Readers:
        """Read returns and calls; errors have no names."""
        return Readers(lambda node: bool(node.named_children), lambda _: "", _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a function, or what is given one as its value."""
        if node.type == "function_declaration":
            return _function(node, node, child(node, "name"))
        if node.type == "field":
            value = child(node, "value")
            return _function(node, value, child(node, "name"))
        names, values = (_listed(node, kind) for kind in ("variable_list", "expression_list"))
        if len(names) != 1 or len(values) != 1:
            return None
        return _function(node, values[0], names[0])


def _listed(node: Node, kind: str) -> list[Node]:
    found = next((c for c in node.children if c.type == kind), None)
    return found.named_children if found is not None else []


def _function(node: Node, value: Node | None, named: Node | None) -> Declaration | None:
    if value is None or value.type not in ("function_declaration", "function_definition"):
        return None
    owner, name, is_method = _names(named)
    if not name:
        return None
    outer = node.parent if node.parent and node.parent.type == "variable_declaration" else node
    listed = child(value, "parameters")
    end = value.children[-1]
    start = listed.end_byte if listed is not None else value.end_byte
    is_local = outer.type == "variable_declaration" or outer.children[0].type == "local"
    return Declaration(
        name=name,
        kind=UnitKind.METHOD if is_method else UnitKind.FUNCTION,
        outer=span_of(outer),
        header_at=outer.start_byte,
        body=ByteSpan(start, end.start_byte),
        parameters=tuple(_parameters(listed)),
        is_private=is_local or name.startswith("_"),
        owner=owner,
    )


def _names(named: Node | None) -> tuple[str, str, bool]:
    """Give owner, name, and whether it is a method: of `A.B:m`, `A.B`, `m` and yes."""
    text = text_of(named)
    if not _DOTTED.fullmatch(text):
        key = _KEY.fullmatch(text)
        return "", key[1] if key else text, False
    owner, _, name = text.replace(":", ".").rpartition(".")
    return owner, name, ":" in text


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    for node in listed.named_children if listed is not None else ():
        if node.type == "identifier":
            name = text_of(node)
            is_receiver = name == "self"
            yield Parameter(name, ParameterKind.POSITIONAL, None, None, may_go_unsaid=is_receiver)
        elif node.type == "vararg_expression":
            yield Parameter("...", ParameterKind.VARIADIC, None, None, may_go_unsaid=True)


def _called(node: Node) -> str:
    name = text_of(child(node, "name"))
    return name.replace(":", ".") if _DOTTED.fullmatch(name) else ""


LANGUAGE = Lua()
