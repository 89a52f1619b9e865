"""Takes off what models put around documentation: fences, quotes, comment marks, tokens, thoughts.

What is left is words. In which language the code is makes no difference: a model that was asked
for words on Go may well answer with a Python docstring.
"""

import re

from batdoc.source.errors import InputError
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_TOKEN = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>"
)
_FENCED = re.compile(
    r"\A(?:[^\n]*:[ \t]*\n)?\s*(```|~~~)[\w+#-]*[ \t]*\n(.*?)(?:\n[ \t]*\1[^\n]*(?:\n.*)?)?\Z",
    re.DOTALL,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n?", re.MULTILINE)
_QUOTED = re.compile(r"\A[rRuU]?(\"\"\"|''')(.*?)(?:\1.*)?\Z", re.DOTALL)
_BLOCK = re.compile(
    r"\A(?:/\*[*!]?|=begin\b|--\[=*\[|<!--)(.*?)(?:\*/.*|=end.*|\]=*\].*|-->.*)?\Z", re.DOTALL
)
_STARS = re.compile(r"^[ \t]*\*(?!\*)[ \t]?", re.MULTILINE)
_MARKS = ("///", "//!", "//", "---", "--", "#'", "##", "#", ";;", "%")


def without_tokens(text: str) -> str:
    """Take out a chat template's tokens, and what the model only thought."""
    return _TOKEN.sub("", _THOUGHT.sub("", text))


def unwrap(text: str) -> str:
    r"""Give the words of an answer.

    Examples:
        >>> unwrap("Here it is:\n```js\n/**\n * Add numbers.\n */\n```")
        'Add numbers.'
    """
    words = without_tokens(text).strip()
    if fenced := _FENCED.match(words):
        words = fenced[2].strip()
    if len(_FENCE.findall(words)) % 2:  # one that opens or closes nothing
        words = _FENCE.sub("", words).strip()
    if quoted := _QUOTED.match(words):
        words = quoted[2].strip()
    elif block := _BLOCK.match(words):
        words = _STARS.sub("", block[1]).strip()
    return _without_marks(words)


def _without_marks(words: str) -> str:
    """Take line comments' marks off, if every line has one."""
    lines = words.split("\n")
    filled = [line.strip() for line in lines if line.strip()]
    for mark in _MARKS:
        if filled and all(line.startswith(mark) for line in filled):
            bare = (line.strip().removeprefix(mark) for line in lines)
            return "\n".join(line.removeprefix(" ") for line in bare).strip()
    return words


def documentation_in_code(words: str, unit: CodeUnit) -> str | None:
    """Find the documentation in an answer that is the code again; None where there is none."""
    try:
        found = get_language(unit.language).units(f"{words}\n".encode("utf-8", "replace"))
    except InputError:
        return None
    own = (other.docstring for other in found if other.name == unit.name)
    return next(filter(None, own), None)


def is_code(words: str, unit: CodeUnit) -> bool:
    """Tell whether an answer begins with the unit's declaration, or with decorators above it."""
    lead = unit.header.partition("(")[0].strip()
    rest = words.removeprefix(lead)
    if rest == words or not lead:
        return words.startswith("@") and f"{unit.name}(" in words
    return " " in lead or rest.lstrip().startswith(("(", "{", ":", "="))
