"""Tells when a type that documentation repeats is no longer the type that the code annotates.

People spell types in many ways, and often on purpose more loosely than the code. A type is called
changed only where both are plain type expressions, and their difference cannot be a spelling.
"""

import re
from collections.abc import Iterable

_LONGEST = 200  # characters
_SUFFIX = re.compile(r"(?:,\s*(?:\*?optional\*?|default\b.*|defaults\b.*))+$", re.IGNORECASE)
_MARKUP = re.compile(r":\w+:`~?([^`]*)`|``?~?([^`]*)``?")
_EXPRESSION = re.compile(r"[\w.\[\], |*()&<>?:-]+")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_OPTIONAL = re.compile(r"(?:typing\.)?Optional\[(.*)\]", re.DOTALL)
_UNION = re.compile(r"(?:typing\.)?Union\[(.*)\]", re.DOTALL)
_WRAPPER = re.compile(
    r"(?:typing\.)?(?:Annotated\[([^,\[\]]*(?:\[[^\[\]]*\])?),.*\]|(?:Final|ClassVar)\[(.*)\])",
    re.DOTALL,
)
_SPELLED_ALIKE = str.maketrans({'"': None, "'": None, "<": "[", ">": "]"})
_NOTHING = frozenset(("None", "null", "undefined", "nil", "NoneType"))
# Names that mean the same to a reader of documentation; the first stands for them all.
_ALIKE = (
    ("str", "string", "text", "String"),
    ("int", "integer", "Integer"),
    ("bool", "boolean", "Boolean"),
    ("float", "double", "number", "Number"),
    ("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence", "array", "Array"),
    ("dict", "Dict", "dictionary", "Mapping", "MutableMapping", "mapping"),
    ("set", "Set", "FrozenSet", "frozenset", "AbstractSet"),
    ("tuple", "Tuple"),
    ("callable", "Callable", "function", "Function"),
    ("type", "Type"),
    ("object", "Object", "Any", "any", "mixed"),
    ("bytes", "bytearray"),
    ("iterator", "Iterator", "Generator", "generator"),
)
_SAME = {name: names[0] for names in _ALIKE for name in names}
_JOINING = ("or", "Optional", "Union")
_PLAIN = frozenset((*_SAME, "complex", "None", "Path", "date", "datetime", "timedelta", "Decimal"))


def retyped(spelled: str, annotation: str, are_repeated: bool) -> str | None:
    """Give the new spelling of a documented type, or None where the old one still holds.

    Args:
        spelled: As the documentation has it.
        annotation: As the code has it.
        are_repeated: Other types of the same documentation are those of the code, so that this
            one must have been, too.
    """
    suffix = _SUFFIX.search(spelled)
    core = spelled[: suffix.start()] if suffix else spelled
    wanted = " ".join(annotation.strip("\"'").split())
    if agrees(core, wanted) or not _EXPRESSION.fullmatch(core) or _reads_as_prose(core):
        return None
    if not are_repeated and not (_is_plain(core) and _is_plain(wanted)):
        return None
    return wanted + (suffix.group() if suffix else "")


def agrees(spelled: str, annotation: str) -> bool:
    """Tell whether a documented type may mean what is annotated."""
    if max(len(spelled), len(annotation)) > _LONGEST:
        return True  # nothing is claimed of what nobody could check
    core = _SUFFIX.sub("", spelled)
    said, meant = _members(_plain_text(core)), _members(_plain_text(annotation))
    return said == meant or (
        all(any(_covers(one, other) for other in meant) for one in said)
        and all(any(_covers(one, other) for one in said) for other in meant)
    )


def _covers(said: str, meant: str) -> bool:
    """Tell whether one member means another, its arguments perhaps left out."""
    if _canonical(said) == _canonical(meant):
        return True
    head, bracket, _ = said.partition("[")
    return not bracket and _canonical(head) == _canonical(meant.partition("[")[0])


def _plain_text(type_: str) -> str:
    text = _MARKUP.sub(lambda found: found[1] or found[2] or "", type_)
    text = text.translate(_SPELLED_ALIKE)
    wrapped = _WRAPPER.fullmatch(text.strip())
    return ((wrapped[1] or wrapped[2]) if wrapped else text).strip()


def _members(type_: str) -> frozenset[str]:
    """Split a union into its members; that it may be nothing is mostly said elsewhere."""
    for pattern in (_OPTIONAL, _UNION):
        found = pattern.fullmatch(type_)
        if found:
            return frozenset().union(*(_members(part) for part in _split(found[1], ",")))
    parts = [part for piece in _split(type_, "|") for part in re.split(r"\s+or\s+", piece)]
    if len(parts) > 1:
        return frozenset().union(*map(_members, parts))
    return frozenset((type_.strip(),)) - _NOTHING


def _split(text: str, mark: str) -> Iterable[str]:
    """Split at marks that stand outside of brackets."""
    depth, start = 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{<") - (char in ")]}>")
        if char == mark and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _canonical(type_: str) -> str:
    """Give names their one spelling: without modules, aliases joined, white space left out."""
    words = _WORD.sub(lambda word: _same(word.group()), type_)
    return re.sub(r"\s+|\bNone\||\|None\b", "", words)


def _same(name: str) -> str:
    last = name.rsplit(".", 1)[-1]
    return _SAME.get(last, last)


def _reads_as_prose(type_: str) -> bool:
    """Tell whether words stand side by side, as in "list of int"."""
    return bool(re.search(r"\w\s+\w", type_.replace(" | ", "|").replace(" or ", "|")))


def _is_plain(type_: str) -> bool:
    names = (name.rsplit(".", 1)[-1] for name in _WORD.findall(type_))
    return all(name in _PLAIN for name in names if name not in _JOINING)
