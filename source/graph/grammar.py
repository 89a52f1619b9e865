"""What a comparison of code must know of a tree-sitter grammar: words, hardly any code.

Each language is one table in source.grammars. A place is written `kind.field`: the children that
nodes of a kind have in a field; `kind.` are those without a field. Tables hold kinds and places
separated by white space. Comments are left out everywhere, and need no entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

import tree_sitter

_GRAMMARS = frozenset(
    (
        *("c", "cpp", "csharp", "go", "java", "javascript", "lua", "php", "python", "ruby"),
        *("rust", "tsx", "typescript"),
    )
)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What makes a piece of code a whole text of its language.

    Attributes:
        before: Text before the code.
        after: Text after it.
        hole: Kind of the node that the code then stands in; empty for the root.
    """

    before: str
    after: str
    hole: str


BARE = Wrapper("", "", "")


def is_accepted(code: str) -> bool:
    """Accept what tree-sitter reads, NUL characters aside: they end the text for some grammars."""
    return "\0" not in code


def plain_value(text: str) -> str | None:
    """Give a number without what is optional; None for a string: its parts tell its value."""
    return text.lower().replace("_", "") if text[:1].isdigit() or text[:1] == "." else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One language's table.

    Attributes:
        wheel: Module of the tree-sitter grammar.
        entry: Its function that gives the grammar.
        wrappers: Tried in order until one makes the code valid.
        names: Kinds whose text may be a variable's name.
        functions: Kinds that are functions.
        scopes: Further kinds whose inside has variables of its own.
        classes: Kinds whose inside has members, no variables.
        binds: Places that bind a name in the scope around them.
        hoists: The same, for the function around them.
        assigns: The same, where the name is not bound further out; `*` for every place.
        declares: Places that bind a name in the scope around their function.
        frees: Places of names that are bound elsewhere after all.
        patterns: Places through which the former five go on.
        fixed: Places of names that are no variable's, save the outermost function's own.
        reserved: Names that are no variable's.
        members: Tokens after which a name is a member's, not a variable's.
        capitals_bind: A name that starts with a capital letter may be bound.
        transparent: Kinds that are left out, what they hold kept.
        dropped: Kinds that are left out where they stand in no field.
        adornments: Kinds that are left out of the outermost declaration.
        carriers: Places in which a statement holds the function or class that it names.
        noise: Tokens without a meaning of their own, beside brackets and the like.
        kept: Tokens that have a meaning in one kind after all, as `kind.token`.
        texts: Kinds of strings.
        contents: Kinds of the plain text in a string.
        gapped: Kinds with text of their own beside what they hold.
        numbers: Kinds of numbers.
        aliases: Labels of kinds, where they mean the same as another one.
        wraps: By place, the label of the node that stands there; it is put in where another does.
        chains: By kind of a further condition, which holds what follows it, the labels of the
            branch and of the condition.
        shorthands: By kind of a name that is a key and a variable, the label of such a pair;
            empty where the pair is there already.
        has_docstrings: A string that is the first statement of a definition is documentation.
        accepts: Tells whether the code is valid, where tree-sitter allows more.
        is_proved: What `accepts` accepts is surely valid.
        value_of: Gives the value of a string or number as text, None where its parts tell it.
    """

    wheel: str
    entry: str = "language"
    wrappers: tuple[Wrapper, ...] = (BARE,)
    names: str = "identifier"
    functions: str
    scopes: str = ""
    classes: str = ""
    binds: str = ""
    hoists: str = ""
    assigns: str = ""
    declares: str = ""
    frees: str = ""
    patterns: str = ""
    fixed: str = ""
    reserved: str = ""
    members: str = ". -> :: ?. &."
    capitals_bind: bool = True
    transparent: str = ""
    dropped: str = ""
    adornments: str = ""
    carriers: str = ""
    noise: str = ""
    kept: str = ""
    texts: str = ""
    contents: str = "string_content"
    gapped: str = ""
    numbers: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    wraps: Mapping[str, str] = field(default_factory=dict)
    chains: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shorthands: Mapping[str, str] = field(default_factory=dict)
    has_docstrings: bool = False
    accepts: Callable[[str], bool] = is_accepted
    is_proved: bool = False
    value_of: Callable[[str], str | None] = plain_value

    def load(self) -> tree_sitter.Language:
        """Load the tree-sitter grammar."""
        return tree_sitter.Language(getattr(import_module(self.wheel), self.entry)())


def get_grammar(language: str) -> Grammar | None:
    """Give a language's table by its registry name, or None."""
    if language not in _GRAMMARS:
        return None
    grammar: Grammar = import_module(f"batdoc.source.graph.grammars.{language}").GRAMMAR
    return grammar
