"""Ruby: methods, classes and modules, documented by YARD or RDoc comments."""

import re
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter
import tree_sitter_ruby
from tree_sitter import Node

from batdoc.source.languages.commented import CommentedLanguage
from batdoc.source.languages.comments import CommentForm, line_form
from batdoc.source.languages.declaration import Declaration
from batdoc.source.languages.facts import Readers
from batdoc.source.languages.nodes import child, span_of, text_of
from batdoc.source.signature import Parameter, ParameterKind
from batdoc.source.units import ByteSpan, UnitKind

_MAGIC = (
    r"(?:frozen[_-]string[_-]literal|warn[_-](?:indent|past[_-]scope)"
    r"|shareable[_-]constant[_-]value|typed)"
)
# Of the whole file; documentation stands below them.
_OF_FILE = rf"!|[ \t]*(?:-\*-|{_MAGIC}:|(?:vim:.*)?(?:file)?(?:en)?coding[:=][ \t]*[\w.-]+[ \t]*$)"
_TOOL = r"(?:(?:rubocop|standard)[ \t]*:[ \t]*(?:disable|enable|todo|push|pop)|steep:ignore)\b"
_RDOC = r":(?:nodoc|doc|stopdoc|startdoc|enddoc|not-?new):"
# With their marks, these words are settings of Ruby's or of a tool's; so the marks go, or move.
_ACTED_ON = re.compile(
    rf"(?P<word>(?:en)?coding|^[ \t]*{_MAGIC})[ \t]*[:=](?=[ \t]*\w)|(?P<tool>{_TOOL})"
    rf"|(?P<emacs>-\*-)|^[ \t]*(?P<mark>[:@])(?=rbs\b|{_RDOC[1:]})",
    re.IGNORECASE,
)
_COLON = re.compile(r"[ \t]*:[ \t]*")
_NODOC = re.compile(rb"[^\n]*#[ \t]*:nodoc:")
_PRIVATE = ("private", "protected", "private_class_method")
_HIDING = ("private", "protected")
_NO_RESULT = ("while", "until", "for", "assignment", "operator_assignment", "return")
_COMPARISONS = ("==", "===", "!=", "<=", ">=")
_CONSTANT = re.compile(r"[A-Z]\w*(?:::[A-Z]\w*)*")
_DOTTED = re.compile(r"[A-Za-z_@][\w.:@]*[?!]?")
_CLASSES = ("class", "module")
_MOST_AROUND = 8
_KINDS = {
    "identifier": ParameterKind.POSITIONAL,
    "optional_parameter": ParameterKind.POSITIONAL,
    "destructured_parameter": ParameterKind.POSITIONAL,
    "splat_parameter": ParameterKind.VARIADIC,
    "keyword_parameter": ParameterKind.KEYWORD_ONLY,
    "hash_splat_parameter": ParameterKind.KEYWORD_VARIADIC,
    "block_parameter": ParameterKind.KEYWORD_ONLY,
    "forward_parameter": ParameterKind.KEYWORD_VARIADIC,
}


