"""A declaration as a checker sees it: what it is and what its documentation says of it.

Where its text stands, and what would replace it, is left to `CodeUnit`, which is an outline too.
"""

from typing import Protocol

from batdoc.source.signature import Signature
from batdoc.source.units import UnitKind


class Outline(Protocol):
    """One function, method, property or class; `CodeUnit` tells more of each attribute."""

    @property
    def language(self) -> str:
        """Its registry name."""
        ...

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        ...

    @property
    def qualified_name(self) -> str:
        """Dotted, without the module."""
        ...

    @property
    def kind(self) -> UnitKind:
        """What it is."""
        ...

    @property
    def signature(self) -> Signature:
        """Parameters and results; a class has those of its `__init__`."""
        ...

    @property
    def docstring(self) -> str | None:
        """The documentation's text, dedented, or None."""
        ...

    @property
    def is_private(self) -> bool:
        """Not for users."""
        ...

    @property
    def is_overload(self) -> bool:
        """Its documentation stands elsewhere."""
        ...

    @property
    def is_nested(self) -> bool:
        """Defined inside a function."""
        ...

    @property
    def is_stub(self) -> bool:
        """The body does nothing yet."""
        ...

    @property
    def declared_at(self) -> int:
        """The line on which the declaration starts, decorators left out."""
        ...
