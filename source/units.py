"""The units of code that can carry documentation, whatever the language."""

import textwrap
from dataclasses import dataclass
from enum import Enum

from batdoc.source.signature import Signature

_INDENT = " " * 4


class UnitKind(Enum):
    """What a unit is, in words that hold in every language."""

    FUNCTION = "function"
    METHOD = "method"
    PROPERTY = "property"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class ByteSpan:
    """A half-open range of bytes, `start <= end`, in a file as UTF-8 with its BOM removed."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CodeUnit:
    """One function, method, property or class.

    Attributes:
        language: Its registry name, "python".
        name: The last part of the qualified name.
        qualified_name: Dotted, without the module: `Outer.method`, `outer.<locals>.inner`.
        kind: What it is.
        text: The source text from the first decorator or keyword to the end, as in the file
            (first line without its indentation, the others with it).
        code: `text` without the documentation and with common indentation removed: what a model
            is shown and what rewards compare.
        span: Where `text` stands in the file.
        header: The declaration alone, decorators left out, on one line, up to and with the
            colon or opening brace (`def f(a, b=1) -> int:`).
        footer: What closes the body after its last line: `}`, `end`, or nothing.
        signature: Parameters and results; a class has those of its `__init__`.
        docstring: The documentation's text, dedented, or None.
        doc_span: Where the documentation stands with its quotes, or None.
        insert_at: The byte where new documentation goes.
        indent: The white space that the body's lines start with.
        calls: Names that the body calls, dotted as written, in source order, each once; of a
            class, the methods it defines.
        is_overload: A typing overload, or a property's setter or deleter: its documentation
            stands elsewhere.
        is_nested: Defined inside a function.
        is_stub: The body does nothing yet (`...`, `pass`, `raise NotImplementedError`, or only
            documentation).
        lines: First and last line, from 1.
        declared_at: The line on which the declaration starts, decorators left out.
        key: Hex SHA-256 of `code` with its formatting as it stands; equal keys, equal code.
    """

    language: str
    name: str
    qualified_name: str
    kind: UnitKind
    text: str
    code: str
    span: ByteSpan
    header: str
    footer: str
    signature: Signature
    docstring: str | None
    doc_span: ByteSpan | None
    insert_at: int
    indent: str
    calls: tuple[str, ...]
    is_private: bool
    is_overload: bool
    is_nested: bool
    is_stub: bool
    lines: tuple[int, int]
    declared_at: int
    key: str

    def with_body(self, body: str) -> str:
        """Give the code that this unit would be with another body.

        Args:
            body: Statements, dedented.
        """
        indented = textwrap.indent(body, _INDENT)
        return "\n".join(part for part in (self.header, indented, self.footer) if part)
