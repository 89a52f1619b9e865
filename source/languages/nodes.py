"""Small readings of tree-sitter nodes that the language files share."""

from tree_sitter import Node

from batdoc.source.units import ByteSpan


def text_of(node: Node | None) -> str:
    """Give a node's text; of no node, nothing."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def child(node: Node, field: str) -> Node | None:
    """Give the child of that field name, or None."""
    return node.child_by_field_name(field)


def span_of(node: Node) -> ByteSpan:
    """Give the bytes of a node."""
    return ByteSpan(node.start_byte, node.end_byte)


def inside(node: Node) -> ByteSpan:
    """Give the bytes between the first and the last token of a node, such as its braces."""
    return ByteSpan(node.children[0].end_byte, node.children[-1].start_byte)