class Ruby(CommentedLanguage):
    """The Ruby language; see `batdoc.source.language.Language`."""

    name = "ruby"
    forms = (
        line_form("#", rf"#{{1,2}}(?!{_OF_FILE})"),
        CommentForm("=begin", "=end", "", re.compile(r"=begin\b"), is_at_margin=True),
    )
    wrappers = (("class X_\n", "\nend"),)
    directives = re.compile(rf"#[ \t]*(?:{_TOOL}|{_RDOC}|@rbs\b)|#:")
    query = """
    [(method) (singleton_method) (class) (module)] @definition
    (comment) @comment
    [(lambda) (block) (do_block)] @scope
    (return) @return
    (call method: (identifier) @_raises (#any-of? @_raises "raise" "fail")) @raise
    (call) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_ruby.language())

    @property
    def readers(self) -> Readers:
        """Read returns, raises and calls."""
        return Readers(lambda node: bool(node.named_child_count), _raised, _called)

    def guard(self, line: str) -> str:
        """Keep words from being read as a setting."""
        return _ACTED_ON.sub(_disarmed, line)

    def declare(self, node: Node) -> Declaration | None:
        """Read a method, class or module."""
        return _class(node) if node.type in _CLASSES else _method(node)

    def _is_stub(self, body: bytes) -> bool:
        words = re.sub(rb"#[^\r\n]*", b"", body).strip(b"; \t\r\n")
        return not words or bool(re.match(rb"raise[ (]NotImplementedError\b[^\n]*\Z", words))


def _disarmed(found: re.Match[str]) -> str:
    if found["emacs"]:
        return "- * -"
    if found["mark"]:
        return f"{found[0]} "
    return f"{found['word']} -" if found["word"] else _COLON.sub(" - ", found["tool"], count=1)


def _class(node: Node) -> Declaration:
    named = child(node, "name")
    owner, _, name = text_of(named).rpartition("::")
    above = child(node, "superclass") or named
    assert above is not None
    return Declaration(
        name=name,
        kind=UnitKind.CLASS,
        outer=span_of(node),
        header_at=node.start_byte,
        body=ByteSpan(above.end_byte, node.children[-1].start_byte),
        is_private=_is_hidden(node, above),
        owner=owner.replace("::", "."),
    )


def _method(node: Node) -> Declaration:
    outer, modifiers = _outermost(node)
    name = text_of(child(node, "name"))
    listed = child(node, "parameters")
    head = listed or child(node, "name") or node
    body, inner = child(node, "body"), None
    if node.children[-1].type == "end":
        inner = ByteSpan(head.end_byte, node.children[-1].start_byte)
    return Declaration(
        name=name,
        kind=UnitKind.METHOD if _is_member(outer) else UnitKind.FUNCTION,
        outer=span_of(outer),
        header_at=node.start_byte,
        body=inner,
        parameters=tuple(_parameters(listed)) if listed is not None else (),
        returns_value=_returns_value(name, body, is_endless=inner is None),
        is_private=any(word in _PRIVATE for word in modifiers)
        or _is_hidden(node, head)
        or node.start_byte in _private_in(outer.parent),
        may_return=True,
        scope=inner or (span_of(body) if body is not None else None),
    )


def _outermost(node: Node) -> tuple[Node, list[str]]:
    """Climb to the call that a definition is the argument of, such as `private def ...`."""
    modifiers: list[str] = []
    while (listed := node.parent) is not None and listed.type == "argument_list":
        call = listed.parent
        if call is None or call.type != "call" or child(call, "receiver") is not None:
            break
        modifiers.append(text_of(child(call, "method")))
        node = call
    return node, modifiers


def _is_member(node: Node) -> bool:
    """Tell whether a class stands around a definition."""
    for _ in range(_MOST_AROUND):
        if node.parent is None:
            return False
        node = node.parent
        if node.type in (*_CLASSES, "singleton_class"):
            return True
    return False


def _is_hidden(node: Node, head: Node) -> bool:
    """Tell whether the line of a definition's head ends in `# :nodoc:`."""
    rest = (node.text or b"")[head.end_byte - node.start_byte :]
    if b"\n" in rest:
        return _NODOC.match(rest) is not None
    after = node.next_sibling
    if after is None or after.start_point[0] != node.end_point[0]:
        return False
    return _NODOC.match(after.text or b"") is not None


@lru_cache(maxsize=16)
def _private_in(body: Node | None) -> frozenset[int]:
    """Give the first bytes of the methods that a class's own `private` makes so."""
    hidden: set[int] = set()
    named: dict[str, int] = {}
    is_private = False
    for node in body.named_children if body is not None else ():
        if node.type == "identifier":
            is_private = _switched(text_of(node), is_private)
        elif node.type == "method":
            named[text_of(child(node, "name"))] = node.start_byte
            hidden |= {node.start_byte} if is_private else set()
        elif node.type == "singleton_method":
            named[text_of(child(node, "name"))] = node.start_byte
        elif node.type == "call" and text_of(child(node, "method")) in _PRIVATE:
            arguments = child(node, "arguments")
            listed = arguments.named_children if arguments is not None else []
            hidden |= {named[name] for each in listed if (name := _symbol(each)) in named}
    return frozenset(hidden)


def _switched(word: str, is_private: bool) -> bool:
    return word in _HIDING if word in ("public", "module_function", *_HIDING) else is_private


def _symbol(node: Node) -> str:
    return text_of(node).strip(":'\"")


def _returns_value(name: str, body: Node | None, is_endless: bool) -> bool | None:
    """Guess from the last expression whether a result is meant; None where returns tell."""
    if is_endless or name.endswith("?"):
        return True
    is_setter = name.endswith("=") and name not in _COMPARISONS
    if body is None or name == "initialize" or is_setter:
        return False
    last = body.named_children[-1] if body.named_children else body
    is_procedure = last.type in _NO_RESULT or _raises(last)
    return None if is_procedure else True


def _raises(node: Node) -> bool:
    return node.type == "call" and text_of(child(node, "method")) in ("raise", "fail")


def _parameters(listed: Node) -> Iterator[Parameter]:
    """Read parameters; those that have no name at all cannot be documented."""
    for node in listed.named_children:
        kind = _KINDS.get(node.type)
        name = text_of(node) if node.type == "identifier" else text_of(child(node, "name"))
        if kind is None or not (name or node.type.startswith(("destructured", "forward"))):
            continue
        default = text_of(child(node, "value")) or None
        yield Parameter(name, kind, None, default, may_go_unsaid=node.type == "block_parameter")


def _raised(node: Node) -> str:
    arguments = child(node, "arguments")
    first = arguments.named_children[0] if arguments and arguments.named_children else None
    if first is None:
        return ""
    if first.type == "string":
        return "RuntimeError"
    named = child(first, "receiver") if first.type == "call" else first
    name = text_of(named).removeprefix("::")
    return name if _CONSTANT.fullmatch(name) else ""


def _called(node: Node) -> str:
    method, receiver = text_of(child(node, "method")), text_of(child(node, "receiver"))
    dotted = f"{receiver}.{method}" if receiver else method
    return dotted if _DOTTED.fullmatch(dotted) else method


LANGUAGE = Ruby()
