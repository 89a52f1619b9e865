"""Python: finds its functions, methods, properties and classes, and strips their docstrings.

tree-sitter gives the byte spans, one query a file; `ast` has the last word on what is valid, so
syntax newer than the Python that batdoc runs on is refused, never guessed at. How documentation
is written into a file is the business of python_place.
"""

import ast
import hashlib
import inspect
import re
import textwrap
import warnings
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from batdoc.source.edits import Edit
from batdoc.source.errors import ParseError
from batdoc.source.languages import python_place
from batdoc.source.languages.python_comments import shorten_comments
from batdoc.source.languages.python_outline import (
    OVERLOADS,
    PROPERTIES,
    PythonOutline,
    documentation,
    is_private,
    outlines,
)
from batdoc.source.signature import Parameter, ParameterKind, Signature
from batdoc.source.units import ByteSpan, CodeUnit, UnitKind

_QUERY = """
[(function_definition) (class_definition)] @definition
(return_statement) @return
(yield) @yield
(raise_statement) @raise
(call) @call
"""
_DEFINITIONS = ("function_definition", "class_definition")
_DOCUMENTABLE = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")


@cache
def _grammar() -> tuple[Language, Query]:
    language = Language(tree_sitter_python.language())
    return language, Query(language, _QUERY)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _syntax_tree(source: bytes | str) -> ast.Module:
    """Parse with the running Python.

    Raises:
        ParseError: It cannot.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = source if isinstance(source, str) else source.decode("utf-8")
            return ast.parse(text)  # as text: a coding line means the file's bytes, not these
    except SyntaxError as error:
        raise ParseError(f"line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ParseError(f"not readable as Python: {error}") from None


@dataclass(slots=True)
class _Facts:
    """What a definition's own body does, nested definitions left out."""

    returns_value: bool = False
    yields: bool = False
    raises: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


class Python:
    """The Python language; see `batdoc.source.language.Language`."""

    name = "python"

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find every function, method, property and class, in source order.

        Raises:
            ParseError: The source is not valid Python.
        """
        _syntax_tree(source)
        nodes, captures = _definitions(source)
        facts = _collect_facts(nodes, captures)
        return _build_units(source, nodes, facts)

    def outlines(self, source: bytes) -> list[PythonOutline]:
        """Find the same declarations for a checker, in less time.

        Raises:
            ParseError: The source is not valid Python.
        """
        return outlines(_syntax_tree(source), source)

    def parses(self, code: str) -> bool:
        """Tell whether `code` is valid on its own."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(code, "<code>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return True

    def place(self, source: bytes, unit: CodeUnit, lines: Sequence[str]) -> Edit:
        """Make the edit that gives `unit` a docstring, or replaces the one it has."""
        return python_place.place(source, unit, lines)

    def place_body(self, source: bytes, unit: CodeUnit, body: str) -> Edit:
        """Make the edit that replaces a stub's code by `body`, its docstring kept."""
        (node,) = (n for n in _definitions(source)[0] if _outer(n).start_byte == unit.span.start)
        return python_place.place_body(source, unit, python_place.measure(source, node), body)

    def skeleton(self, source: bytes) -> str:
        """Dump the syntax tree without docstrings.

        Raises:
            ParseError: The source is not valid Python.
        """
        tree = _syntax_tree(source)
        try:
            for node in ast.walk(tree):
                if isinstance(node, _DOCUMENTABLE) and documentation(node.body) is not None:
                    del node.body[0]
            return ast.dump(tree, annotate_fields=False)
        except RecursionError:
            raise ParseError("the file is nested too deeply to be proved") from None


LANGUAGE = Python()


def _definitions(source: bytes) -> tuple[list[Node], dict[str, list[Node]]]:
    """Find the definitions in source order, and the statements that tell what bodies do.

    Raises:
        ParseError: The grammar cannot read the source.
    """
    language, query = _grammar()
    root = Parser(language).parse(shorten_comments(source)).root_node
    if root.has_error:
        raise ParseError("the Python grammar of tree-sitter cannot read this file")
    captures = QueryCursor(query).captures(root)
    nodes = sorted(captures.get("definition", []), key=lambda node: node.start_byte)
    return nodes, captures


def _outer(node: Node) -> Node:
    """Give a definition with its decorators."""
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _collect_facts(
    definitions: Sequence[Node], captures: dict[str, list[Node]]
) -> dict[int, _Facts]:
    """Give each definition, by its start byte, what its own body does."""
    facts: dict[int, _Facts] = defaultdict(_Facts)
    owner_of = _Owners(definitions)
    for node in captures.get("return", []):
        if (owner := owner_of(node)) and _text(node).strip() not in ("return", "return None"):
            facts[owner].returns_value = True
    for node in captures.get("yield", []):
        if (owner := owner_of(node)) and not _is_in_lambda(node):
            facts[owner].yields = True
    for kind, read in (("raise", _raised), ("call", _called)):
        for node in sorted(captures.get(kind, []), key=lambda n: (n.start_byte, n.end_byte)):
            name = read(node)
            if name and (owner := owner_of(node)):
                names = facts[owner].raises if kind == "raise" else facts[owner].calls
                if name not in names:
                    names.append(name)
    return facts


