"""What `batdoc check` finds: the table of rules, how they are chosen, and what needs documentation.

The codes and names stay: comments, baselines and settings of users hold them. The examples are
run by the tests and shown in docs/rules.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from batdoc.source.outline import Outline
from batdoc.source.units import UnitKind

_Unit = TypeVar("_Unit", bound=Outline)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding.

    Attributes:
        code: Short and stable: `BD`, a digit for the group, two for the rule.
        name: Stable too; that of the `Problem` which it reports, for those in docstrings.
        finds: What it finds, as one sentence.
        mend: What to do about it, as one sentence.
        example: Code in which it finds something, and no other rule does.
        is_advice: What it finds is likely and not certain: a model has a say in it, only
            `batdoc check --drift` looks for it, and no run fails by it.
    """

    code: str
    name: str
    finds: str
    mend: str
    example: str
    is_advice: bool = False


_WRITE = "Write one, or let `batdoc doc --write` write it."

RULES = (
    Rule(
        "BD101",
        "undocumented-function",
        "A public function has no docstring.",
        _WRITE,
        "def area(width, height):\n    return width * height\n",
    ),
    Rule(
        "BD102",
        "undocumented-method",
        "A public method has no docstring.",
        _WRITE,
        'class Box:\n    """A box."""\n\n    def empty(self):\n        self.items.clear()\n',
    ),
    Rule(
        "BD103",
        "undocumented-property",
        "A public property has no docstring.",
        _WRITE,
        'class Box:\n    """A box."""\n\n    @property\n    def size(self):\n'
        "        return len(self.items)\n",
    ),
    Rule(
        "BD104",
        "undocumented-class",
        "A public class has no docstring.",
        _WRITE,
        "class Box:\n    lid = None\n",
    ),
    Rule(
        "BD105",
        "empty-summary",
        "A docstring does not begin with a sentence on what the code is for.",
        "Write one above the sections.",
        'def area(width):\n    """\n    Args:\n        width: In metres.\n    """\n'
        "    return width**2\n",
    ),
    Rule(
        "BD201",
        "unknown-param",
        "A documented parameter is not in the signature.",
        "Remove its entry, or give it the parameter's new name.",
        'def area(width):\n    """Measure a square.\n\n    Args:\n        width: In metres.\n'
        '        unit: Of the result.\n    """\n    return width**2\n',
    ),
    Rule(
        "BD202",
        "missing-param",
        "Some parameters are documented, and this one is not.",
        "Add an entry.",
        'def area(width, height):\n    """Measure a field.\n\n    Args:\n'
        '        width: In metres.\n    """\n    return width * height\n',
    ),
    Rule(
        "BD203",
        "param-order",
        "Parameters are documented in another order than the signature's.",
        "Put the entries in its order.",
        'def area(width, height):\n    """Measure a field.\n\n    Args:\n'
        '        height: In metres.\n        width: In metres.\n    """\n'
        "    return width * height\n",
    ),
    Rule(
        "BD204",
        "param-stars",
        "A parameter is documented without its stars, or with others.",
        "Write it as the signature does; reST fields may leave stars out.",
        'def join(*parts):\n    """Join parts.\n\n    Args:\n        parts: What to join.\n'
        '    """\n    return "/".join(parts)\n',
    ),
    Rule(
        "BD205",
        "repeated-param",
        "A parameter has more than one entry.",
        "Keep one.",
        'def area(width):\n    """Measure a square.\n\n    Args:\n        width: In metres.\n'
        '        width: A number.\n    """\n    return width**2\n',
    ),
    Rule(
        "BD206",
        "wrong-default",
        "An entry names another default than the signature; only literals are compared.",
        "Write the signature's.",
        'def wait(seconds=30):\n    """Wait.\n\n    Args:\n'
        '        seconds: How long. Defaults to 10.\n    """\n    sleep(seconds)\n',
    ),
    Rule(
        "BD301",
        "unknown-returns",
        "A result is documented, and the function returns nothing.",
        "Remove what is said of it.",
        'def show(text):\n    """Show a text.\n\n    Returns:\n        Its length.\n    """\n'
        "    print(text)\n",
    ),
    Rule(
        "BD302",
        "unknown-yields",
        "Yielded values are documented, and the function yields nothing.",
        "Say what it returns instead, or nothing.",
        'def show(text):\n    """Show a text.\n\n    Yields:\n        Its words.\n    """\n'
        "    print(text)\n",
    ),
    Rule(
        "BD303",
        "returns-for-yields",
        "A generator's values are documented as returned.",
        "Document them as yielded, or say that an iterator is returned.",
        'def words(text):\n    """Split a text.\n\n    Returns:\n        Each word.\n    """\n'
        "    yield from text.split()\n",
    ),
    Rule(
        "BD304",
        "wrong-await",
        "An example awaits the function, which is not async and returns nothing to await.",
        "Call it without `await`.",
        'def close():\n    """Close the connection.\n\n    Example:\n        await close()\n'
        '    """\n    connection.shut()\n',
    ),
    Rule(
        "BD401",
        "missing-raises",
        "Some exceptions are documented, and one that the body raises is not.",
        "Add an entry.",
        'def root(x):\n    """Take the root.\n\n    Raises:\n        ValueError: It is negative.\n'
        '    """\n    if x is None:\n        raise TypeError\n    return x**0.5\n',
    ),
    Rule(
        "BD402",
        "repeated-raises",
        "An exception has two equal entries.",
        "Keep one.",
        'def root(x):\n    """Take the root.\n\n    Raises:\n        ValueError: It is negative.\n'
        '        ValueError: It is negative.\n    """\n    return x**0.5\n',
    ),
    Rule(
        "BD501",
        "semantic-drift",
        "A docstring seems to tell of something else than its function does (`--drift` only).",
        "Read both, and correct the one that is wrong.",
        'def remove_user(name):\n    """Compress the images of a folder."""\n    del users[name]\n',
        is_advice=True,
    ),
)
RULE_NAMED = {rule.name: rule for rule in RULES}
DRIFT = RULE_NAMED["semantic-drift"]


def is_code(prefix: str) -> bool:
    """Tell whether at least one rule's code starts so."""
    return bool(prefix) and any(rule.code.startswith(prefix) for rule in RULES)


def choose(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Give the codes of the rules to follow.

    Args:
        select: Codes or what they start with; all rules where there are none.
        ignore: The same, taken away.
    """
    wanted, unwanted = tuple(select) or ("",), tuple(ignore)
    codes = (rule.code for rule in RULES)
    return frozenset(c for c in codes if c.startswith(wanted) and not c.startswith(unwanted))


def rule_for_missing(kind: UnitKind) -> Rule:
    """Give the rule that a unit of this kind breaks when it has no docstring."""
    return RULE_NAMED[f"undocumented-{kind.value}"]


def documentable(units: Iterable[_Unit], include_private: bool) -> list[_Unit]:
    """Pick the units that a reader would expect documentation on.

    Overloads, property setters, functions inside functions and dunder methods (which their class
    documents) are never expected to have any.

    Args:
        units: All of a file.
        include_private: Also those whose name, or whose class's name, starts with an underscore.
    """
    return [
        unit
        for unit in units
        if not (unit.is_overload or unit.is_nested or _is_dunder(unit.name))
        and (include_private or not unit.is_private)
    ]


def undocumented(units: Iterable[_Unit], include_private: bool) -> list[_Unit]:
    """Pick those `documentable` units that have no documentation."""
    return [u for u in documentable(units, include_private) if not (u.docstring or "").strip()]


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
