"""PHP: functions, methods, classes, interfaces, traits and enums, with PHPDoc comments."""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_php
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import STARRED
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, inside, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import UnitKind

_TYPES = ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration")
_NO_RESULT = ("void", "never")
_NAMES = ("name", "qualified_name")
# What code may read from a comment while it runs (annotations of Doctrine and PHPUnit), tools as
# well; what only people and editors read is left.
_ONLY_READ = (
    "param|return|returns|throws|see|link|since|version|example|var|template|inheritdoc|inheritDoc"
)
_ACTED_ON = re.compile(
    rf"@(?=[^\W\d]|\\)(?!(?:{_ONLY_READ})\b(?![\\(-]))(?:(?<!\w@)|(?=[\w-]+\s*$))|\bphpcs(?=:)"
)
_OVERRIDE = re.compile(r"#\[\s*\\?Override\b")


class Php(CommentedLanguage):
    """The PHP language; see `batdoc.source.language.Language`."""

    name = "php"
    forms = (STARRED,)
    may_stand_apart = True
    types_suffice = True
    directives = re.compile(
        r"(?://|#|/\*(?!\*)|/\*\*(?=\s*@(?:phpstan-ignore|psalm-suppress|phan-suppress)\S*.*\*/))"
        r"\s*@?(?:phpcs:|phpstan-ignore|psalm-suppress|phan-suppress|codeCoverageIgnore)"
    )
    query = """
    [(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)
     (function_definition) (method_declaration)] @definition
    (comment) @comment
    [(anonymous_function) (arrow_function)] @scope
    (anonymous_class (declaration_list) @scope)
    (return_statement) @return
    (yield_expression) @yield
    (throw_expression) @raise
    [(function_call_expression) (member_call_expression) (scoped_call_expression)] @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_php.language_php())

    def parses(self, code: str) -> bool:
        """Tell whether code is valid as a file, after an opening tag, or as a member."""
        if "<?" in code:
            return super().parses(code)
        return super().parses(f"<?php\n{code}") or super().parses(f"<?php class _ {{\n{code}\n}}")

    def guard(self, line: str) -> str:
        """Keep words from being read as an annotation."""
        return _ACTED_ON.sub(r"\g<0> ", line)

    @property
    def readers(self) -> Readers:
        """Read returns, throws and calls."""
        return Readers(lambda node: bool(node.named_children), _raised, _called)

    def declare(self, node: Node) -> Declaration | None:
        """Read a type, a function or a method; members of anonymous classes are left out."""
        above = node.parent.parent if node.parent is not None else None
        if above is not None and above.type == "anonymous_class":
            return None
        return _type(node) if node.type in _TYPES else _function(node)


def _type(node: Node) -> Declaration:
    body = child(node, "body")
    return Declaration(
        name=text_of(child(node, "name")),
        kind=UnitKind.CLASS,
        outer=span_of(node),
        header_at=_header_at(node),
        body=inside(body) if body is not None else None,
    )


def _function(node: Node) -> Declaration:
    name, body = text_of(child(node, "name")), child(node, "body")
    returns = text_of(child(node, "return_type")) or None
    is_method = node.type == "method_declaration"
    visible = next((text_of(c) for c in node.children if c.type == "visibility_modifier"), "")
    has_types = returns is not None and returns not in _NO_RESULT
    return Declaration(
        name=name,
        kind=UnitKind.METHOD if is_method else UnitKind.FUNCTION,
        outer=span_of(node),
        header_at=_header_at(node),
        body=inside(body) if body is not None else None,
        parameters=tuple(_parameters(child(node, "parameters"))),
        returns=returns,
        returns_value=has_types if returns or body is None else None,
        may_return=returns is None and body is None,
        is_private=visible == "private",
        is_overload=bool(_OVERRIDE.search(text_of(child(node, "attributes")))),
    )


def _header_at(node: Node) -> int:
    """Skip attributes, which stand first."""
    rest = (c for c in node.children if c.type not in ("attribute_list", "comment"))
    first = next(rest, None)
    return first.start_byte if first is not None else node.start_byte


def _parameters(listed: Node | None) -> Iterator[Parameter]:
    """Give the parameters without their dollar signs."""
    for node in listed.named_children if listed is not None else ():
        named = child(node, "name")
        if named is None:
            continue
        is_variadic = node.type == "variadic_parameter"
        yield Parameter(
            text_of(named).lstrip("&$"),
            ParameterKind.VARIADIC if is_variadic else ParameterKind.POSITIONAL,
            text_of(child(node, "type")) or None,
            text_of(child(node, "default_value")) or None,
        )


def _raised(node: Node) -> str:
    thrown = node.named_children[0] if node.named_children else None
    if thrown is None or thrown.type != "object_creation_expression":
        return ""
    made = next((c for c in thrown.named_children if c.type in _NAMES), None)
    return text_of(made).rpartition("\\")[2]


def _called(node: Node) -> str:
    if node.type == "function_call_expression":
        function = child(node, "function")
        is_named = function is not None and function.type in _NAMES
        return text_of(function).rpartition("\\")[2] if is_named else ""
    name = child(node, "name")
    if name is None or name.type != "name":
        return ""
    owner = child(node, "object") or child(node, "scope")
    is_plain = owner is not None and owner.type in ("variable_name", *_NAMES)
    return f"{text_of(owner).lstrip('$')}.{text_of(name)}" if is_plain else text_of(name)


LANGUAGE = Php()
