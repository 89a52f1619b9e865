"""What a function promises its callers: parameters and results, bound to the syntax tree.

Leaves out how a language spells it (source.languages) and what a docstring says (source.docstring).
"""

from dataclasses import dataclass
from enum import Enum


class ParameterKind(Enum):
    """How an argument reaches a parameter."""

    POSITIONAL_ONLY = "positional only"
    POSITIONAL = "positional or keyword"
    VARIADIC = "variadic"
    KEYWORD_ONLY = "keyword only"
    KEYWORD_VARIADIC = "keyword variadic"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, without the receiver (`self`, `cls`), which is never documented.

    Attributes:
        name: As in the code, without stars or sigils; empty for one that is taken apart at once.
        kind: How an argument reaches it.
        annotation: The type as written, or None.
        default: The default value as written, or None.
        may_go_unsaid: Documentation may leave it out, such as a block that is told of elsewhere.
    """

    name: str
    kind: ParameterKind
    annotation: str | None
    default: str | None
    may_go_unsaid: bool = False

    @property
    def needs_entry(self) -> bool:
        """Documentation of parameters has to have an entry for it."""
        return bool(self.name) and not self.may_go_unsaid

    @property
    def display(self) -> str:
        """The name as docstrings write it: variadic parameters with their stars."""
        stars = {ParameterKind.VARIADIC: "*", ParameterKind.KEYWORD_VARIADIC: "**"}
        return stars.get(self.kind, "") + self.name


@dataclass(frozen=True, slots=True)
class Signature:
    """The facts of a function that its documentation must agree with.

    Attributes:
        parameters: In source order, without the receiver.
        returns: The return annotation as written, or None.
        returns_value: The body returns something other than nothing (a `return x`; False for
            `return None`, and for generators, whose values are yielded).
        yields: The body yields (nested functions do not count).
        raises: Names of exceptions that the body raises by name, in source order, each once,
            dotted names as written; a re-raise of what was caught does not count.
        is_async: Declared `async`.
        may_return: It may have a result that its code does not show, so none that is documented
            is wrong.
    """

    parameters: tuple[Parameter, ...]
    returns: str | None
    returns_value: bool
    yields: bool
    raises: tuple[str, ...]
    is_async: bool
    may_return: bool = False