def _is_in_lambda(node: Node) -> bool:
    around = node.parent
    while around is not None and around.type not in ("lambda", *_DEFINITIONS):
        around = around.parent
    return around is not None and around.type == "lambda"


class _Owners:
    """Finds the innermost definition whose body holds a node; keys are start bytes plus one."""

    def __init__(self, definitions: Sequence[Node]) -> None:
        self._edges: list[int] = []
        self._owners: list[int] = []
        open_: list[tuple[int, int]] = []
        for node in definitions:
            body = node.child_by_field_name("body")
            assert body is not None
            while open_ and open_[-1][0] <= body.start_byte:
                self._close(open_)
            self._edges.append(body.start_byte)
            self._owners.append(_id(node))
            open_.append((body.end_byte, _id(node)))
        while open_:
            self._close(open_)

    def _close(self, open_: list[tuple[int, int]]) -> None:
        end, _ = open_.pop()
        self._edges.append(end)
        self._owners.append(open_[-1][1] if open_ else 0)

    def __call__(self, node: Node) -> int:
        """Give the owner's id, or 0 at module level."""
        at = bisect_right(self._edges, node.start_byte)
        return self._owners[at - 1] if at else 0


def _id(node: Node) -> int:
    return node.start_byte + 1


def _raised(node: Node) -> str:
    """Name the exception class that a raise statement raises, or ''."""
    value = node.named_children[0] if node.named_children else None
    if value is not None and value.type == "call":
        value = value.child_by_field_name("function")
    if value is None or value.type not in ("identifier", "attribute"):
        return ""
    name = _text(value)
    last = name.rsplit(".", 1)[-1].lstrip("_")
    return name if last[:1].isupper() and _DOTTED.fullmatch(name) else ""


def _called(node: Node) -> str:
    function = node.child_by_field_name("function")
    if function is None:
        return ""
    name = _text(function)
    if function.type == "identifier" or (function.type == "attribute" and _DOTTED.fullmatch(name)):
        return name
    attribute = function.child_by_field_name("attribute")
    return _text(attribute) if attribute is not None else ""


def _build_units(source: bytes, nodes: Sequence[Node], facts: dict[int, _Facts]) -> list[CodeUnit]:
    units: list[CodeUnit] = []
    scopes: list[tuple[int, str, bool]] = []
    methods: dict[int, list[int]] = defaultdict(list)
    class_at: dict[int, int] = {}
    for node in nodes:
        while scopes and scopes[-1][0] <= node.start_byte:
            scopes.pop()
        is_class = node.type == "class_definition"
        in_class = bool(scopes) and scopes[-1][2]
        if in_class:
            methods[class_at[len(scopes) - 1]].append(len(units))
        unit = _build_unit(source, node, facts[_id(node)], scopes, in_class)
        if is_class:
            class_at[len(scopes)] = len(units)
        suffix = "" if is_class else ".<locals>"
        scopes.append((node.end_byte, unit.qualified_name + suffix, is_class))
        units.append(unit)
    return list(_finish_classes(units, methods))


def _finish_classes(units: list[CodeUnit], methods: dict[int, list[int]]) -> Iterator[CodeUnit]:
    """Give classes the signature of their `__init__` and the names of their methods."""
    for index, unit in enumerate(units):
        if unit.kind is not UnitKind.CLASS:
            yield unit
            continue
        members = [units[i] for i in methods[index]]
        inits = [m for m in members if m.name == "__init__" and not m.is_overload]
        names = tuple(dict.fromkeys(m.name for m in members if not m.name.startswith("__")))
        parameters = inits[-1].signature.parameters if inits else ()
        signature = Signature(parameters, None, False, False, (), False)
        yield replace(unit, signature=signature, calls=names)


def _build_unit(
    source: bytes,
    node: Node,
    facts: _Facts,
    scopes: Sequence[tuple[int, str, bool]],
    in_class: bool,
) -> CodeUnit:
    name = _text(_field(node, "name"))
    decorators = _decorators(node)
    outer = _outer(node)
    span = ByteSpan(outer.start_byte, outer.end_byte)
    layout = python_place.measure(source, node)
    docstring = _docstring_value(source, layout.doc_span)
    code = python_place.strip_docstring(source, span, layout)
    return CodeUnit(
        language="python",
        name=name,
        qualified_name=f"{scopes[-1][1]}.{name}" if scopes else name,
        kind=_kind(node, decorators, in_class),
        text=source[span.start : span.end].decode("utf-8", "replace"),
        code=code,
        span=span,
        header=_header(source, node),
        footer="",
        signature=_signature(node, facts, in_class and "staticmethod" not in decorators),
        docstring=docstring,
        doc_span=layout.doc_span if docstring is not None else None,
        insert_at=layout.insert_at,
        indent=layout.indent,
        calls=tuple(facts.calls),
        is_private=any(map(is_private, (*(scopes[-1][1].split(".") if scopes else ()), name))),
        is_overload=not OVERLOADS.isdisjoint(decorators),
        is_nested=any(not is_class for _, _, is_class in scopes),
        is_stub=node.type == "function_definition" and _is_stub(layout.statements),
        lines=(outer.start_point[0] + 1, outer.end_point[0] + 1),
        declared_at=node.start_point[0] + 1,
        key=hashlib.sha256(code.encode()).hexdigest(),
    )


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    assert child is not None, name
    return child


