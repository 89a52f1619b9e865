"""Python: finds its functions, methods, properties and classes, and strips their docstrings.

`ast` has the last word on what is valid, so syntax newer than the Python that batdoc runs on is
refused, never guessed at. How documentation is written into a file is the business of
python_place.
"""

import ast
import warnings
from collections.abc import Sequence

from batdoc.source.edits import Edit
from batdoc.source.errors import ParseError
from batdoc.source.languages import python_place
from batdoc.source.languages.python_comments import shorten_comments
from batdoc.source.languages.python_outline import PythonOutline, documentation, outlines
from batdoc.source.languages.python_reading import PythonReading, read
from batdoc.source.languages.python_syntax import captures, concrete_tree, syntax_tree
from batdoc.source.languages.python_units import outer
from batdoc.source.units import CodeUnit

_DOCUMENTABLE = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Python:
    """The Python language; see `batdoc.source.language.Language`."""

    name = "python"

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find every function, method, property and class, in source order.

        Raises:
            ParseError: The source is not valid Python.
        """
        return [*read(source).units]

    def read(self, source: bytes) -> PythonReading:
        """Find the units in such a way that those of a later text are found in less time.

        Raises:
            ParseError: The source is not valid Python.
        """
        return read(source)

    def outlines(self, source: bytes) -> list[PythonOutline]:
        """Find the same declarations for a checker, in less time.

        Raises:
            ParseError: The source is not valid Python.
        """
        return outlines(syntax_tree(source), source)

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
        found = captures(concrete_tree(shorten_comments(source)), unit.span)["definition"]
        (node,) = (node for node in found if outer(node).start_byte == unit.span.start)
        return python_place.place_body(source, unit, python_place.measure(source, node), body)

    def skeleton(self, source: bytes) -> str:
        """Dump the syntax tree without docstrings.

        Raises:
            ParseError: The source is not valid Python.
        """
        tree = syntax_tree(source)
        try:
            for node in ast.walk(tree):
                if isinstance(node, _DOCUMENTABLE) and documentation(node.body) is not None:
                    del node.body[0]
            return ast.dump(tree, annotate_fields=False)
        except RecursionError:
            raise ParseError("the file is nested too deeply to be proved") from None


LANGUAGE = Python()
