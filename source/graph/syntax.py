"""Code as syntax worth comparing: what tree-sitter reads, without what has no meaning.

Comments, documentation, brackets and formatting are left out, and what can be written in two ways
is written in one. Which name is which variable is decided in source.graph.names. Nothing here calls
itself: code may be nested without end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node

from batdoc.source.graph.kinds import Binding, Kinds, Role, Scope
from batdoc.source.graph.literals import plain_text, text_of, unescaped
from batdoc.source.graph.tree import find_subject, parse_tree

MOST_NODES = 2_000
_TEXT = "text "


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that may be a variable's.

    Attributes:
        node: Which node mentions it.
        name: As written.
        scope: The innermost scope around it.
        binding: What the place does to the name, if anything.
    """

    node: int
    name: str
    scope: int
    binding: Binding | None


@dataclass(frozen=True, slots=True)
class Syntax:
    """A syntax tree in preorder.

    Attributes:
        labels: What each node is, or says.
        parents: Index of each node's parent; -1 for the root.
        mentions: The names that may be variables', in order.
        scopes: Each scope's parent and kind; the first is all there is.
        body: Index of the first node that is not part of the outermost declaration.
        is_capped: Nodes beyond `MOST_NODES` were left out.
    """

    labels: list[str]
    parents: list[int]
    mentions: list[Mention]
    scopes: list[tuple[int, Scope]]
    body: int
    is_capped: bool


def read_syntax(code: str, kinds: Kinds) -> Syntax | None:
    """Read code; None where it is not valid.

    Args:
        code: One definition, or any statements.
        kinds: Of its language.
    """
    hole = parse_tree(code, kinds)
    return _Walk(kinds).read(hole) if hole is not None else None


class _Frame:
    """What the children of an open node must know.

    Attributes:
        kind: Of the open node.
        at: The node that they hang below.
        binding: What the open node's own place does to names.
        scope: Theirs.
        is_subject: The open node is the outermost definition.
        may_document: The next child is the first statement of a definition.
        token: The text of the last child, where it was a token.
    """

    __slots__ = ("at", "binding", "is_subject", "kind", "may_document", "scope", "token")

    def __init__(self, kind: int, at: int, binding: Binding | None, scope: int) -> None:
        self.kind = kind
        self.at = at
        self.binding = binding
        self.scope = scope
        self.is_subject = False
        self.may_document = False
        self.token = ""


