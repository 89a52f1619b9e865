"""Text that is suggested at the cursor, and what it makes of the document; no protocol."""

from dataclasses import dataclass
from typing import Protocol

from batdoc.lsp_server.actions import Task
from batdoc.lsp_server.wire import Answer
from batdoc.source.errors import ProofError
from batdoc.source.units import CodeUnit


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text, and the document that it was made for.

    Attributes:
        before: The document up to the cursor.
        text: What comes at the cursor.
        replaced: What stands behind the cursor on its line and gives way.
        after: The rest of the document.
    """

    before: bytes
    text: bytes
    replaced: bytes
    after: bytes

    @property
    def accepted(self) -> bytes:
        """The document once the suggestion is taken."""
        return self.before + self.text + self.after

    def rest(self, source: bytes, offset: int) -> "Suggestion | None":
        """Give what is left of it in a document in which its beginning was typed.

        Args:
            source: The document as it is now.
            offset: The cursor in it, in bytes.

        Returns:
            None where something else changed, or the cursor stands elsewhere.
        """
        before = source[:offset]
        typed = before[len(self.before) :]
        is_same = before.startswith(self.before) and source[offset:] == self.replaced + self.after
        if not is_same or not self.text.startswith(typed):
            return None
        return Suggestion(before, self.text[len(typed) :], self.replaced, self.after)


def cut(accepted: bytes, source: bytes, offset: int, end: int) -> Suggestion:
    """Find the suggestion that turns one document into another.

    Args:
        accepted: The document as it shall become.
        source: The document as it is.
        offset: The cursor in it, in bytes.
        end: How far the text behind the cursor may give way, in bytes.

    Raises:
        ProofError: It takes more than a text at the cursor.
    """
    before, after = source[:offset], source[end:]
    stop = len(accepted) - len(after)
    if stop <= offset or not (accepted.startswith(before) and accepted.endswith(after)):
        raise ProofError("the text does not begin at the cursor; nothing is suggested")
    return Suggestion(before, accepted[offset:stop], source[offset:end], after)


class Spot(Protocol):
    """A place where something can be suggested."""

    @property
    def task(self) -> Task:
        """What is to be written."""
        ...

    @property
    def block(self) -> bytes:
        """What the model is shown: the document, completed so that it parses, or a part of it."""
        ...

    @property
    def unit(self) -> CodeUnit:
        """What it is written for; found in `block`."""
        ...

    def prepare(self) -> None:
        """Do what can be done before the model has answered."""
        ...

    def suggestion(self, answer: Answer) -> Suggestion | None:
        """Make the suggestion of what the model answered; None if it had nothing.

        Raises:
            ProofError: It would damage the document.
        """
        ...
