"""C++: what C has, and classes, templates, namespaces and members defined outside of their class.

Private are the private members of a class, anonymous namespaces and those named for it (`detail`,
`internal`), destructors, and what is defaulted, deleted or overrides:
there is nothing to tell that is not told already.
"""

import re

import tree_sitter
import tree_sitter_cpp
from tree_sitter import Node

from batdoc.source.languages.c_family import CFamily
from batdoc.source.languages.nodes import child, text_of

_HIDDEN = frozenset(("", "detail", "details", "internal", "impl"))
_NEEDS_NONE = ("default_method_clause", "delete_method_clause")
_HOLDERS = ("namespace_definition", "class_specifier", "struct_specifier", "union_specifier")
_TEMPLATE = re.compile(r"<.*>", re.DOTALL)


class Cpp(CFamily):
    """The C++ language; see `batdoc.source.language.Language`."""

    name = "cpp"
    wrappers = (("struct _ {", "};"),)
    query = """
    [(function_definition) (declaration) (field_declaration) (type_definition) (struct_specifier)
     (union_specifier) (enum_specifier) (class_specifier)] @definition
    (comment) @comment
    (lambda_expression) @scope
    (return_statement) @return
    [(co_yield_statement)] @yield
    (throw_statement) @raise
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_cpp.language())

    def owner(self, node: Node) -> str:
        """Name the namespaces and classes around a declaration; within a function, nothing."""
        names = []
        around = node.parent
        while around is not None:
            if around.type == "function_definition":
                return ""
            if around.type in _HOLDERS:
                names.append(_TEMPLATE.sub("", text_of(child(around, "name"))))
            around = around.parent
        return ".".join(filter(None, ".".join(reversed(names)).replace("::", ".").split(".")))

    def is_private(self, node: Node) -> bool:
        """Tell whether nobody outside can see a declaration, or needs documentation of it."""
        return (
            (super().is_private(node) and not _is_member(node))
            or _access(node) == "private"
            or _is_hidden(node)
            or _is_said_elsewhere(node)
        )


def _is_member(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "field_declaration_list"


def _access(node: Node) -> str:
    """Give the access that the class grants; outside of a class, nothing."""
    while node.parent is not None and node.parent.type == "template_declaration":
        node = node.parent
    if not _is_member(node):
        return ""
    before = node.prev_sibling
    while before is not None and before.type != "access_specifier":
        before = before.prev_sibling
    if before is not None:
        return text_of(before).rstrip(": ")
    listed = node.parent
    is_class = listed and listed.parent and listed.parent.type == "class_specifier"
    return "private" if is_class else "public"


def _is_hidden(node: Node) -> bool:
    """Tell whether a namespace around is anonymous, or named as one that is not for users."""
    around = node.parent
    while around is not None:
        if around.type == "namespace_definition":
            name = text_of(child(around, "name"))
            if not _HIDDEN.isdisjoint(name.split("::")):
                return True
        around = around.parent
    return False


def _is_said_elsewhere(node: Node) -> bool:
    declarator = child(node, "declarator")
    below = declarator.children if declarator is not None else []
    return (
        any(text_of(c) == "override" for c in below)
        or any(c.type in _NEEDS_NONE for c in node.children)
        or any(c.type == "destructor_name" for c in below)
    )


LANGUAGE = Cpp()
