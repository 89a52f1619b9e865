"""What C and C++ share: declarations, Doxygen comments, and macros that no grammar understands.

Much of C cannot be read without its macros. What looks like one before a declaration, such as
`PNG_EXPORT`, is passed over, and what an error touches all the same is left alone.
"""

import re
from dataclasses import replace

from tree_sitter import Node, Tree

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.declarators import bare_name, parameters_of, read_declarator, type_of
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.units import ByteSpan, UnitKind

# Comments that tell of something else than what follows: of what stands before, of a file, a group.
_GROUPING = r"[@\\](?:[{}]|(?:file|defgroup|addtogroup|name|page|mainpage|dir)\b)"
_OF_ELSE = rf"(?!<|\s*{_GROUPING})"
_ACTED_ON = re.compile(
    r"(?<=NO)(?=LINT)|(?<=LCOV)(?=_EXCL)|(?<=GCOVR)(?=_EXCL)|(?<=GCOV)(?=_EXCL)"
    rf"|^\s*(?={_GROUPING})"
    r"|^\s*(?=clang-format\s+o|cppcheck-suppress|coverity\[|lint\s+-)"
)
# A line comment goes on behind these, whatever white space follows; the second is a trigraph.
_CONTINUED = re.compile(r"(?:\\|\?\?/)(?=\s*$)")
# What looks like a macro: first in a declaration, behind `extern`, in a class's head, or alone.
_MACROS = re.compile(
    rb"^[ \t]*(?P<first>[A-Z][A-Z0-9_]{4,})"
    rb"(?=[ \t]+[A-Za-z_][\w:<>, \t*&]{0,200}[ \t*&][\w:~]+[ \t]*\()"
    rb"|\b(?:extern|static|inline|virtual)[ \t]+([A-Z][A-Z0-9_]{2,})"
    rb"(?=[ \t]+[A-Za-z_][\w:<>, \t*&]{0,200}[ \t*&][\w:~]+[ \t]*\()"
    rb"|\b(?:class|struct|union|enum)[ \t]+([A-Z][A-Z0-9_]{2,})(?=[ \t]+[A-Za-z_]\w*[ \t\r\n:{<])"
    rb"|^[ \t]*(Q_OBJECT|Q_GADGET)[ \t]*\r?$"
    rb"|^[ \t]*([A-Z][A-Z0-9_]{2,}[ \t]*\([^()\r\n]*\))[ \t]*(?=\r?\n[ \t]*\r?\n)",
    re.MULTILINE,
)
_BEHIND_BACKSLASH = re.compile(rb"(?:\\|\?\?/)[ \t]*(?:\r\n|\r|\n)[ \t]*\Z")
_WORD_TYPES = frozenset((b"FILE", b"DIR", b"BOOL", b"INT", b"DWORD", b"VOID", b"LONG", b"UINT"))
_PLACES = (
    *("translation_unit", "declaration_list", "field_declaration_list", "template_declaration"),
    "linkage_specification",
)
_CLIMBED = ("template_declaration", "linkage_specification")
_SPECIFIERS = ("struct_specifier", "union_specifier", "enum_specifier", "class_specifier")
_DECLARING = ("declaration", "field_declaration", "type_definition")
_MACRO_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:::|\.|->)\w+)*")


