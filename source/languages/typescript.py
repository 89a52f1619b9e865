"""TypeScript: what JavaScript has, and types, interfaces, namespaces and overloads."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import tree_sitter
import tree_sitter_typescript
from tree_sitter import Node

from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.javascript import JavaScript, outermost
from batdoc.source.languages.nodes import child, text_of
from batdoc.source.signature import Parameter

_SIGNATURES = ("function_signature", "method_signature", "abstract_method_signature")
_OVERLOADED = (*_SIGNATURES, "function_declaration", "method_definition")


class TypeScript(JavaScript):
    """The TypeScript language; see `batdoc.source.language.Language`."""

    name = "typescript"
    wrappers = (
        ("class _ {", "}"),
        ("abstract class _ {", "}"),
        ("interface _ {", "}"),
        ("({", "})"),
    )
    query = """
    [(function_declaration) (generator_function_declaration) (function_signature)
     (class_declaration) (abstract_class_declaration) (interface_declaration) (enum_declaration)
     (internal_module) (module) (method_definition) (method_signature) (abstract_method_signature)
     (public_field_definition) (variable_declarator) (assignment_expression) (pair)] @definition
    (export_statement value:
      [(arrow_function) (function_expression) (generator_function) (class)] @definition)
    (comment) @comment
    [(arrow_function) (function_expression) (generator_function)] @scope
    (return_statement) @return
    (yield_expression) @yield
    (throw_statement) @raise
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_typescript.language_typescript())

    def declare(self, node: Node) -> Declaration | None:
        """Read a declaration; of overloads only one is documented, for all of them."""
        declared = super().declare(node)
        if declared is None or node.type not in _OVERLOADED:
            return declared
        group = _group(node)
        # It is the first one that is documented, or the first of all.
        if node != next(filter(_is_documented, group), group[0]):
            return replace(declared, is_overload=True)
        return replace(declared, parameters=tuple(self._parameters_of(declared, node, group)))

    def _parameters_of(
        self, declared: Declaration, node: Node, group: Sequence[Node]
    ) -> Iterator[Parameter]:
        """Give the parameters of an overload, and those that only others have."""
        yield from declared.parameters
        known = {parameter.name for parameter in declared.parameters}
        for other in group:
            found = super().declare(other) if other != node else None
            for parameter in found.parameters if found else ():
                if parameter.name not in known:
                    known.add(parameter.name)
                    yield replace(parameter, may_go_unsaid=True)


def _group(node: Node) -> list[Node]:
    """Give a function and its overloads, in source order."""
    before = list(_overloads(node, is_back=True))
    return [*reversed(before), node, *_overloads(node, is_back=False)]


def _overloads(node: Node, is_back: bool) -> Iterator[Node]:
    """Walk the overloads next to a function: signatures, and one implementation behind them."""
    name, last = text_of(child(node, "name")), node
    while (other := _neighbour(last, is_back)) is not None and other.type in _OVERLOADED:
        earlier = other if is_back else last
        if earlier.type not in _SIGNATURES or text_of(child(other, "name")) != name:
            return
        yield other
        last = other


def _neighbour(node: Node, is_back: bool) -> Node | None:
    """Give the declaration next to another one, past comments and out of its `export`."""
    outer: Node | None = outermost(node)
    while outer is not None:
        outer = outer.prev_named_sibling if is_back else outer.next_named_sibling
        if outer is None or outer.type not in ("comment", "decorator"):
            break
    while outer is not None and outer.type in ("export_statement", "ambient_declaration"):
        outer = child(outer, "declaration") or next(iter(outer.named_children), None)
    return outer


def _is_documented(node: Node) -> bool:
    above = outermost(node).prev_sibling
    return above is not None and (above.text or b"").startswith(b"/**")


LANGUAGE = TypeScript()
