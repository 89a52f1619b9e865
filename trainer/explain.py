"""The reward of one function, rule by rule and in words, with its own documentation as the answer.

Nothing is trained. A model is asked only for a rebuild, by whoever passes rebuilt code in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from batdoc.source.docstring import Docstring
from batdoc.source.errors import InputError
from batdoc.source.similarity import Similarity, similarity
from batdoc.source.styles import canonical, parse
from batdoc.source.units import CodeUnit
from batdoc.trainer.doc_rules import (
    LONG_LINE,
    SHARED_FREE,
    SHARED_MOST,
    has_fence,
    missing_parts,
    most_characters,
    quoted_line,
    shared_grams,
)
from batdoc.trainer.rewards import Reward, body_of, round_trip, score_code, score_doc

_NAME_WIDTH, _INDENT = 24, "  "


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Code that a model rebuilt, and how like the original it is.

    Attributes:
        code: As it stands, or None where nothing parses.
        similarity: To the original.
    """

    code: str | None
    similarity: Similarity


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reward of one function and the reason for each of its parts.

    Attributes:
        unit: The function.
        doc: Its documentation in the form that training reads.
        worth: Of the documentation by itself.
        reasons: One for each part of `worth`.
        nodes: Of the graph that is compared.
        is_capped: The function is so long that only its beginning is compared.
        told: Rebuilt from the documentation; None where no rebuild was asked for.
        untold: Rebuilt from the declaration alone; None where no rebuild was asked for.
    """

    unit: CodeUnit
    doc: str
    worth: Reward
    reasons: Mapping[str, str]
    nodes: int
    is_capped: bool
    told: Rebuilt | None
    untold: Rebuilt | None


def own_doc(unit: CodeUnit) -> Docstring:
    """Read the documentation that stands in a file.

    Raises:
        InputError: There is none.
    """
    if not (unit.docstring or "").strip():
        raise InputError(
            f"{unit.qualified_name} has no docstring to explain a reward with; write one first"
        )
    return parse(unit.docstring or "", language=unit.language)


def explain(unit: CodeUnit, rebuilds: tuple[str | None, str | None] | None) -> Explanation:
    """Score a function's own documentation as training would score a model's.

    Args:
        unit: The function.
        rebuilds: Code rebuilt from its documentation and from its declaration alone, either None
            where nothing parses; None where no rebuild was asked for.

    Raises:
        InputError: It has no documentation, or training leaves such code out.
    """
    doc = own_doc(unit)
    if score_code(None, unit).total is None:
        raise InputError(f"{unit.qualified_name} is not valid by itself; training leaves it out")
    whole = similarity(unit.code, unit.code, unit.language)
    told, untold = (_rebuilt(unit, code) for code in rebuilds) if rebuilds else (None, None)
    return Explanation(
        unit=unit,
        doc=canonical(doc),
        worth=score_doc(doc, unit),
        reasons=_reasons(doc, unit),
        nodes=whole.nodes,
        is_capped=whole.is_capped,
        told=told,
        untold=untold,
    )


def describe_explanation(found: Explanation) -> str:
    """Write an explanation for the terminal."""
    return "\n".join(
        [
            "documentation, as training reads it:",
            *(f"{_INDENT}{line}" for line in found.doc.splitlines()),
            "",
            _row("worth of the documentation", found.worth.total or 0.0, "the product of"),
            *(_row(f"{_INDENT}{n}", v, found.reasons[n]) for n, v in found.worth.parts.items()),
            "",
            *(_rebuilt_lines(found) if found.told else _promise(found)),
        ]
    )


def _reasons(doc: Docstring, unit: CodeUnit) -> dict[str, str]:
    """Say for each part of the worth why it is what it is."""
    text, body = canonical(doc), body_of(unit)
    missing = missing_parts(doc, unit)
    quoted = quoted_line(text, body)
    if has_fence(text):
        quotes = "a fenced block stands in it"
    elif quoted:
        quotes = f"it holds a line of the body: {quoted}"
    else:
        quotes = f"no line of the body of over {LONG_LINE} characters stands in it"
    return {
        "structure": f"missing: {', '.join(missing)}" if missing else "nothing is missing",
        "quotes_no_line": quotes,
        "shares_little": f"{shared_grams(text, body):.0%} of the body's runs of four tokens stand "
        f"in it; free up to {SHARED_FREE:.0%}, nothing left at {SHARED_MOST:.0%}",
        "is_short": f"{len(text)} characters of at most {most_characters(unit.code)}",
    }


def _rebuilt(unit: CodeUnit, code: str | None) -> Rebuilt:
    nothing = Similarity(0.0, {}, 0, False)
    return Rebuilt(code, similarity(unit.code, code, unit.language) if code else nothing)


def _promise(found: Explanation) -> list[str]:
    worth = found.worth.total or 0.0
    return [
        f"reward = worth x likeness of the rebuilt code, here at most {worth:.3f}",
        f"{_INDENT}{_size(found)}",
    ]


def _rebuilt_lines(found: Explanation) -> list[str]:
    assert found.told is not None
    assert found.untold is not None
    told, untold = found.told.similarity, found.untold.similarity
    reward = round_trip(found.worth, [Reward(told.value, {})]).total or 0.0
    return [
        "rebuilt from the documentation:",
        *_code_lines(found.told.code),
        "",
        _row("likeness", told.value, "1.000 would be the same code, names and form aside"),
        *(_row(f"{_INDENT}{name}", part, "") for name, part in told.parts.items()),
        _row("from the signature alone", untold.value, f"lift {told.value - untold.value:+.3f}"),
        f"{_INDENT}{_size(found)}",
        "",
        _row("reward", reward, "worth x likeness"),
    ]


def _code_lines(code: str | None) -> list[str]:
    return [f"{_INDENT}{line}" for line in (code or "nothing that parses").splitlines()]


def _size(found: Explanation) -> str:
    cut = "; it is so long that only its beginning is compared" if found.is_capped else ""
    return f"the code has {found.nodes} nodes{cut}"


def _row(name: str, value: float, reason: str) -> str:
    return f"{name:<{_NAME_WIDTH + 4}}{value:.3f}  {reason}".rstrip()
