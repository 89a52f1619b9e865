"""A few words on a unit that spare a small model from taking identifiers apart.

A small byte-level vocabulary splits `get_userName` into arbitrary pieces; the sketch gives the
words. Prototype measurements are in docs/LOG.md.
"""

import re

from batdoc.source.units import CodeUnit

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")
_MOST_CALLS = 8
_LONGEST = 220  # characters; a sketch is short, or it is none


def words(identifier: str) -> list[str]:
    """Split an identifier into lower-case words.

    Examples:
        >>> words("getHTTPResponse_2")
        ['get', 'http', 'response', '2']
    """
    return [word.lower() for word in _WORD.findall(identifier)]


def sketch(unit: CodeUnit) -> str:
    """Tell a unit's kind, name, parameters, calls and results in lower-case words.

    Returns:
        Up to five lines: kind and owner's name; name; parameters; called names; kinds of result.
    """
    signature = unit.signature
    owner = unit.qualified_name.split(".")[:-1]
    results = [
        word
        for word, holds in (
            ("async", signature.is_async),
            ("yields", signature.yields),
            ("returns", signature.returns_value),
        )
        if holds
    ]
    if signature.raises:
        results += ["raises", *signature.raises[:3]]
    lines = [
        " ".join([unit.language, unit.kind.value, *(w for w in words(".".join(owner)) if owner)]),
        " ".join(words(unit.name)) or unit.name,
        ", ".join(" ".join(words(p.name)) or p.name for p in signature.parameters),
        ", ".join(" ".join(words(call)) for call in unit.calls[:_MOST_CALLS]),
        " ".join(results),
    ]
    return "\n".join(lines)[:_LONGEST]
