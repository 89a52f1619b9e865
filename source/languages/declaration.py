"""What a language file reads from a declaration, and what that says of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from batdoc.source.languages.facts import Facts
from batdoc.source.signature import Parameter, Signature
from batdoc.source.units import ByteSpan, UnitKind


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a language file reads from a node that declares something.

    Attributes:
        name: Its own.
        kind: What it is.
        outer: The first to the last byte of what is declared, with decorators, attributes,
            `export` and the like: documentation stands before it.
        header_at: Where the declaration itself starts, decorators left out.
        body: The statements between the marks that hold them; None where there are none.
        parameters: Without the receiver.
        returns: The type of the result as written, or None.
        returns_value: It has a result; None where its return statements tell.
        raises: Exceptions that it declares.
        is_async: Declared so.
        is_private: By its own modifiers or name.
        is_overload: Documentation stands elsewhere.
        owner: Name of what it belongs to, where it does not stand in it.
        may_return: It may have a result that its code does not show.
        scope: The range in which statements and declarations belong to it; that of `body` if None.
    """

    name: str
    kind: UnitKind
    outer: ByteSpan
    header_at: int
    body: ByteSpan | None
    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    returns_value: bool | None = None
    raises: tuple[str, ...] = ()
    is_async: bool = False
    is_private: bool = False
    is_overload: bool = False
    owner: str = ""
    may_return: bool = False
    scope: ByteSpan | None = None

    @property
    def range(self) -> ByteSpan:
        """The bytes that belong to it and to nothing around it."""
        return self.scope or self.body or ByteSpan(self.outer.end, self.outer.end)

    def signature(self, facts: Facts) -> Signature:
        """Put together what is declared and what the body shows."""
        given = self.returns_value
        return Signature(
            parameters=self.parameters,
            returns=self.returns,
            returns_value=(facts.returns_value if given is None else given) and not facts.yields,
            yields=facts.yields,
            raises=tuple(dict.fromkeys([*self.raises, *facts.raises])),
            is_async=self.is_async,
            may_return=self.may_return,
        )

    def qualified_name(self, around: Sequence[tuple["Declaration", str]]) -> str:
        """Name it with what it stands in, or belongs to.

        Args:
            around: Declarations that it stands in, the outermost first, with their names.
        """
        if self.owner:
            return f"{self.owner}.{self.name}"
        if not around:
            return self.name
        outer, name = around[-1]
        local = "" if outer.kind is UnitKind.CLASS else ".<locals>"
        return f"{name}{local}.{self.name}"
