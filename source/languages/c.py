"""C; a header that shows itself to be C++ is read as C++."""

import re

import tree_sitter
import tree_sitter_c

from batdoc.source.edits import Edit
from batdoc.source.languages.c_family import CFamily
from batdoc.source.languages.cpp import LANGUAGE as CPP
from batdoc.source.units import CodeUnit

# What starts a line in C++ only.
_CPP_WORDS = re.compile(
    rb"^[ \t]*(?:(?:class\s+\w|namespace\b)[^;{}()]{0,300}\{|template\s*<"
    rb"|(?:public|private|protected)\s*:)",
    re.MULTILINE,
)


class C(CFamily):
    """The C language; see `batdoc.source.language.Language`."""

    name = "c"
    query = """
    [(function_definition) (declaration) (type_definition) (struct_specifier) (union_specifier)
     (enum_specifier)] @definition
    (comment) @comment
    (return_statement) @return
    (call_expression) @call
    """

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_c.language())

    def units(self, source: bytes) -> list[CodeUnit]:
        """Find everything that can be documented, in source order."""
        return CPP.units(source) if _is_cpp(source) else super().units(source)

    def place_body(self, source: bytes, unit: CodeUnit, body: str) -> Edit:
        """Make the edit that replaces the statements of a stub."""
        if _is_cpp(source):
            return CPP.place_body(source, unit, body)
        return super().place_body(source, unit, body)

    def skeleton(self, source: bytes) -> object:
        """Give the syntax with all its words, comments left out."""
        return CPP.skeleton(source) if _is_cpp(source) else super().skeleton(source)

    def parses(self, code: str) -> bool:
        """Tell whether `code` is valid on its own."""
        return (
            CPP.parses(code) if _is_cpp(code.encode("utf-8", "replace")) else super().parses(code)
        )


def _is_cpp(source: bytes) -> bool:
    return _CPP_WORDS.search(source) is not None


LANGUAGE = C()
