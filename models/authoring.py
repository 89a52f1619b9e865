"""What cli, lsp_server and evaluation share: units and a backend in, documentation or code out.

The model proposes, the syntax tree decides: parameters, results and exceptions that the code does
not have never pass, and a body that does not parse is no body. Where text goes into a file is the
business of source.
"""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event

from batdoc.models import prompts
from batdoc.models.backend import Backend, Completion, Limits
from batdoc.models.prompts import Direction, Prompt
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.errors import ModelError
from batdoc.source.house_style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit, UnitKind

MOST_DOC, MOST_ENTRY, MOST_BODY = 96, 28, 128  # tokens; within what the starter was trained on
_LONGEST_TOKEN = 32  # characters; no need to count the tokens of more
_CHUNK = 64  # units between two reports of progress
_FENCE = re.compile(r"^\s*```[\w+-]*[ \t]*$", re.MULTILINE)
_TEMPLATE = re.compile(r"<\|[^|<>\n]{1,40}\|>")
_STUTTER = re.compile(
    r"\b(\w+(?:\W+\w+){0,5})(?:\W+\1\b){2,}|(_?[A-Za-z]{2,12})\2{2,}", re.IGNORECASE
)
_LEAKED_FIELD = re.compile(r"\s*:?\b(?:param|returns|yields|raises)\b[^:.]{0,40}:.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Gap:
    """An entry that the model left out and is asked for by name.

    Attributes:
        unit: Index of the unit.
        field: "params", "returns", "yields" or "raises".
        name: Of the entry, stars included; empty for results.
        lead: How its line begins.
    """

    unit: int
    field: str
    name: str
    lead: str


def write_docstrings(
    units: Sequence[CodeUnit],
    backend: Backend,
    house: HouseStyle,
    cancel: Event | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Docstring | None]:
    """Write documentation for units, many at a time.

    Args:
        units: Which to document.
        backend: The model.
        house: The style to write in, and which sections.
        cancel: Stops within one token.
        on_progress: Called with the number of units finished so far.

    Returns:
        One a unit, in order; its entries agree with the unit's signature. None where the model
        gave nothing that can be used.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    written: list[Docstring | None] = []
    for start in range(0, len(units), _CHUNK):
        chunk = units[start : start + _CHUNK]
        written += _write_chunk(chunk, backend, house, cancel)
        if on_progress is not None:
            on_progress(len(written))
    return written


def _write_chunk(
    units: Sequence[CodeUnit], backend: Backend, house: HouseStyle, cancel: Event | None
) -> list[Docstring | None]:
    # Without entries a single line is wanted, and the rest would only cost time.
    stop = () if house.documents_params else ("\n",)
    asked = {
        index: prompt
        for index, unit in enumerate(units)
        if (prompt := _fitting(prompts.to_doc(unit), backend, MOST_DOC)) is not None
    }
    if not asked:
        return [None] * len(units)
    answers = backend.generate([*asked.values()], Limits.greedy(MOST_DOC), stop, cancel)
    docs: list[Docstring | None] = [None] * len(units)
    for index, answer in zip(asked, answers, strict=True):
        docs[index] = read_doc(answer.text, units[index])
    if house.documents_params:
        _fill_gaps(units, asked, docs, backend, cancel)
    return [
        house.dress(doc, unit.signature) if doc else None
        for doc, unit in zip(docs, units, strict=True)
    ]


def _fitting(prompt: Prompt, backend: Backend, room: int) -> Prompt | None:
    """Cut a prompt so that it fits; None where even its beginning is too long to ask about."""
    try:
        return fit(prompt, backend, room)
    except ModelError:
        return None


def read_doc(text: str, unit: CodeUnit) -> Docstring | None:
    """Read a model's answer as documentation that agrees with the unit.

    Returns:
        None where the answer holds no sentence.
    """
    plain = _TEMPLATE.sub("", _FENCE.sub("", text)).replace('"""', "").strip()
    if plain.startswith(unit.header.partition("(")[0]):
        return None  # the code again, not words about it
    doc = parse(textwrap.dedent(plain), Style.REST)
    summary = _tidy(doc.summary)
    if len(summary.split()) < 2 or _STUTTER.search(summary):
        return None
    raised = {name.rsplit(".", 1)[-1] for name in unit.signature.raises}
    raises = tuple(entry for entry in doc.raises if entry.name.rsplit(".", 1)[-1] in raised)
    tidy = replace(doc, summary=summary, body="", examples="", raises=raises)
    return _with_text(tidy).bound(unit.signature)


def _with_text(doc: Docstring) -> Docstring:
    """Leave out the entries that say nothing, or the same thing over and over."""
    return replace(
        doc,
        params=tuple(filter(None, map(_speaking, doc.params))),
        raises=tuple(filter(None, map(_speaking, doc.raises))),
        returns=doc.returns and _speaking(doc.returns),
        yields=doc.yields and _speaking(doc.yields),
    )


def _speaking(entry: Entry) -> Entry | None:
    """Give an entry without fields of another one in its text; None where nothing is said."""
    text = _LEAKED_FIELD.sub("", _TEMPLATE.sub("", entry.text)).strip()
    return replace(entry, text=text) if text and not _STUTTER.search(text) else None


def _tidy(sentence: str) -> str:
    """Give a sentence its capital and its full stop."""
    sentence = sentence.strip().strip('"').strip()
    if sentence[:1].islower() and sentence.split()[0].isalpha():
        sentence = sentence[0].upper() + sentence[1:]
    return sentence if not sentence or sentence.endswith((".", "!", "?", ":")) else sentence + "."


def _fill_gaps(
    units: Sequence[CodeUnit],
    asked: Mapping[int, Prompt],
    docs: list[Docstring | None],
    backend: Backend,
    cancel: Event | None,
) -> None:
    """Ask once more, in one batch, for the entries that the signature wants and no answer had."""
    gaps = [
        gap
        for index, (unit, doc) in enumerate(zip(units, docs, strict=True))
        if doc is not None
        for gap in _gaps(index, unit, doc)
    ]
    wanted = [
        (gap, prompt)
        for gap in gaps
        if (prompt := _fitting(_leading(asked[gap.unit], docs, gap), backend, MOST_ENTRY))
    ]
    if not wanted:
        return
    questions = [prompt for _, prompt in wanted]
    answers = backend.generate(questions, Limits.greedy(MOST_ENTRY), ("\n",), cancel)
    for (gap, _), answer in zip(wanted, answers, strict=True):
        doc = docs[gap.unit]
        if doc is not None and (entry := _entry(gap, answer)) is not None:
            docs[gap.unit] = _with_entry(doc, gap.field, entry).bound(units[gap.unit].signature)


def _leading(prompt: Prompt, docs: Sequence[Docstring | None], gap: _Gap) -> Prompt:
    """Begin the answer with what is written already and the name of the entry that is missing."""
    doc = docs[gap.unit]
    return prompt.starting(f"{doc.summary if doc else ''}\n{gap.lead}")


def _gaps(index: int, unit: CodeUnit, doc: Docstring) -> list[_Gap]:
    signature = unit.signature
    known = {entry.name.lstrip("*") for entry in doc.params}
    gaps = [
        _Gap(index, "params", parameter.display, f":param {parameter.display}:")
        for parameter in signature.parameters
        if parameter.name not in known
    ]
    if unit.kind is UnitKind.CLASS or unit.kind is UnitKind.PROPERTY:
        return gaps
    if signature.yields and doc.yields is None:
        gaps.append(_Gap(index, "yields", "", ":yields:"))
    elif signature.returns_value and doc.returns is None:
        gaps.append(_Gap(index, "returns", "", ":returns:"))
    documented = {entry.name for entry in doc.raises}
    gaps += [
        _Gap(index, "raises", name, f":raises {name}:")
        for name in signature.raises
        if name not in documented
    ]
    return gaps


def _entry(gap: _Gap, answer: Completion) -> Entry | None:
    return _speaking(Entry(gap.name, None, answer.text))


def _with_entry(doc: Docstring, field: str, entry: Entry) -> Docstring:
    if field == "params":
        return replace(doc, params=(*doc.params, entry))
    if field == "raises":
        return replace(doc, raises=(*doc.raises, entry))
    return replace(doc, yields=entry) if field == "yields" else replace(doc, returns=entry)


def write_bodies(
    units: Sequence[CodeUnit],
    backend: Backend,
    cancel: Event | None = None,
) -> list[str | None]:
    """Write the bodies of stubs from their headers and documentation.

    Returns:
        One a unit, in order: statements, dedented, that parse under the unit's header and do not
        start with documentation. None where the model gave no such thing.

    Raises:
        Cancelled: `cancel` was set.
        ModelError: The engine failed.
    """
    asked = [
        fit(prompts.to_code(unit, canonical(parse(unit.docstring or ""))), backend, MOST_BODY)
        for unit in units
    ]
    stop = prompts.stops(Direction.TO_CODE)
    answers = backend.generate(asked, Limits.greedy(MOST_BODY), stop, cancel)
    return [read_body(answer.text, unit) for answer, unit in zip(answers, units, strict=True)]


def read_body(text: str, unit: CodeUnit) -> str | None:
    """Read a model's answer as the body of a unit: the longest beginning that parses.

    Returns:
        The statements, dedented, or None where there are none.
    """
    language = get_language(unit.language)
    lines = _own_lines(_FENCE.sub("", text))
    while lines:
        body = textwrap.dedent("\n".join(lines)).strip("\n")
        function = f"{unit.header}\n{textwrap.indent(body, '    ')}\n"
        if body.strip() and not _STUTTER.search(body) and language.parses(function):
            found = language.units(function.encode())[0]
            if found.doc_span is None:
                return body
            rest = function.encode()[found.doc_span.end :].decode()
            lines = textwrap.dedent(rest.strip("\n")).splitlines()
            continue
        lines.pop()
    return None


def _own_lines(text: str) -> list[str]:
    """Cut an answer where it goes on with something that is not the function's body."""
    lines = _TEMPLATE.sub("", text).strip("\n").splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not first[:1].isspace():
        lines = ["    " + line if line.strip() else line for line in lines]
        return lines
    ends = (i for i, line in enumerate(lines) if line.strip() and not line[:1].isspace())
    return lines[: next(ends, len(lines))]


def fit(prompt: Prompt, backend: Backend, room: int) -> Prompt:
    """Cut the end off what a prompt shows until it leaves room for the answer.

    Towards documentation the code is cut, at a line's end where there is one; towards code the
    documentation is, for half a header would mean another function.

    Args:
        prompt: What to ask.
        backend: Tells how many tokens there are, and may be.
        room: Tokens that the answer may take.

    Raises:
        ModelError: The rest of the prompt alone is too long.
    """
    most = backend.context_size - room
    cuts_code = prompt.direction is Direction.TO_DOC
    text = (prompt.code if cuts_code else prompt.doc)[: most * _LONGEST_TOKEN]

    def shown(length: int) -> Prompt:
        head = text[:length]
        whole_lines = head.rpartition("\n")[0] if length < len(text) else ""
        rest = whole_lines or head
        return replace(prompt, code=rest) if cuts_code else replace(prompt, doc=rest)

    low, high = 0, len(text)
    if backend.count_tokens(shown(high)) <= most:
        return shown(high)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if backend.count_tokens(shown(middle)) <= most else (low, middle - 1)
        )
    if backend.count_tokens(shown(low)) > most:
        raise ModelError(
            f"the prompt does not fit the model's {backend.context_size} tokens; "
            "use a model with a larger context"
        )
    return shown(low)
