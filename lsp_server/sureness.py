"""How sure the model was of what it wrote in this session, until the words are changed."""

from batdoc.lsp_server.wire import Answer, DocstringAnswer
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit

_MOST = 10_000  # more than anybody writes in a session; what is oldest is forgotten


class Sureness:
    """Remembers confidences by the names of units and the first sentences of their docstrings."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], float] = {}

    def note(self, unit: CodeUnit, answer: Answer) -> None:
        """Remember an answer that has a confidence."""
        if not isinstance(answer, DocstringAnswer):
            return
        if answer.docstring is not None and answer.confidence is not None:
            key = (unit.qualified_name, _squeezed(answer.docstring.summary))
            self._known.pop(key, None)
            self._known[key] = answer.confidence
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]

    def of(self, unit: CodeUnit) -> float | None:
        """Tell how sure the model was of a unit's docstring; None where a person had a hand in."""
        if not unit.docstring:
            return None
        summary = parse(unit.docstring, language=unit.language).summary
        return self._known.get((unit.qualified_name, _squeezed(summary)))


def _squeezed(text: str) -> str:
    return " ".join(text.split())
