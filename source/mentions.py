"""What a docstring's free words say of a name: that they tell of it, or that it is awaited."""

import re

_MARKED = r"[`'\"*]*\w+[`'\"*]*"
_AND = r"(?:[ \t]*,[ \t]*(?:(?:and|or)[ \t]+)?|[ \t]+(?:and|or)[ \t]+|[ \t]*[/|&][ \t]*)"
_PLACEHOLDER = re.compile(r"^[ \t]*(?:%\(\w+\)s|\$\{?\w+\}?|\{\w+\})[ \t]*$", re.MULTILINE)


def is_template(text: str) -> bool:
    """Tell whether a tool fills in more of the docstring later."""
    return _PLACEHOLDER.search(text) is not None


def tells_of(text: str, name: str) -> bool:
    """Tell whether words name a parameter: in quotes, or at the head of a line, as entries do.

    People write entries in more ways than a parser can know: `a, b and c: text`, `- a (int)`.
    """
    more = rf"(?:{_MARKED}{_AND})*"
    head = rf"^[ \t]*(?:[-+:]|\*(?=\s))?[ \t]*{more}[`'\"*\\]*{re.escape(name)}\b[`'\"*]*"
    entry = rf"{head}(?:{_AND}{_MARKED})*[ \t]*(?:[:(,=-]|$)"
    quoted = rf"[`'\"]\**{re.escape(name)}[`'\"]"
    tagged = rf"^[ \t]*@\S+[ \t]+{re.escape(name)}(?!\w)"  # by a tag of the repository's own
    return re.search(f"{quoted}|{entry}|{tagged}", text, re.MULTILINE) is not None


def awaits(text: str, name: str) -> bool:
    """Tell whether an example awaits a call of a function, or of a method on `self` or `cls`."""
    if "await " not in text:
        return False
    call = rf"\bawait\s+(?:(?:self|cls)\.)?{re.escape(name)}\("
    return re.search(call, text) is not None
