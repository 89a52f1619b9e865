"""The tables hold no word that their grammar lacks: such a word would do nothing, silently."""

from dataclasses import fields

import pytest

from batdoc.source.graph.grammar import Grammar, get_grammar
from batdoc.source.language import LANGUAGES

KINDS = (
    "names functions scopes classes transparent dropped adornments texts contents gapped numbers "
    "aliases chains shorthands"
)
PLACES = "binds hoists assigns declares frees patterns fixed carriers wraps"
OTHERS = (
    "wheel entry wrappers reserved capitals_bind noise kept has_docstrings accepts is_proved "
    "members "
    "value_of"
)


def words(grammar: Grammar, name: str) -> list[str]:
    value = getattr(grammar, name)
    return value.split() if isinstance(value, str) else list(value)


def test_every_language_has_a_table() -> None:
    assert all(get_grammar(language) is not None for language in LANGUAGES)
    assert get_grammar("no such language") is None


def test_every_field_of_a_table_is_checked_here() -> None:
    assert {f.name for f in fields(Grammar)} == set(f"{KINDS} {PLACES} {OTHERS}".split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_and_fields_exist(language: str) -> None:
    grammar = get_grammar(language)
    assert grammar is not None
    loaded = grammar.load()
    kinds = {loaded.node_kind_for_id(i) for i in range(loaded.node_kind_count)}
    wrappers = {wrapper.hole for wrapper in grammar.wrappers if wrapper.hole}
    used = {word for name in KINDS.split() for word in words(grammar, name)}
    assert used | wrappers <= kinds
    for name in PLACES.split():
        for word in words(grammar, name):
            kind, _, field = word.partition(".")
            assert word == "*" or kind in kinds, word
            assert not field or loaded.field_id_for_name(field) is not None, word
    for word in grammar.kept.split():
        kind, _, token = word.partition(".")
        assert {kind, token} <= kinds, word
