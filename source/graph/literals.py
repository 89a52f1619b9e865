"""What the literals of any language say, whatever quotes and escapes they are written with."""

from collections.abc import Iterator

from tree_sitter import Node

from batdoc.source.graph.kinds import Kinds, Role

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_MARKS = "\"'`[]=#"


def text_of(node: Node) -> str:
    """Give the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def unescaped(node: Node) -> str:
    """Give what an escape sequence, or plain text, stands for; rare escapes stay as they are."""
    text = text_of(node)
    if node.type != "escape_sequence" or len(text) != 2:
        return text
    return _ESCAPES.get(text[1], text[1] if not text[1].isalnum() else text)


def plain_text(string: Node, kinds: Kinds) -> str | None:
    """Give the value of a string, with its prefix, or None where something in it is computed."""
    pieces = list(_pieces(string, kinds)) if string.child_count else [text_of(string)]
    return None if None in pieces else "".join(piece or "" for piece in pieces)


def _pieces(string: Node, kinds: Kinds) -> Iterator[str | None]:
    waiting = list(reversed(string.children))
    while waiting:
        node = waiting.pop()
        role = kinds.roles[node.kind_id]
        if role is Role.CONTENT:
            yield unescaped(node)
        elif role is Role.TEXT:
            waiting.extend(reversed(node.children))
        elif role is Role.TOKEN:
            yield text_of(node).strip(_MARKS)
        elif node.kind_id not in kinds.dropped:
            yield None
