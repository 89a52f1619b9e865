"""What a model's words name: what the code has not is an invention, however well it sounds.

A small model repeats the names of the code bases that it has read. Sentences that name what a unit
does not have are left out, and a name that differs in underscores or inner capitals alone is
spelled as in the code. A name is what stands in backticks, and what is written like one:
`snake_case`, `camelCase`, `dotted.path`, `call()`.
"""

import builtins
import re
from collections import defaultdict
from collections.abc import Iterable

from batdoc.source.lexicon import Lexicon, words_of
from batdoc.source.units import CodeUnit

_WORD = re.compile(r"[^\W\d]\w*")
_MARKED = r"(?P<role>(?::[\w:+.-]+:)?)(?P<mark>`+)(?P<marked>[^`\n]+)(?P=mark)"
_WRITTEN = (
    r"(?<![\w.@/-])(?P<written>[^\W\d]\w*(?:\.[^\W\d]\w+)*)(?P<call>(?:\(\))?)(?![\w@]|\.\w|://)"
)
_NAME = re.compile(f"{_MARKED}|{_WRITTEN}")
_LIKE_A_NAME = re.compile(r"\w_\w|^_\w|\w\.\w|[a-z][A-Z]")
_BETWEEN = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(\s+)(?=[^a-z\s])")
_ASIDE = re.compile(r"\s*\([^()]+\)")
_LABELS = (":ref:", ":doc:", ":term:")  # refer to documents, of which the code tells nothing
# Of several languages; nobody takes them for names of the code.
_CONSTANTS = {"true", "false", "null", "nil", "undefined", "this", "self", "super", "void"}
# Exceptions are no part of these: that one is raised is a claim, and the code is to have it.
_BUILT_IN = {
    name
    for name, value in vars(builtins).items()
    if not (name.startswith("_") or (isinstance(value, type) and issubclass(value, BaseException)))
}


def founded(
    text: str, unit: CodeUnit, lexicon: Lexicon | None, precedents: Iterable[str] = ()
) -> str:
    """Give text as far as it names only what a unit has, spelled as there.

    Args:
        text: Sentences.
        unit: What they tell of.
        lexicon: What their writer has read; None where nobody knows.
        precedents: What it was shown of the code base beside the unit; its words are known, too.

    Returns:
        The sentences that are left, without asides that name something else; '' for none. Those
        with a word that is in neither the code nor the lexicon are left out, too.
    """
    names = _Names(unit, lexicon, precedents)
    parts = _BETWEEN.split(text)
    told = ((names.founded(parts[at]), at) for at in range(0, len(parts), 2))
    return "".join(
        sentence + "".join(parts[at + 1 : at + 2]) for sentence, at in told if sentence
    ).rstrip()


class _Names:
    """The names of a unit, and how they are spelled."""

    def __init__(self, unit: CodeUnit, lexicon: Lexicon | None, precedents: Iterable[str]) -> None:
        self._words = {*_WORD.findall(unit.code), *_WORD.findall(unit.qualified_name)}
        self._known = self._words | _CONSTANTS
        if unit.language == "python":
            self._known |= _BUILT_IN
        self._letters = "\n".join(map(_letters, self._words))
        self._spellings = defaultdict(set)
        for word in self._words:
            self._spellings[_key(word)].add(word)
        self._lexicon = lexicon
        self._own = words_of(" ".join([*self._words, *precedents])) if lexicon else set()

    def founded(self, sentence: str) -> str:
        """Give a sentence with its names as in the code; '' where it has others."""
        spelled = self._spelled(sentence)
        if spelled is None:
            spelled = self._spelled(_ASIDE.sub("", sentence))
        return spelled or ""

    def _spelled(self, text: str) -> str | None:
        parts, end = [], 0
        for found in _NAME.finditer(text):
            if found["mark"]:
                name = None if found["role"] in _LABELS else self._marked(found["marked"])
                told = f"{found['role']}{found['mark']}{name}{found['mark']}"
            else:
                name = self._written(found["written"], bool(found["call"]))
                told = f"{name}{found['call']}"
            if name is None:
                return None
            parts += [text[end : found.start()], told]
            end = found.end()
        parts.append(text[end:])
        is_open = any("`" in part for part in parts[::2])  # a mark that nothing closes
        if is_open:
            return None
        spelled = "".join(parts)
        return self._lexicon.spelled(spelled, self._own) if self._lexicon else spelled

    def _marked(self, told: str) -> str | None:
        """Spell what stands in backticks; each of its words must be a name."""
        if all(word in self._known for word in _WORD.findall(told)):
            return told
        return self._as_in_code(told)

    def _written(self, name: str, is_call: bool) -> str | None:
        """Spell a word; if it is like a name, part of one will do, as GitHub for `github_url`."""
        if not is_call and not _LIKE_A_NAME.search(name):
            return name
        words = _WORD.findall(name)
        if all(word in self._known for word in words):
            return name
        spelled = self._as_in_code(name)
        has_parts = not is_call and all(_letters(word) in self._letters for word in words)
        return spelled or (name if has_parts else None)

    def _as_in_code(self, name: str) -> str | None:
        """Find the only name of the code with the same letters."""
        spellings = self._spellings.get(_key(name), ())
        return next(iter(spellings)) if len(spellings) == 1 else None


def _letters(word: str) -> str:
    return word.replace("_", "").lower()


def _key(word: str) -> tuple[bool, str]:
    """Give what two spellings of one name have in common: Table is not table."""
    return word.lstrip("_")[:1].isupper(), _letters(word)
