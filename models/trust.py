"""How far what a model wrote is to be trusted: all that is known of it without a person."""

from dataclasses import dataclass

from batdoc.source.docstring import Docstring

CUT = "too long for the model, which saw only the beginning"
NO_ANSWER = "the model gave no usable answer"
NO_ROOM = "its declaration alone is too long for the model"


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of one docstring that a model wrote.

    Attributes:
        confidence: How sure the model is of its first line, in [0, 1]; None where it has no scale
            (`models.confidence`), or where the line is a person's.
        verified: How like the original the code is that was rebuilt from it, in [0, 1]; None where
            that was not tried.
        is_cut: The code was too long for the model, which saw its beginning alone.
    """

    confidence: float | None = None
    verified: float | None = None
    is_cut: bool = False

    def is_below(self, least: float) -> bool:
        """Tell whether the model is less sure than that, and known to be."""
        return self.confidence is not None and self.confidence < least

    def words(self) -> str:
        """Say it; '' where nothing is known."""
        known = (("confidence", self.confidence), ("rebuilt code", self.verified))
        words = [f"{what} {value:.2f}" for what, value in known if value is not None]
        if self.is_cut:
            words.append(CUT)
        return ", ".join(words)


UNKNOWN = Trust()


@dataclass(frozen=True, slots=True)
class Written:
    """Documentation of one unit.

    Attributes:
        docstring: Its entries agree with the unit's signature.
        trust: What is known of it.
    """

    docstring: Docstring
    trust: Trust


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What stands where the model wrote nothing that can be used.

    Attributes:
        reason: In words.
    """

    reason: str = NO_ANSWER


@dataclass(frozen=True, slots=True)
class Body:
    """The body of one stub.

    Attributes:
        code: Statements, dedented.
        is_cut: The documentation was too long for the model, which saw its beginning alone.
    """

    code: str
    is_cut: bool
