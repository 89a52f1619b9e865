"""A task of a test suite: one function to write, and the tests that it must pass."""

import textwrap
from dataclasses import dataclass

from batdoc.source.errors import InputError
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit

_INDENT = " " * 4


@dataclass(frozen=True, slots=True)
class Task:
    """A function to write.

    Attributes:
        name: As the suite calls it: "HumanEval/0".
        unit: The function; a model is shown its header.
        doc: What the function is to do, in the suite's own words.
        above: The file up to the function's body.
        below: The file behind it.
        tests: Code that fails where the function is wrong; it follows the file's.
        solution: The file with the suite's own body.
        buggy: The file with a body that must not pass, or None where the suite has none.
    """

    name: str
    unit: CodeUnit
    doc: str
    above: str
    below: str
    tests: str
    solution: str
    buggy: str | None

    @property
    def language(self) -> str:
        """Registry name of the language that the task is in."""
        return self.unit.language

    def with_body(self, body: str) -> str:
        """Give the file with a body.

        Args:
            body: Statements, dedented.
        """
        return f"{self.above}{textwrap.indent(body, _INDENT)}\n{self.below}"


def last_function(source: str, language: str, name: str | None = None) -> CodeUnit:
    """Find the function that a task asks for; of several the last is the one that is called.

    Args:
        source: A file.
        language: Its language.
        name: Of the function; None where the file ends with it.

    Raises:
        InputError: The file has no such function.
    """
    units = get_language(language).units(source.encode())
    found = [unit for unit in units if name in (None, unit.qualified_name)]
    if not found:
        raise InputError(f"its code defines no function {name or ''}".rstrip())
    return found[-1]
