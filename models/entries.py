"""Entries of documentation, each asked for by name: what a signature wants and an answer lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from threading import Event

from batdoc.models import prompts
from batdoc.models.asking import asked_until_told
from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt
from batdoc.models.reading import ended, read_entry
from batdoc.models.trust import Trust, Written
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.merge.plan import Wanted
from batdoc.source.styles import lead, parse
from batdoc.source.units import CodeUnit, UnitKind

_MOST = 28  # tokens of an entry; within what the starter was trained on
_GREEDY = Limits.greedy(_MOST)


@dataclass(frozen=True, slots=True)
class _Gap:
    """An entry that the model left out and is asked for by name.

    Attributes:
        unit: Index of the unit.
        field: "params", "returns", "yields" or "raises".
        name: Of the entry, stars included; empty for results.
    """

    unit: int
    field: str
    name: str


def write_entries(
    units: Sequence[CodeUnit],
    wanted: Sequence[Sequence[Wanted]],
    backend: Backend,
    cancel: Event | None = None,
    precedents: Sequence[tuple[str, ...]] | None = None,
) -> list[Written]:
    """Write the entries that documentation lacks, each asked for by name, and nothing else.

    Args:
        units: Documented; what they say already leads the answers.
        wanted: For each unit, what it lacks.
        backend: The model.
        cancel: Stops within one token.
        precedents: For each unit, lines of what its code base says of like functions.

    Returns:
        One a unit, in order: the summary as it stands, and the entries that the model had a text
        for.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    questions = map(prompts.to_doc, units, precedents or repeat(()))
    asked = {
        index: prompt
        for index, question in enumerate(questions)
        if wanted[index] and (prompt := fitting(question, backend, _MOST))
    }
    docs = [_summary_of(unit) for unit in units]
    gaps = [_Gap(index, gap.field, gap.name) for index in asked for gap in wanted[index]]
    whole = _with_answers(gaps, units, asked, docs, backend, cancel)
    return [
        Written(doc, Trust(is_cut=index in asked and asked[index].code != units[index].code))
        for index, doc in enumerate(whole)
        if doc is not None
    ]


def _summary_of(unit: CodeUnit) -> Docstring:
    doc = parse(unit.docstring or "", language=unit.language)
    return Docstring(doc.summary, "", (), None, None, (), "", Style.REST)


def filled(
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    docs: Sequence[Docstring | None],
    backend: Backend,
    cancel: Event | None = None,
) -> list[Docstring | None]:
    """Ask, in a batch, for the entries that signatures want and documentation lacks.

    What cannot be used is asked for again, not greedily; nor can what another entry says.

    Args:
        units: What is documented.
        asked: By the index of its unit, the question that documentation answers.
        docs: One a unit; None stays None.
        backend: The model.
        cancel: Stops within one token.

    Returns:
        The documentation of each unit, with the entries that the model had a text for.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    unlike = [_unlike(doc) for doc in docs]
    gaps = [
        gap
        for index, (unit, doc) in enumerate(zip(units, unlike, strict=True))
        if doc is not None and index in asked
        for gap in _gaps(index, unit, doc)
    ]
    whole = _with_answers(gaps, units, asked, unlike, backend, cancel)
    return [completed(*each) for each in zip(whole, docs, units, strict=True)]


def completed(doc: Docstring | None, other: Docstring | None, unit: CodeUnit) -> Docstring | None:
    """Add what documentation lacks and other documentation of the same has.

    Args:
        doc: Where it says something, it stays; None stays None.
        other: Has what is added.
        unit: What both document.

    Returns:
        Parameters, results and exceptions of both, under the summary of the first.
    """
    if doc is None or other is None:
        return doc
    return replace(
        doc,
        params=_with_lost(doc.params, other.params),
        raises=_with_lost(doc.raises, other.raises),
        returns=doc.returns or other.returns,
        yields=doc.yields or other.yields,
    ).bound(unit.signature)


def _with_lost(entries: Sequence[Entry], answered: Sequence[Entry]) -> tuple[Entry, ...]:
    known = {entry.name for entry in entries}
    return (*entries, *(entry for entry in answered if entry.name not in known))


def _with_answers(
    gaps: Sequence[_Gap],
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    docs: Sequence[Docstring | None],
    backend: Backend,
    cancel: Event | None,
) -> list[Docstring | None]:
    """Put the model's answer into each gap, where it has one."""
    whole = list(docs)
    open_ = {
        gap: prompt
        for gap in gaps
        if (prompt := fitting(_leading(asked[gap.unit], docs, gap), backend, _MOST))
    }
    for gap, entry in _answers(open_, units, docs, backend, cancel).items():
        doc = whole[gap.unit]
        if doc is not None:
            whole[gap.unit] = doc.with_entry(gap.field, entry).bound(units[gap.unit].signature)
    return whole


def _answers(
    questions: Mapping[_Gap, Prompt],
    units: Sequence[CodeUnit],
    docs: Sequence[Docstring | None],
    backend: Backend,
    cancel: Event | None,
) -> dict[_Gap, Entry]:
    """Ask until there is something to say, and something that no other entry says.

    Where nothing else comes, it may well be true of both.
    """
    told: dict[_Gap, Entry] = {}
    alike: dict[_Gap, Entry] = {}
    said = [{_plain(entry) for entry in doc.entries} if doc else set() for doc in docs]
    for answers in asked_until_told(questions, told, _GREEDY, ("\n",), backend, cancel):
        for gap, answer in sorted(answers, key=_likeliest_first):
            text = Entry(gap.name, None, ended(answer))
            shown = questions[gap].precedents
            entry = read_entry(text, units[gap.unit], backend.lexicon, shown)
            if entry is None or gap in told:
                continue
            if _plain(entry) in said[gap.unit]:
                alike.setdefault(gap, entry)
            else:
                told[gap] = entry
                said[gap.unit].add(_plain(entry))
    return alike | told


def _likeliest_first(answered: tuple[_Gap, Completion]) -> float:
    return -answered[1].mean_logprob


def _plain(entry: Entry) -> str:
    return entry.text.casefold().rstrip(".")


def _unlike(doc: Docstring | None) -> Docstring | None:
    """Leave out what an answer says of one thing after it was said of another."""
    if doc is None:
        return None
    first = {_plain(entry): entry for entry in reversed(doc.entries)}
    return doc.with_each(lambda entry: entry if first[_plain(entry)] is entry else None)


def _leading(prompt: Prompt, docs: Sequence[Docstring | None], gap: _Gap) -> Prompt:
    """Begin the answer with what is written already and the name of the entry that is missing."""
    doc = docs[gap.unit]
    return prompt.starting(f"{doc.summary if doc else ''}\n{lead(gap.field, gap.name)}")


def _gaps(index: int, unit: CodeUnit, doc: Docstring) -> list[_Gap]:
    signature = unit.signature
    known = {entry.name.lstrip("*") for entry in doc.params}
    gaps = [
        _Gap(index, "params", parameter.display)
        for parameter in signature.parameters
        if parameter.needs_entry and parameter.name not in known
    ]
    if unit.kind is UnitKind.CLASS or unit.kind is UnitKind.PROPERTY:
        return gaps
    if signature.yields and doc.yields is None:
        gaps.append(_Gap(index, "yields", ""))
    elif signature.returns_value and doc.returns is None:
        gaps.append(_Gap(index, "returns", ""))
    documented = {entry.name for entry in doc.raises}
    gaps += [_Gap(index, "raises", name) for name in signature.raises if name not in documented]
    return gaps