class _Walk:
    """Lays one tree out."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._handlers = _handlers(kinds)
        self._subject = -1
        self._body = -1
        self._everywhere = Binding.ASSIGN if kinds.grammar.assigns == "*" else None
        self._reserved = kinds.grammar.reserved.split()
        self._members = kinds.grammar.members.split()
        self._labels: list[str] = []
        self._parents: list[int] = []
        self._mentions: list[Mention] = []
        self._scopes: list[tuple[int, Scope]] = []

    def read(self, hole: Node) -> Syntax:
        root, subject = find_subject(hole, self._kinds)
        self._subject = subject.id if subject is not None else -1
        self._scopes.append((-1, Scope.CLASS if subject is None else Scope.BLOCK))
        is_capped = self._walk(root)
        body = self._body if self._body >= 0 else len(self._labels)
        return Syntax(self._labels, self._parents, self._mentions, self._scopes, body, is_capped)

    def _walk(self, root: Node) -> bool:
        """Visit every node; give whether there were too many."""
        cursor, handlers = root.walk(), self._handlers
        frames = [_Frame(-1, -1, None, 0)]
        frames[0].may_document = self._kinds.grammar.has_docstrings
        while True:
            if len(self._labels) >= MOST_NODES:
                return True
            node = cursor.node
            assert node is not None
            kind = node.kind_id
            handle = handlers[kind]
            if handle is None:
                self._token(kind, frames[-1])
            else:
                frame = self._visit(node, kind, handle, cursor.field_id or 0, frames[-1])
                if frame is not None and cursor.goto_first_child():
                    frames.append(frame)
                    continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return False
                frames.pop()

    def _visit(
        self, node: Node, kind: int, handle: "_Handler", field: int, above: _Frame
    ) -> _Frame | None:
        """Take a node in; give what its children must know, or None where they do not count."""
        kinds = self._kinds
        if self._is_left_out(node, kind, field, above):
            return None
        place = above.kind, field
        if above.is_subject and field == kinds.body and self._body < 0:
            self._body = len(self._labels)
        binding = kinds.bindings.get(place) or (above.binding if place in kinds.patterns else None)
        at, label = above.at, kinds.wraps.get(place)
        if label is not None and label != kinds.labels[kind]:
            at = self._emit(label, at)
        below = handle(self, node, _Frame(kind, at, binding, above.scope), above)
        above.token = ""
        return self._opened(node, field, below, above) if below is not None else None

    def _opened(self, node: Node, field: int, frame: _Frame, above: _Frame) -> _Frame:
        """Finish what the children of a node must know."""
        kinds = self._kinds
        scope = kinds.scopes[frame.kind]
        if scope is not None:
            self._scopes.append((above.scope, scope))
            frame.scope = len(self._scopes) - 1
            frame.is_subject = node.id == self._subject
        if kinds.grammar.has_docstrings and field == kinds.body:
            frame.may_document = kinds.scopes[above.kind] in (Scope.FUNCTION, Scope.CLASS)
        return frame

    def _is_left_out(self, node: Node, kind: int, field: int, above: _Frame) -> bool:
        kinds = self._kinds
        if kinds.roles[kind] is Role.LEFT_OUT or (kind in kinds.dropped and not field):
            return True
        if self._body < 0 <= self._subject and kind in kinds.adornments:
            return True
        is_first, above.may_document = above.may_document, False
        return is_first and self._is_documentation(node)

    def _is_documentation(self, node: Node) -> bool:
        is_alone = node.type == "expression_statement" and node.named_child_count == 1
        child = node.named_children[0] if is_alone else None
        if child is None or self._kinds.roles[child.kind_id] is not Role.TEXT:
            return False
        return (self._kinds.grammar.value_of(text_of(child)) or "").startswith("str ")

    def _emit(self, label: str, parent: int) -> int:
        self._labels.append(label)
        self._parents.append(parent)
        return len(self._labels) - 1

    def _token(self, kind: int, above: _Frame) -> None:
        above.token = self._kinds.labels[kind]
        if not self._kinds.is_noise(above.kind, kind):
            self._emit(above.token, above.at)

    def inner(self, node: Node, frame: _Frame, above: _Frame) -> _Frame | None:
        """Take in a node with its label; a leaf says what it says."""
        label = self._kinds.labels[frame.kind]
        if not node.child_count:
            self._emit(text_of(node) or label, frame.at)
            return None
        frame.at = self._emit(label, frame.at)
        return frame

    def transparent(self, node: Node, frame: _Frame, above: _Frame) -> _Frame:
        """Take in only what the node holds."""
        return frame

    def chain(self, node: Node, frame: _Frame, above: _Frame) -> _Frame:
        """Put a further condition into a branch of its own, with all that follows it."""
        branch, condition = self._kinds.grammar.chains[node.type]
        block = self._emit("block", self._emit(branch, frame.at))
        frame.at = above.at = self._emit(condition, block)
        return frame

    def gapped(self, node: Node, frame: _Frame, above: _Frame) -> _Frame:
        """Take in a node with the text that is in none of its children."""
        text, at, gaps = node.text or b"", node.start_byte, []
        for child in node.named_children:
            gaps.append(text[at - node.start_byte : child.start_byte - node.start_byte])
            at = child.end_byte
        gaps.append(text[at - node.start_byte :])
        said = b"\n".join(gaps).decode("utf-8", "replace")
        frame.at = self._emit(f"{self._kinds.labels[frame.kind]} {said}", frame.at)
        return frame

    def name(self, node: Node, frame: _Frame, above: _Frame) -> None:
        """Take in a name that may be a variable's."""
        name = text_of(node)
        at = self._emit(name, frame.at)
        binding = frame.binding or self._everywhere
        if binding is Binding.FIXED and above.token == "[":
            binding = None  # a computed key
        is_member = above.token in self._members and binding is not Binding.DECLARE
        if not is_member and name not in self._reserved:
            self._mentions.append(Mention(at, name, above.scope, binding))

    def shorthand(self, node: Node, frame: _Frame, above: _Frame) -> None:
        """Take in a name that is a key and a variable, as the pair that it stands for."""
        label = self._kinds.grammar.shorthands[node.type]
        if label:
            frame.at = self._emit(label, frame.at)
        self._emit(text_of(node), frame.at)
        self.name(node, frame, above)

    def number(self, node: Node, frame: _Frame, above: _Frame) -> None:
        """Take in the value of a number."""
        text = text_of(node)
        self._emit(f"number {self._kinds.grammar.value_of(text) or text}", frame.at)

    def text(self, node: Node, frame: _Frame, above: _Frame) -> _Frame | None:
        """Take in the value of a string, or its parts where something is computed."""
        is_part = above.kind >= 0 and self._kinds.roles[above.kind] is Role.TEXT
        value = None if is_part else self._kinds.grammar.value_of(text_of(node))
        value = value if value is not None else plain_text(node, self._kinds)
        if value is None:
            frame.at = frame.at if is_part else self._emit("text", frame.at)
            return frame
        if is_part:
            self._piece(value, frame.at)
        else:
            self._emit(_TEXT + value, frame.at)
        return None

    def content(self, node: Node, frame: _Frame, above: _Frame) -> None:
        """Take in the plain text between the computed parts of a string."""
        self._piece(unescaped(node), frame.at)

    def _piece(self, text: str, at: int) -> None:
        """Add plain text to the string that it is a part of."""
        if self._parents[-1] == at and self._labels[-1].startswith(_TEXT):
            self._labels[-1] += text
        else:
            self._emit(_TEXT + text, at)


_Handler = Callable[[_Walk, Node, _Frame, _Frame], _Frame | None]
_HANDLERS: dict[Role, _Handler | None] = {
    Role.TOKEN: None,
    Role.INNER: _Walk.inner,
    Role.LEFT_OUT: _Walk.transparent,
    Role.TRANSPARENT: _Walk.transparent,
    Role.NAME: _Walk.name,
    Role.TEXT: _Walk.text,
    Role.CONTENT: _Walk.content,
    Role.NUMBER: _Walk.number,
    Role.SHORTHAND: _Walk.shorthand,
    Role.CHAIN: _Walk.chain,
    Role.GAPPED: _Walk.gapped,
}


@cache
def _handlers(kinds: Kinds) -> tuple[_Handler | None, ...]:
    """Give what takes in the nodes of each kind; None for tokens, the most frequent."""
    return tuple(_HANDLERS[role] for role in kinds.roles)
