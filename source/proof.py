"""The proof before every write: an edit changed documentation, or one body, and nothing else.

It takes nothing on trust from the code that made the edit: every claim is checked on the bytes
before and after.
"""

from collections.abc import Sequence

from batdoc.source.edits import Edit
from batdoc.source.errors import InputError, ProofError
from batdoc.source.language import Language
from batdoc.source.units import ByteSpan, CodeUnit


def prove(before: bytes, after: bytes, edits: Sequence[Edit], language: Language) -> None:
    """Prove that `after` differs from `before` in documentation only, and would stay as it is.

    - Outside the edits every byte is equal.
    - What was replaced was documentation or white space; what came is one unit's documentation.
    - The syntax trees are equal apart from documentation, and what was valid still is.
    - The same units are found again, and giving them the same documentation changes nothing.

    Args:
        before: The file that the edits were made for.
        after: The file with the edits applied.
        edits: What was changed.
        language: Of both.

    Raises:
        ProofError: One of these does not hold.
    """
    arrived = _prove_outside(before, after, edits)
    try:
        old, new = language.units(before), language.units(after)
        same_tree = language.skeleton(before) == language.skeleton(after)
    except InputError as error:
        raise ProofError(f"the edit would make the file invalid: {error}") from None
    _demand(
        [u.qualified_name for u in old] == [u.qualified_name for u in new],
        "change which functions there are",
    )
    _demand(same_tree, "change the code")
    _demand(_is_valid(language, after) or not _is_valid(language, before), "make the file invalid")
    removable = [unit.doc_span for unit in old if unit.doc_span]
    for edit in edits:
        _demand(not _remainder(before, edit.span, removable), "lose code or comments")
    for span in arrived:
        unit = _documented_in(new, span)
        _demand(bool((unit.docstring or "").strip()), "add empty documentation")
        _demand(not _remainder(after, span, [unit.doc_span or span]), "add code or comments")
        was = old[new.index(unit)]
        # What a person spelled in their own way may stay so.
        is_own = was.doc_span is not None and not _is_stable(before, was, language)
        _demand(is_own or _is_stable(after, unit, language), "be changed again by a second run")


def prove_body(before: bytes, after: bytes, edit: Edit, unit: CodeUnit, language: Language) -> None:
    """Prove that an edit changed the body of one function, and that the file is still valid.

    Args:
        before: The file that `unit` was found in.
        after: The file with `edit` applied.
        edit: What was changed.
        unit: The function that got a new body.
        language: Of both files.

    Raises:
        ProofError: The file is not valid, the new body reaches outside its function, or more than
            the body changed.
    """
    (arrived,) = _prove_outside(before, after, [edit])
    _demand(_within(edit.span, unit.span), "change something outside the function")
    try:
        old, new = language.units(before), language.units(after)
    except InputError as error:
        raise ProofError(f"the edit would make the file invalid: {error}") from None
    _demand(_is_valid(language, after), "make the file invalid")
    growth = (arrived.end - arrived.start) - (edit.span.end - edit.span.start)
    expected = ByteSpan(unit.span.start, unit.span.end + growth)
    found = [u for u in new if u.span == expected and u.qualified_name == unit.qualified_name]
    _demand(len(found) == 1, "reach outside its function")
    _demand(_promise(found[0]) == _promise(unit), "change the signature or the documentation")
    _demand(_others(old, unit.span) == _others(new, expected), "change other functions")


def _prove_outside(before: bytes, after: bytes, edits: Sequence[Edit]) -> list[ByteSpan]:
    """Prove that all but the edits is equal, and tell where their new text stands in `after`."""
    arrived: list[ByteSpan] = []
    at = position = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        kept = before[at : edit.span.start]
        start = position + len(kept)
        end = start + len(edit.new)
        _demand(
            edit.span.start >= at and after[position:start] == kept, "change what stands around it"
        )
        _demand(after[start:end] == edit.new, "put in something else than it says")
        arrived.append(ByteSpan(start, end))
        at, position = edit.span.end, end
    _demand(before[at:] == after[position:], "change what stands around it")
    return arrived


def _is_stable(source: bytes, unit: CodeUnit, language: Language) -> bool:
    """Tell whether a run that is given the words that stand there would change nothing."""
    lines = (unit.docstring or "").split("\n")
    framed = ([*above, *lines, *below] for above in ([], [""]) for below in ([], [""]))
    again = (language.place(source, unit, layout) for layout in framed)
    return any(source[edit.span.start : edit.span.end] == edit.new for edit in again)


def _documented_in(units: Sequence[CodeUnit], span: ByteSpan) -> CodeUnit:
    found = [u for u in units if u.doc_span and _within(u.doc_span, span)]
    _demand(len(found) == 1, "add something else than documentation")
    return found[0]


def _remainder(source: bytes, span: ByteSpan, documentation: Sequence[ByteSpan]) -> bytes:
    """Give what stands in a span besides white space and documentation."""
    rest, at = b"", span.start
    for doc in documentation:
        if _within(doc, span):
            rest += source[at : doc.start]
            at = doc.end
    return (rest + source[at : span.end]).strip()


def _is_valid(language: Language, source: bytes) -> bool:
    return language.parses(source.decode("utf-8", "strict"))


def _promise(unit: CodeUnit) -> tuple[object, ...]:
    """What must stay when a body is written; results may become known with it."""
    return unit.header, unit.kind, unit.signature.parameters, unit.docstring, unit.indent


def _others(units: Sequence[CodeUnit], span: ByteSpan) -> list[tuple[str, str]]:
    """Identify the units that neither hold nor are held by the span."""
    return [
        (unit.qualified_name, unit.key)
        for unit in units
        if not (_within(unit.span, span) or _within(span, unit.span))
    ]


def _within(inner: ByteSpan, outer: ByteSpan) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ProofError(f"the edit would {otherwise}; nothing was written")
