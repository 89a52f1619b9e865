"""Other ways to write a JavaScript function: by edits at the places that its syntax tree names."""

import random
from collections.abc import Iterator
from itertools import pairwise

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_javascript.language()))
_FUNCTIONS = ("function_declaration", "function_expression", "arrow_function", "method_definition")
_VERBATIM = ("string", "template_string", "regex", "comment")
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "===": "===", "!==": "!==", "==": "=="}

Edit = tuple[int, int, str]


def parses(code: str) -> bool:
    """Tell whether it is valid."""
    return not _root(code).has_error


def renamed(code: str) -> str:
    """Rename every variable that is bound inside a function."""
    root = _root(code)
    names = {_text(n) for n in _nodes(root) if _binds_local(n)}
    edits: list[Edit] = []
    for node in _nodes(root):
        if _text(node) not in names:
            continue
        if node.type == "identifier":
            edits.append((node.start_byte, node.end_byte, f"renamed_{_text(node)}"))
        elif node.type.startswith("shorthand_property_identifier"):
            edits.append((node.end_byte, node.end_byte, f": renamed_{_text(node)}"))
    return _edited(code, edits)


def reformatted(code: str) -> str:
    """Change quotes, indentation and spaces."""
    chance = random.Random(0)
    edits: list[Edit] = []
    for start, end, gap in _gaps(code):
        space = " " * chance.randint(1, 3)
        edits.append((start, end, f"\n{space}" if "\n" in gap else space))
    for node in _nodes(_root(code)):
        text = _text(node)
        if node.type == "string" and not any(c in text[1:-1] for c in "'\"\\"):
            quote = '"' if text[0] == "'" else "'"
            edits.append((node.start_byte, node.start_byte + 1, quote))
            edits.append((node.end_byte - 1, node.end_byte, quote))
    return _edited(code, edits)


def commented(code: str) -> str:
    """Put comments between words and lines."""
    edits: list[Edit] = []
    for start, end, gap in _gaps(code):
        edits.append((start, end, f" // x += 1{gap}" if "\n" in gap else f" /* y */{gap}"))
    return _edited("/** Say what it does. */\n" + code, [(a + 25, b + 25, t) for a, b, t in edits])


def rewritten(code: str) -> str:
    """Write it otherwise, with the same meaning: results named, comparisons turned, and so on."""
    for kind in ("augmented_assignment_expression", "binary_expression", "return_statement"):
        edits = [e for node in _nodes(_root(code)) if node.type == kind for e in _rewrite(node)]
        code = _edited(code, _outermost(edits))
    return code


def scrambled(code: str) -> str:
    """Keep every call and value, and destroy the rest: statements and variables change places."""
    chance = random.Random(0)
    root = _root(code)
    names = sorted({_text(n) for n in _nodes(root) if _binds_local(n)})
    edits = [
        (node.start_byte, node.end_byte, chance.choice(names))
        for node in _nodes(root)
        if node.type == "identifier" and _text(node) in names and not _binds_local(node)
    ]
    code = _edited(code, edits)
    blocks = [n for n in _nodes(_root(code)) if n.type == "statement_block" and n.named_children]
    return _edited(code, [e for block in blocks[:1] for e in _shuffled(block, chance)])


def with_body(header_of: str, body_of: str) -> str:
    """Put one function's body under another's declaration, as a bad rebuild would be."""
    one, other = _last_body(header_of), _last_body(body_of)
    return _edited(header_of, [(one.start_byte, one.end_byte, _text(other))])


def _root(code: str) -> Node:
    return _PARSER.parse(code.encode()).root_node


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _edited(code: str, edits: list[Edit]) -> str:
    source = code.encode()
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text.encode() + source[end:]
    return source.decode()


def _outermost(edits: list[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e[0], -e[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _is_inside_function(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type not in _FUNCTIONS:
        around = around.parent
    return around is not None


def _binds_local(node: Node) -> bool:
    """Tell whether an identifier is a parameter, or declared inside a function."""
    around, child = node.parent, node
    if node.type not in ("identifier", "shorthand_property_identifier_pattern") or around is None:
        return False
    if around.type in ("function_declaration", "function_expression") and _is_inside_function(
        around
    ):
        return around.child_by_field_name("name") == node
    while around.type.endswith("_pattern"):
        around, child = around.parent or around, around
    if around.type == "formal_parameters" or around.child_by_field_name("parameter") == child:
        return True
    is_declared = around.type == "variable_declarator" and (
        around.child_by_field_name("name") == child
    )
    is_looped = around.type == "for_in_statement" and around.child_by_field_name("left") == child
    return (is_declared or is_looped) and _is_inside_function(around)


def _gaps(code: str) -> Iterator[tuple[int, int, str]]:
    """Give the white space between words, outside of what must stay to the letter."""
    source, words = code.encode(), []
    waiting = [_root(code)]
    while waiting:
        node = waiting.pop()
        if node.type in _VERBATIM or not node.children:
            words.append((node.start_byte, node.end_byte))
        else:
            waiting.extend(node.children)
    words.sort()
    for (_, end), (start, _) in pairwise(words):
        if start > end:
            yield end, start, source[end:start].decode()


def _rewrite(node: Node) -> Iterator[Edit]:
    """Give the edits that write one node otherwise."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    span = node.start_byte, node.end_byte
    if node.type == "return_statement" and node.named_children:
        value = node.named_children[0]
        if value.type not in ("identifier", "number", "string", "true", "false"):
            yield *span, f"{{ const result = {_text(value)}; return result; }}"
    elif left is not None and right is not None and operator is not None:
        sign = _text(operator)
        if node.type == "augmented_assignment_expression":
            yield *span, f"{_text(left)} = {_text(left)} {sign[:-1]} ({_text(right)})"
        elif sign in _FLIPPED:
            yield *span, f"({_text(right)}) {_FLIPPED[sign]} ({_text(left)})"


def _shuffled(block: Node, chance: random.Random) -> Iterator[Edit]:
    """Give the edits that put a block's statements into another order."""
    statements = block.named_children
    others = chance.sample(statements, len(statements))
    for node, other in zip(statements, others, strict=True):
        yield node.start_byte, node.end_byte, _text(other)


def _last_body(code: str) -> Node:
    """Give the body of the last function that stands on its own."""
    node = _root(code).named_children[-1]
    while node.type not in _FUNCTIONS:
        node = node.named_children[-1]
    body = node.child_by_field_name("body")
    assert body is not None
    return body
