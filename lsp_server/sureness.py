"""How far what the model wrote in this session is to be trusted, until its words are changed."""

from batdoc.lsp_server.wire import Answer, DocstringAnswer
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit

_MOST = 10_000  # more than anybody writes in a session; what is oldest is forgotten


class Sureness:
    """Remembers answers by the names of units and the first sentences of their docstrings."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def note(self, unit: CodeUnit, answer: Answer) -> None:
        """Remember an answer that has a docstring; where a summary stays, so does its author."""
        if not isinstance(answer, DocstringAnswer) or answer.docstring is None:
            return
        summary = _squeezed(answer.docstring.summary)
        if summary == _summary(unit):
            return
        words = ["written by the model", *([answer.trust] if answer.trust else [])]
        key = (unit.qualified_name, summary)
        self._known.pop(key, None)
        self._known[key] = ", ".join(words)
        if len(self._known) > _MOST:
            del self._known[next(iter(self._known))]

    def of(self, unit: CodeUnit) -> str:
        """Say who wrote a unit's docstring, and how sure; '' where a person had a hand in it."""
        return self._known.get((unit.qualified_name, _summary(unit)), "")


def _summary(unit: CodeUnit) -> str:
    return _squeezed(parse(unit.docstring or "", language=unit.language).summary)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
