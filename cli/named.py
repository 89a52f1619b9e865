"""FILE:NAME on a command line: one function of one file."""

from difflib import get_close_matches
from pathlib import Path

import click

from batdoc.source.errors import InputError
from batdoc.source.survey import Survey
from batdoc.source.units import CodeUnit, UnitKind


def split_target(target: str, what: str) -> tuple[Path, str]:
    """Part FILE:NAME.

    Args:
        target: As it was typed.
        what: What NAME is, for the message.

    Raises:
        UsageError: Either is missing.
    """
    path, _, name = target.rpartition(":")
    if not path or not name:
        raise click.UsageError(f"name the file and the {what} in it, as in shop.py:Cart.total")
    return Path(path), name


def function_named(found: Survey, name: str) -> CodeUnit:
    """Find the one function of a name, qualified or not.

    Raises:
        InputError: There is none, or there are several.
    """
    path = found.file.path
    functions = [u for u in found.units if u.kind is not UnitKind.CLASS and not u.is_overload]
    named = [u for u in functions if u.qualified_name == name]
    named = named or [u for u in functions if u.name == name]
    if len(named) > 1:
        places = ", ".join(f"{u.qualified_name} (line {u.lines[0]})" for u in named)
        raise InputError(f"{path} has several functions {name}: {places}; name one")
    if not named:
        near = get_close_matches(name, [u.qualified_name for u in functions], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "check the name"
        raise InputError(f"{path} has no function {name}; {hint}")
    return named[0]
