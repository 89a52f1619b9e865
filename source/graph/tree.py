"""One piece of code as a tree-sitter tree, if it is valid: in finite time, and never an exception.

tree-sitter recovers from errors, which nobody asks for here, and which never ends for some texts of
a few hundred characters (a line that repeats itself, as models write it). So a parser is stopped
after a number of steps that valid code is far from.
"""

from tree_sitter import Node, Parser, Tree

from batdoc.source.graph.grammar import Wrapper
from batdoc.source.graph.kinds import Kinds, Role, Scope

_LONGEST = 20_000  # characters; what is compared of longer code would be cut anyway
_REPORTS = 100  # that a parser may make, and one more for every so many bytes:
_BYTES_PER_REPORT = 4  # valid code makes one for every 50 to 100
_PIECE = 512  # bytes


def parse_tree(code: str, kinds: Kinds) -> Node | None:
    """Give the node that holds the code's definitions and statements, or None if it is not valid.

    Args:
        code: One definition, or any statements.
        kinds: Of its language.
    """
    if len(code) > _LONGEST or not kinds.grammar.accepts(code):
        return None
    for wrapper in kinds.grammar.wrappers:
        try:
            source = f"{wrapper.before}{code}{wrapper.after}".encode()
        except UnicodeEncodeError:
            return None
        tree = _parse(source, kinds)
        if tree is not None and not tree.root_node.has_error:
            return _hole(tree.root_node, wrapper)
    return None


def is_valid(source: bytes, kinds: Kinds) -> bool:
    """Tell whether text is valid as it stands, for text that nobody wrote by hand.

    Args:
        source: UTF-8.
        kinds: Of its language.
    """
    tree = _parse(source, kinds)
    return tree is not None and not tree.root_node.has_error


def find_subject(hole: Node, kinds: Kinds) -> tuple[Node, Node | None]:
    """Find what the code defines.

    Args:
        hole: What `parse_tree` gave.
        kinds: Of its language.

    Returns:
        The one statement that there is, and the function or class in it; where there is another
        number of statements, or one that defines nothing, the hole and None.
    """
    statements = [
        node
        for node in hole.named_children
        if kinds.roles[node.kind_id] is not Role.LEFT_OUT
        and node.kind_id not in kinds.adornments
        and node.kind_id not in kinds.dropped
    ]
    subject = _defined_by(statements[0], kinds) if len(statements) == 1 else None
    return (statements[0] if subject is not None else hole), subject


def _defined_by(statement: Node, kinds: Kinds) -> Node | None:
    """Give the function or class that a statement defines, if it does."""
    node = statement
    while kinds.scopes[node.kind_id] not in (Scope.FUNCTION, Scope.CLASS):
        below = [
            child
            for at, child in enumerate(node.children)
            if child.is_named and (node.kind_id, _field(node, at, kinds)) in kinds.carriers
        ]
        if not below:
            return None
        node = below[-1]
    return node


def _field(node: Node, at: int, kinds: Kinds) -> int:
    name = node.field_name_for_child(at)
    return (kinds.parser_language.field_id_for_name(name) or 0) if name else 0


def _parse(source: bytes, kinds: Kinds) -> Tree | None:
    parser = Parser(kinds.parser_language)
    if kinds.grammar.is_proved:
        return parser.parse(source)
    left = _REPORTS + len(source) // _BYTES_PER_REPORT

    def is_too_long(offset: int, has_error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        # Short pieces, for tree_sitter 0.26 never frees what it was given in this way.
        return parser.parse(
            lambda at, point: source[at : at + _PIECE], progress_callback=is_too_long
        )
    except ValueError:
        return None


def _hole(root: Node, wrapper: Wrapper) -> Node | None:
    """Find the node that the code itself stands in."""
    node: Node | None = root
    at = len(wrapper.before.encode()) - 1
    while node is not None and wrapper.hole and node.type != wrapper.hole:
        node = node.first_child_for_byte(at)
    return node
