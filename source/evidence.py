"""What a definition's own syntax tells a checker beyond its signature, so that it claims no more.

Each language reads it in a file of its own (source.languages). It is read for units that seem to
be wrong, not for all: most are right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from batdoc.source.outline import Outline


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far a unit's signature can be believed.

    Attributes:
        is_wrapped: Something around the function may give callers another result.
        is_open: The results are for others to define: an unannotated stub or abstract method,
            or a body that ends by raising.
        is_abstract: A stub, or declared as abstract.
        returns_value: The body returns a value, be it a generator's.
        escaping: Last parts of the names of exceptions that are raised where this body does not
            catch them.
        implicit: Parameters that nobody documents.
    """

    is_wrapped: bool
    is_open: bool
    is_abstract: bool
    returns_value: bool
    escaping: frozenset[str]
    implicit: frozenset[str]


class Witness(Protocol):
    """What a language's file of evidence offers."""

    def evidence(self, unit: Outline) -> Evidence:
        """Read one unit."""
        ...

    def is_kind_of(self, name: str, general: str) -> bool:
        """Tell whether an exception is known to be a case of a more general one."""
        ...

    def comments(self, source: bytes) -> Mapping[int, str]:
        """Give a file's comments by line, from 1."""
        ...


def witness(language: str) -> Witness:
    """Load what reads a language's evidence, by the language's registry name."""
    file = "python_evidence" if language == "python" else "comment_evidence"
    made: Witness = import_module(f"batdoc.source.languages.{file}").make(language)
    return made