def _decorators(node: Node) -> tuple[str, ...]:
    """Name a definition's decorators by the last part of their dotted names."""
    children = _outer(node).children
    texts = (_text(c.named_children[0]) for c in children if c.type == "decorator")
    return tuple(text.split("(")[0].strip().rsplit(".", 1)[-1] for text in texts)


def _kind(node: Node, decorators: Sequence[str], in_class: bool) -> UnitKind:
    if node.type == "class_definition":
        return UnitKind.CLASS
    if not in_class:
        return UnitKind.FUNCTION
    return UnitKind.METHOD if PROPERTIES.isdisjoint(decorators) else UnitKind.PROPERTY


def _docstring_value(source: bytes, span: ByteSpan | None) -> str | None:
    if span is None:
        return None
    value = ast.literal_eval(source[span.start : span.end].decode("utf-8", "replace").strip())
    return inspect.cleandoc(value)


def _is_stub(statements: Sequence[Node]) -> bool:
    texts = (_text(s) for s in statements)
    return all(t in ("...", "pass") or t.startswith("raise NotImplementedError") for t in texts)


def _header(source: bytes, node: Node) -> str:
    """Give the declaration on one line, comments inside it left out."""
    colon = python_place.colon_of(node)
    may_have_any = b"#" in source[node.start_byte : colon.start_byte]
    below = _descendants(node, colon.start_byte) if may_have_any else ()
    comments = [n for n in below if n.type == "comment"]
    parts, at = [], node.start_byte
    for comment in comments:
        parts.append(source[at : comment.start_byte])
        at = comment.end_byte
    parts.append(source[at : colon.end_byte])
    text = b"".join(parts).decode("utf-8", "replace").replace("\\\n", " ")
    joined = " ".join(line.strip() for line in text.splitlines() if line.strip())
    joined = re.sub(r"(?<=[(\[{]) ", "", joined) if "\n" in text else joined
    return re.sub(r",? (?=[)\]}])", "", joined) if "\n" in text else joined


def _descendants(node: Node, before: int) -> Iterator[Node]:
    for child in node.children:
        if child.start_byte < before:
            yield child
            yield from _descendants(child, before)


def _signature(node: Node, facts: _Facts, has_receiver: bool) -> Signature:
    parameters = node.child_by_field_name("parameters")
    listed = list(_parameters(parameters)) if parameters is not None else []
    positional = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
    if has_receiver and listed and listed[0].kind in positional:
        listed = listed[1:]
    returns = node.child_by_field_name("return_type")
    return Signature(
        parameters=tuple(listed),
        returns=_text(returns) if returns is not None else None,
        returns_value=facts.returns_value and not facts.yields,
        yields=facts.yields,
        raises=tuple(facts.raises),
        is_async=bool(node.children) and node.children[0].type == "async",
    )


def _parameters(node: Node) -> Iterator[Parameter]:
    kind = ParameterKind.POSITIONAL
    only: list[Parameter] = []
    for child in node.named_children:
        if child.type == "positional_separator":
            for parameter in only:
                yield Parameter(
                    parameter.name,
                    ParameterKind.POSITIONAL_ONLY,
                    parameter.annotation,
                    parameter.default,
                )
            only = []
        elif child.type == "keyword_separator":
            kind = ParameterKind.KEYWORD_ONLY
        elif (parameter_ := _parameter(child, kind)) is not None:
            only.append(parameter_)
            if parameter_.kind is ParameterKind.VARIADIC:
                kind = ParameterKind.KEYWORD_ONLY
    yield from only


def _parameter(node: Node, kind: ParameterKind) -> Parameter | None:
    splats = {
        "list_splat_pattern": ParameterKind.VARIADIC,
        "dictionary_splat_pattern": ParameterKind.KEYWORD_VARIADIC,
    }
    name = node.child_by_field_name("name")
    if name is None:
        name = node.named_children[0] if node.type == "typed_parameter" else node
    if name.type in splats:
        kind, name = splats[name.type], name.named_children[0]
    if name.type != "identifier":
        return None
    annotation = node.child_by_field_name("type")
    value = node.child_by_field_name("value")
    return Parameter(
        name=_text(name),
        kind=kind,
        annotation=textwrap.dedent(_text(annotation)) if annotation is not None else None,
        default=_text(value) if value is not None else None,
    )
