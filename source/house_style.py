"""The house style: how a code base writes its documentation, learned from what it has.

Only what can be counted is learned: convention, sections, types, where the summary stands.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.signature import Signature
from batdoc.source.styles import parse
from batdoc.source.units import CodeUnit, UnitKind

_OPENING_LINE = re.compile(r"[rRuUbBfF]{0,2}(?:\"\"\"|'''|\"|')[ \t]*\\?(\r?\n|\r)?")
_YIELDED = re.compile(r"(?:[\w.]*\.)?(?:Async)?(?:Iterator|Iterable|Generator)\[(.*)\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a code base writes documentation.

    Attributes:
        style: The convention of its sections.
        documents_params: Parameters, results and exceptions are documented at all.
        documents_types: The documentation repeats types that the code annotates.
        line_length: The longest line in characters, indentation included.
        summary_on_opening_line: The text starts right after the opening quotes.
    """

    style: Style
    documents_params: bool
    documents_types: bool
    line_length: int
    summary_on_opening_line: bool

    def dress(self, docstring: Docstring, signature: Signature) -> Docstring:
        """Give a docstring the style, types and sections of the house; no text is changed."""
        if not self.documents_params:
            return Docstring(
                docstring.summary, docstring.body, (), None, None, (), "", style=self.style
            )
        annotations = {p.name: p.annotation for p in signature.parameters}
        params = [self._typed(e, annotations.get(e.name.lstrip("*"))) for e in docstring.params]
        yielded = _yielded(signature.returns) if signature.yields else signature.returns
        return replace(
            docstring,
            params=tuple(params),
            returns=docstring.returns and self._typed(docstring.returns, signature.returns),
            yields=docstring.yields and self._typed(docstring.yields, yielded),
            style=self.style,
        )

    def _typed(self, entry: Entry, annotation: str | None) -> Entry:
        """Add the annotation or leave the type out; without an annotation all stays."""
        if annotation is None:
            return entry
        type_ = " ".join(annotation.split()) if self.documents_types else None
        return replace(entry, type=type_)


def learn(units: Iterable[CodeUnit], line_length: int = 88) -> HouseStyle:
    """Learn from documented units; Google with parameters and without types where none tell.

    Args:
        units: Of one code base.
        line_length: Of the code base.
    """
    documented = [(unit, parse(unit.docstring)) for unit in units if unit.docstring]
    styles = Counter(doc.style for _, doc in documented if doc.style is not Style.PLAIN)
    with_params = [
        (unit, doc)
        for unit, doc in documented
        if unit.signature.parameters and unit.kind is not UnitKind.CLASS
    ]
    of_several_lines = [(unit, doc) for unit, doc in documented if "\n" in (unit.docstring or "")]
    return HouseStyle(
        style=max(styles, key=lambda style: styles[style]) if styles else Style.GOOGLE,
        documents_params=_share(with_params, lambda _, doc: bool(doc.params), True),
        documents_types=_documents_types(with_params),
        line_length=line_length,
        summary_on_opening_line=_share(of_several_lines, _starts_on_opening_line, True),
    )


def _share(
    documented: Sequence[tuple[CodeUnit, Docstring]],
    holds: Callable[[CodeUnit, Docstring], bool],
    default: bool,
) -> bool:
    """Tell whether something holds for at least half."""
    if not documented:
        return default
    return 2 * sum(holds(unit, doc) for unit, doc in documented) >= len(documented)


def _documents_types(documented: Iterable[tuple[CodeUnit, Docstring]]) -> bool:
    spelled = [
        entry.type is not None
        for unit, doc in documented
        for annotated in [{p.name for p in unit.signature.parameters if p.annotation}]
        for entry in doc.params
        if entry.name.lstrip("*") in annotated
    ]
    return 2 * sum(spelled) > len(spelled)


def _starts_on_opening_line(unit: CodeUnit, doc: Docstring) -> bool:
    """Tell whether text stands on the line of the opening quotes."""
    assert unit.doc_span is not None
    quoted = unit.text.encode()[unit.doc_span.start - unit.span.start :].decode("utf-8", "replace")
    opening = _OPENING_LINE.match(quoted)
    return opening is None or opening[1] is None


def _yielded(annotation: str | None) -> str | None:
    """Give what a generator's annotation says of its values: `Iterator[int]` yields `int`."""
    found = _YIELDED.fullmatch(annotation.strip()) if annotation else None
    if found is None:
        return None
    depth = 0
    for at, char in enumerate(found[1]):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            return found[1][:at]
    return found[1]
