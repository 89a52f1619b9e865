"""Recognises a renamed parameter by its place and name, so that its words can stay."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from batdoc.source.merge.types import agrees

_ONE_SPELLING = 0.8
_LEAST_SHARED = 3  # characters
_TURNING = frozenset(("no", "not", "non", "un", "without", "skip", "disable", "ignore", "exclude"))


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter as the documentation or the signature has it.

    Attributes:
        name: Without stars.
        type: As spelled there, or None.
    """

    name: str
    type: str | None


def renames(
    documented: Sequence[Named], declared: Sequence[Named], may_be_other: bool
) -> dict[str, str]:
    """Match the documented names that the signature lacks with those that the documentation lacks.

    A parameter was renamed where one name is the other with words added or left out. Else one that
    is left alone was, if it stands in the place of the only new one, between the same neighbours.
    Types that are known must agree.

    Args:
        documented: In the documentation's order.
        declared: In the signature's order.
        may_be_other: A documented name may be a keyword that `**` takes: its place is no evidence.

    Returns:
        The new name by the old one.
    """
    declared_names = [named.name for named in declared]
    said = [named.name for named in documented]
    old = [named for named in documented if named.name not in declared_names]
    new = [named for named in declared if named.name not in said]
    found = _by_likeness(old, new)
    if found or may_be_other or not len(old) == len(new) == 1 or not _fits(old[0], new[0]):
        return found
    before, after = old[0].name, new[0].name
    order = [after if name == before else name for name in said]
    return {before: after} if _around(order, after) == _around(declared_names, after) else {}


def _by_likeness(old: Sequence[Named], new: Sequence[Named]) -> dict[str, str]:
    """Match names that are alike, each the most alike of all."""
    scores = {
        (one.name, other.name): SequenceMatcher(None, one.name, other.name).ratio()
        for one in old
        for other in new
        if _is_alike(one, other)
    }
    return {
        one: other
        for (one, other), score in scores.items()
        if all(
            score > rival
            for pair, rival in scores.items()
            if pair != (one, other) and (pair[0] == one or pair[1] == other)
        )
    }


def _is_alike(one: Named, other: Named) -> bool:
    """Tell whether a name may have become another: words more or less, or a new spelling."""
    if not _fits(one, other):
        return False
    first, second = _words(one.name), _words(other.name)
    if "".join(first) == "".join(second):
        return True
    short, long = sorted((first, second), key=len)
    if all(any(_is_form(part, word) for word in long) for part in short):
        return not _TURNING & {word for word in long if not any(_is_form(word, p) for p in short)}
    ratio = SequenceMatcher(None, "".join(first), "".join(second), autojunk=False).ratio()
    return len(first) == len(second) == 1 and ratio >= _ONE_SPELLING


def _is_form(one: str, other: str) -> bool:
    """Tell whether two words are one, perhaps shortened: "param", or "src" for "source"."""
    short, long = sorted((one, other), key=len)
    if one == other or len(short) < _LEAST_SHARED:
        return one == other
    letters = iter(long[1:])
    has_letters = short[0] == long[0] and all(letter in letters for letter in short[1:])
    return long.startswith(short) or (has_letters and not set(short[1:]) & set("aeiou"))


def _words(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in parted.lower().split("_") if word]


def _fits(one: Named, other: Named) -> bool:
    return one.type is None or other.type is None or agrees(one.type, other.type)


def _around(order: Sequence[str], name: str) -> tuple[Sequence[str], Sequence[str]]:
    at = order.index(name)
    return order[max(at - 1, 0) : at], order[at + 1 : at + 2]
