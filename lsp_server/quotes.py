"""A Python docstring between the quotes that its author chose; its meaning stays the same."""

import re

from batdoc.source.edits import Edit, apply_edits
from batdoc.source.errors import InputError, ProofError
from batdoc.source.language import Language

_LITERAL = re.compile(rb'(?P<margin>\s*)(?P<raw>r?)"""(?P<inner>.*)"""(?P<end>\s*)', re.DOTALL)


def requoted(source: bytes, edit: Edit, opener: bytes, language: Language) -> Edit:
    '''Spell the docstring that an edit writes behind another opener.

    Args:
        source: What the edit was made for.
        edit: Proved; writes one docstring in `"""` or `r"""`.
        opener: Such as `r"""` or three apostrophes.
        language: Python.

    Raises:
        ProofError: Its words cannot stand there.
    '''
    found = _LITERAL.fullmatch(edit.new)
    if found is None:
        raise ProofError("the edit writes more than a docstring; nothing is suggested")
    quotes = opener[-3:]
    is_raw, inner = len(opener) > len(quotes), found["inner"]
    if found["raw"] and not is_raw:
        inner = inner.replace(b"\\", b"\\\\")
    other = Edit(edit.span, found["margin"] + opener + inner + quotes + found["end"], edit.expects)
    if other != edit:
        _prove_same(source, edit, other, language)
    return other


def _prove_same(source: bytes, edit: Edit, other: Edit, language: Language) -> None:
    one, two = apply_edits(source, [edit]), apply_edits(source, [other])
    try:
        is_same = language.skeleton(one) == language.skeleton(two)
        is_told = _told(one, language) == _told(two, language)
    except InputError as error:
        raise ProofError(f"the suggestion would make the file invalid: {error}") from None
    if not is_same or not is_told or not language.parses(two.decode()):
        raise ProofError("the suggestion would say something else; nothing is suggested")


def _told(source: bytes, language: Language) -> list[tuple[str, str | None, str]]:
    return [(u.qualified_name, u.docstring, u.key) for u in language.units(source)]
