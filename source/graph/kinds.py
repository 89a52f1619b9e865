"""A language's table, spelled out by the numbers that tree-sitter gives to kinds and fields.

Numbers make reading several times faster than words.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

import tree_sitter

from batdoc.source.graph.grammar import Grammar, get_grammar

_NOISE = frozenset("()[]{},;:.=$@#\"'`") | {
    "=>",
    "def",
    "fn",
    "func",
    "function",
    "do",
    "then",
    "end",
}

Place = tuple[int, int]  # kind, and field or 0


class Role(Enum):
    """What becomes of a node."""

    INNER = 0
    TOKEN = 1
    LEFT_OUT = 2
    TRANSPARENT = 3
    NAME = 4
    TEXT = 5
    CONTENT = 6
    NUMBER = 7
    SHORTHAND = 8
    CHAIN = 9
    GAPPED = 10


class Binding(Enum):
    """How a name comes to be a variable's at a place, or does not."""

    BIND = "in the scope around it"
    HOIST = "in the function around it"
    ASSIGN = "in the scope around it, if it is not bound further out"
    DECLARE = "in the scope around its function"
    FREE = "bound elsewhere after all"
    FIXED = "never"


class Scope(Enum):
    """What kind of scope a node opens."""

    FUNCTION = 0
    BLOCK = 1
    CLASS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """A grammar by numbers; the tuples are indexed by kind.

    Attributes:
        grammar: The table itself.
        parser_language: What a parser needs.
        roles: What becomes of a node.
        labels: How it is called.
        scopes: Which scope it opens, or None.
        bindings: What a place does to a name.
        patterns: Places that hand on what the place around them does.
        wraps: Label of the node that must stand at a place.
        carriers: Places that lead from a statement to what it names.
        adornments: Kinds that the outermost declaration is compared without.
        dropped: Kinds that are left out where they stand in no field.
        noise: Whether a token in a kind is left out, as far as it was asked.
        body: The field of a definition's body.
    """

    grammar: Grammar
    parser_language: tree_sitter.Language
    roles: tuple[Role, ...]
    labels: tuple[str, ...]
    scopes: tuple[Scope | None, ...]
    bindings: Mapping[Place, Binding]
    patterns: frozenset[Place]
    wraps: Mapping[Place, str]
    carriers: frozenset[Place]
    adornments: frozenset[int]
    dropped: frozenset[int]
    noise: dict[Place, bool]
    body: int

    def is_noise(self, parent: int, token: int) -> bool:
        """Tell whether a token says nothing that the kind around it does not say."""
        known = self.noise.get((parent, token))
        if known is None:
            known = self.noise[parent, token] = self._is_noise(parent, token)
        return known

    def _is_noise(self, parent: int, token: int) -> bool:
        outer = self.parser_language.node_kind_for_id(parent) or ""
        text = self.parser_language.node_kind_for_id(token) or ""
        if f"{outer}.{text}" in self.grammar.kept.split():
            return False
        said = (*self.grammar.noise.split(), *outer.split("_"))
        return text in _NOISE or text in said


@cache
def kinds_of(language: str) -> Kinds | None:
    """Read a language's table; None where there is none.

    Args:
        language: Registry name.
    """
    grammar = get_grammar(language)
    return _Numbers(grammar).spell_out() if grammar is not None else None


class _Numbers:
    """Turns the words of a table into numbers."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._language = grammar.load()
        self._names = [
            self._language.node_kind_for_id(i) or "" for i in range(self._language.node_kind_count)
        ]
        self._ids: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self._names):
            self._ids[name].append(number)

    def spell_out(self) -> Kinds:
        grammar = self._grammar
        aliases = grammar.aliases
        return Kinds(
            grammar=grammar,
            parser_language=self._language,
            roles=tuple(self._roles()),
            labels=tuple(aliases.get(name, name) for name in self._names),
            scopes=tuple(self._scopes()),
            bindings=dict(self._bindings()),
            patterns=frozenset(self._places(grammar.patterns)),
            wraps={
                place: label
                for word, label in grammar.wraps.items()
                for place in self._places(word)
            },
            carriers=frozenset(self._places(grammar.carriers)),
            adornments=self._numbers_of(grammar.adornments),
            dropped=self._numbers_of(grammar.dropped),
            noise={},
            body=self._language.field_id_for_name("body") or -1,
        )

    def _roles(self) -> Iterator[Role]:
        grammar = self._grammar
        named = {
            **dict.fromkeys(grammar.transparent.split(), Role.TRANSPARENT),
            **dict.fromkeys(grammar.names.split(), Role.NAME),
            **dict.fromkeys(grammar.texts.split(), Role.TEXT),
            **dict.fromkeys((*grammar.contents.split(), "escape_sequence"), Role.CONTENT),
            **dict.fromkeys(grammar.numbers.split(), Role.NUMBER),
            **dict.fromkeys(grammar.gapped.split(), Role.GAPPED),
            **dict.fromkeys(grammar.shorthands, Role.SHORTHAND),
            **dict.fromkeys(grammar.chains, Role.CHAIN),
        }
        for number, name in enumerate(self._names):
            if not self._language.node_kind_is_named(number):
                yield Role.TOKEN
            elif "comment" in name:
                yield Role.LEFT_OUT
            else:
                yield named.get(name, Role.INNER)

    def _scopes(self) -> Iterator[Scope | None]:
        grammar = self._grammar
        known = {
            **dict.fromkeys(grammar.functions.split(), Scope.FUNCTION),
            **dict.fromkeys(grammar.scopes.split(), Scope.BLOCK),
            **dict.fromkeys(grammar.classes.split(), Scope.CLASS),
        }
        for name in self._names:
            yield known.get(name)

    def _bindings(self) -> Iterator[tuple[Place, Binding]]:
        grammar = self._grammar
        for binding, words in (
            (Binding.BIND, grammar.binds),
            (Binding.HOIST, grammar.hoists),
            (Binding.ASSIGN, grammar.assigns),
            (Binding.DECLARE, grammar.declares),
            (Binding.FREE, grammar.frees),
            (Binding.FIXED, grammar.fixed),
        ):
            for place in self._places(words):
                yield place, binding

    def _places(self, words: str) -> Iterator[Place]:
        for word in words.split():
            kind, _, field = word.partition(".")
            at = self._language.field_id_for_name(field) if field else 0
            for number in self._ids.get(kind, ()):
                if at is not None:
                    yield number, at

    def _numbers_of(self, words: str) -> frozenset[int]:
        return frozenset(number for word in words.split() for number in self._ids.get(word, ()))
