"""Python's two parsers: its own, which has the last word on what is valid, and tree-sitter's.

tree-sitter gives the byte spans, one query a file, and reads again what changed of a file alone.
"""

import ast
import warnings
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from batdoc.source.errors import ParseError
from batdoc.source.units import ByteSpan

DEFINITIONS = ("function_definition", "class_definition")
_QUERY = """
[(function_definition) (class_definition)] @definition
(return_statement) @return
(yield) @yield
(raise_statement) @raise
(call) @call
"""


@cache
def _grammar() -> tuple[Language, Query]:
    language = Language(tree_sitter_python.language())
    return language, Query(language, _QUERY)


def syntax_tree(source: bytes | str) -> ast.Module:
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


def concrete_tree(source: bytes, before: Tree | None = None) -> Tree:
    """Parse with tree-sitter.

    Args:
        source: Python.
        before: Of an earlier text, told of the change; what did not change is taken from it.

    Raises:
        ParseError: The grammar cannot read the source.
    """
    parser = Parser(_grammar()[0])
    tree = parser.parse(source, before) if before is not None else parser.parse(source)
    if tree.root_node.has_error:
        raise ParseError("the Python grammar of tree-sitter cannot read this file")
    return tree


def captures(tree: Tree, span: ByteSpan | None = None) -> dict[str, list[Node]]:
    """Find the definitions, and the statements that tell what bodies do; in no order.

    Args:
        tree: Of a file.
        span: Only what overlaps it.
    """
    cursor = QueryCursor(_grammar()[1])
    if span is not None:
        cursor.set_byte_range(span.start, span.end)
    return cursor.captures(tree.root_node)
