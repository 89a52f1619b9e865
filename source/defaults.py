"""Defaults that prose names, "Defaults to 5", beside those of the signature.

Both must be literals: what a name or a call stands for is not known here. A default of None mostly
means that the body chooses one, so it denies nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator

from batdoc.source.docstring import Docstring, Entry, Problem
from batdoc.source.signature import Signature

_NOTHING = ("None", "null", "nil", "undefined")
_LITERAL = (
    r"'[^'\n\\]*'|\"[^\"\n\\]*\"|[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?)"
    r"|[Tt]rue|[Ff]alse|None|null|nil|undefined"
)
_IS_LITERAL = re.compile(_LITERAL)
_IN_PROSE = rf"(?::[\w:]+:)?[`*]*(?P<value>{_LITERAL})[`*]*"
_BEGINS = r"(?:\A|[.,;(\[\n])[ \t]*"
# Units, conditions and other words may follow a value, and change what it means.
_ENDS = r"(?=\s*(?:\Z|[;)\]]|\.(?:\s|\Z)|,\s*(?:optional|keyword)\b|\n\s*(?:\n|[-*(`A-Z])))"
_SAID_TO_BE = r"[dD]efaults?(?:\s+value)?(?:\s*[:=]|\s+(?:to|is|of)(?:\s*:)?)?\s*"
_NAMED = re.compile(f"{_SAID_TO_BE}{_IN_PROSE}{_ENDS}")
_BEFORE = re.compile(rf"{_BEGINS}(?:(?:[Tt]he|[Ii]ts|[Ii]t)\s+)?\Z")
_LONGEST_BEFORE = 20  # characters
_BY_DEFAULT = re.compile(rf"{_BEGINS}{_IN_PROSE}[ ]by[ ]default{_ENDS}")
_SEPARATORS = re.compile(r"[-_\s]")


def default_problems(docstring: Docstring, signature: Signature) -> Iterator[Problem]:
    """Give a `wrong-default` for each parameter whose entry names a default that it has not."""
    entries = [e for e in docstring.params if "efault" in e.text or "efault" in (e.type or "")]
    if not entries:
        return
    defaults = {p.name: p.default for p in signature.parameters if _is_telling(p.default)}
    shared = Counter((entry.type, entry.text) for entry in docstring.params)
    for entry in entries:
        default = defaults.get(entry.name)
        # One text for several parameters tells of one of them, nobody knows which.
        if default and shared[entry.type, entry.text] == 1 and _denies(entry, default):
            message = f'"{entry.name}" has another default than its entry says; correct the entry'
            yield Problem("wrong-default", entry.name, message)


def without_untrue_defaults(entry: Entry, signature: Signature) -> str:
    """Give a parameter's text without defaults that it does not have, where no person vouches.

    Args:
        entry: What a model says of the parameter.
        signature: The parameter's.

    Returns:
        '' where nothing else is said.
    """
    defaults = {parameter.name: parameter.default for parameter in signature.parameters}
    default, text = defaults.get(entry.name.lstrip("*")), entry.text
    for named in reversed([*_told(text)] if "efault" in text else []):
        if default is None or (named["value"] != default and _differ(named["value"], default)):
            text = _without(text, *named.span())
    return text if any(map(str.isalnum, text)) else ""


def _without(text: str, start: int, end: int) -> str:
    """Cut a remark out, with the comma or the brackets that it stands in."""
    before, after = text[:start].rstrip(), text[end:]
    if before.endswith(("(", "[")):
        after = after[1:]
    return before.rstrip(" ,;.([") + after


def _is_telling(default: str | None) -> bool:
    """Tell whether a signature's default is a literal that callers get."""
    return default is not None and default not in _NOTHING and bool(_IS_LITERAL.fullmatch(default))


def _denies(entry: Entry, default: str) -> bool:
    """Tell whether all that an entry says of defaults is of one that differs."""
    words = [entry.type or "", entry.text]
    named = [m["value"] for text in words for m in _told(text)]
    mentions = sum(text.lower().count("default") for text in words)
    return len(named) == mentions and all(_differ(value, default) for value in named)


def _told(text: str) -> Iterator[re.Match[str]]:
    for named in _NAMED.finditer(text):
        start = named.start()
        if _BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start):
            yield named
    if "by default" in text:
        yield from _BY_DEFAULT.finditer(text)


def _differ(said: str, default: str) -> bool:
    """Tell whether two literals certainly stand for different values."""
    numbers = _number(said), _number(default)
    if None not in numbers:
        return numbers[0] != numbers[1]
    one, other = sorted((_plain(said), _plain(default)), key=len)
    return not other.startswith(one)  # "e" may be short for "end"


def _plain(literal: str) -> str:
    """Leave out what people leave out: quotes, capitals, separators."""
    return _SEPARATORS.sub("", literal.strip("'\"")).lower()


def _number(literal: str) -> float | None:
    """Read a number, or a truth value as the number that it equals."""
    text = literal.replace("_", "").lower()
    if text in ("true", "false"):
        return float(text == "true")
    try:
        return float(int(text, 16) if "0x" in text else float(text))
    except ValueError:
        return None