class CFamily(CommentedLanguage):
    """C or C++; see `batdoc.source.language.Language`."""

    forms = (
        CommentForm("/**", "*/", " *", re.compile(rf"/\*\*(?![*/]){_OF_ELSE}"), nested="/*"),
        CommentForm("/*!", "*/", " *", re.compile(rf"/\*!{_OF_ELSE}"), nested="/*"),
        line_form("///", rf"///(?!/){_OF_ELSE}"),
        line_form("//!", rf"//!{_OF_ELSE}"),
        line_form("//", r"//(?![/!])"),
        CommentForm("/*", "*/", " *", re.compile(r"/\*(?:\*\*+(?!/)|(?![*!]))"), nested="/*"),
    )
    directives = re.compile(
        r"/[/*]\s*(?:NOLINT|clang-format\s|cppcheck-suppress|coverity\[|!\w+!|lint\s+-"
        r"|(?:LCOV|GCOVR?)_EXCL)"
    )
    tolerates_errors = True

    def guard(self, line: str) -> str:
        """Keep words from going on in the code, or from being read as a directive."""
        return _CONTINUED.sub(r"\g<0>.", _ACTED_ON.sub(r"\g<0>\\", line))

    @property
    def readers(self) -> Readers:
        """Read returns, raises and calls."""
        return Readers(_returned, _raised, _called)

    def indent_before(self, source: bytes, at: int) -> str | None:
        """Give the white space before a byte; None where its line is not its own."""
        if _BEHIND_BACKSLASH.search(source, max(at - 200, 0), at):
            return None  # a part of what may be a macro, where new lines would end it
        return super().indent_before(source, at)

    def declare(self, node: Node) -> Declaration | None:
        """Read a function, a type with a body, or a typedef."""
        if node.type in _SPECIFIERS:
            return self._type(node)
        if _place_of(node) not in _PLACES:
            return None
        declarators = node.children_by_field_name("declarator")
        if node.type == "type_definition":
            return self._typedef(node, declarators)
        return self._function(node, declarators[0]) if declarators else None

    def owner(self, node: Node) -> str:
        """Name what a declaration stands in, where no other declaration tells it."""
        del node
        return ""

    def is_private(self, node: Node) -> bool:
        """Tell whether nobody outside can see a declaration."""
        words = [text_of(c) for c in node.children if c.type == "storage_class_specifier"]
        return "static" in words and "inline" not in words

    def _tree(self, source: bytes) -> Tree:
        return super()._tree(_without_macros(source))

    def _function(self, node: Node, declarator: Node) -> Declaration | None:
        found = read_declarator(declarator)
        if found.function is None or not found.name or _MACRO_NAME.fullmatch(found.name):
            return None
        outer, body = _outermost(node), child(node, "body")
        scope, _, name = found.name.rpartition("::")
        trailing = next((c for c in found.function.children if "trailing_return" in c.type), None)
        returns = text_of(trailing).removeprefix("->").strip() if trailing else ""
        returns = returns or type_of(node, found.stars) or ""
        owner = ".".join(filter(None, [self.owner(node), *scope.split("::")]))
        is_member = bool(scope) or (outer.parent is not None and "field" in outer.parent.type)
        is_block = body is not None and body.type == "compound_statement"
        return Declaration(
            name=name,
            kind=UnitKind.METHOD if is_member else UnitKind.FUNCTION,
            outer=span_of(outer),
            header_at=outer.start_byte,
            body=inside(body) if body is not None and is_block else None,
            parameters=tuple(parameters_of(found.function)),
            returns=returns if returns and returns != "auto" else None,
            returns_value=_has_result(returns),
            is_private=self.is_private(node),
            owner=owner,
        )

    def _type(self, node: Node) -> Declaration | None:
        body, around = child(node, "body"), node.parent
        if body is None or around is None:
            return None
        holder = around if around.type in _DECLARING else node
        outer = _outermost(holder)
        names = (child(node, "name"), *holder.children_by_field_name("declarator"))
        name = next((text_of(n) for n in names if n is not None), "")
        if not name or _place_of(holder) not in _PLACES:
            return None
        return self._class(bare_name(name).rpartition("::")[2], outer, holder, inside(body))

    def _typedef(self, node: Node, declarators: list[Node]) -> Declaration | None:
        written = child(node, "type")
        if not declarators or (written is not None and child(written, "body") is not None):
            return None  # the type that is defined in it is read by itself
        found = read_declarator(declarators[0])
        named = self._class(found.name, node, node, None)
        if found.pointed is None:
            return named
        returns = type_of(node, found.stars.removesuffix("*")) or ""
        return replace(
            named,
            kind=UnitKind.FUNCTION,
            parameters=tuple(parameters_of(found.pointed)),
            returns=returns,
            returns_value=_has_result(returns),
        )

    def _class(self, name: str, outer: Node, node: Node, body: ByteSpan | None) -> Declaration:
        return Declaration(
            name=name,
            kind=UnitKind.CLASS,
            outer=span_of(outer),
            header_at=outer.start_byte,
            body=body,
            is_private=self.is_private(node),
            owner=self.owner(node),
        )


def _without_macros(source: bytes) -> bytes:
    """Put something as long in place of macros that keep declarations from being read."""

    def blank(found: re.Match[bytes]) -> bytes:
        group = found.lastindex or 0
        if found[group] in _WORD_TYPES:
            return found.group()
        start, end = (at - found.start() for at in found.span(group))
        text, room = found.group(), end - start
        # A declaration starts at its macro, so that something has to stand there: an attribute.
        put = b"[[" + b"x" * (room - 4) + b"]]" if found["first"] else b" " * room
        return text[:start] + put + text[end:]

    return _MACROS.sub(blank, source)


def _place_of(node: Node) -> str:
    """Give the kind of what a declaration stands in, preprocessor conditions passed over."""
    around = node.parent
    while around is not None and around.type.startswith("preproc_"):
        around = around.parent
    return around.type if around is not None else ""


def _outermost(node: Node) -> Node:
    """Climb to the `template` or `extern "C"` that a declaration stands in alone."""
    while node.parent is not None and node.parent.type in _CLIMBED:
        node = node.parent
    return node


def _has_result(returns: str) -> bool | None:
    if not returns:
        return False  # constructors, destructors, conversions
    return None if returns in ("auto", "decltype(auto)") else returns.split() != ["void"]


def _returned(node: Node) -> bool:
    return any(c.type != "comment" for c in node.named_children)


def _raised(node: Node) -> str:
    thrown = next((c for c in node.named_children if c.type != "comment"), None)
    made = child(thrown, "function") or child(thrown, "type") if thrown is not None else None
    name = text_of(made)
    return name if _DOTTED.fullmatch(name) else ""


def _called(node: Node) -> str:
    function = child(node, "function")
    name = text_of(function)
    if _DOTTED.fullmatch(name):
        return name
    return text_of(child(function, "field")) if function is not None else ""
