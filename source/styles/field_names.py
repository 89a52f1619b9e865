"""The names of reST and Epytext fields, and what their arguments say."""

from batdoc.source.styles.sections import NAMES, Role

PARAM = ("param", "parameter", "arg", "argument", "key", "keyword", "kwarg", "kwparam")
RAISES = ("raises", "raise", "except", "exception")
RESULTS = {
    "return": Role.RETURNS,
    "returns": Role.RETURNS,
    "yield": Role.YIELDS,
    "yields": Role.YIELDS,
}
TYPES = ("type", "kwtype")
RESULT_TYPES = {"rtype": Role.RETURNS, "ytype": Role.YIELDS}
LONGEST_ARGUMENT = 200  # characters; looking for its end in more takes too long
KINDS = "|".join((*PARAM, *RAISES, *RESULTS, *TYPES, *RESULT_TYPES))


def role_of(kind: str) -> Role:
    """Tell what a kind of field is about."""
    if kind in RESULTS or kind in RESULT_TYPES:
        return RESULTS.get(kind) or RESULT_TYPES[kind]
    return Role.RAISES if kind in RAISES else Role.PARAMS


def parted(argument: str) -> tuple[str | None, str]:
    """Part "type name" or "name, other" into type and names; no names where it is neither."""
    if NAMES.fullmatch(argument):
        return None, argument
    *before, name = argument.rsplit(None, 1) or [""]
    return (" ".join(before) or None, name) if NAMES.fullmatch(name) else (None, "")
