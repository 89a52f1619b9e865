"""`[tool.batdoc]` in pyproject.toml: a repository's taste, and nothing that could do harm.

A clone can never choose which model file is loaded. Each key has one reader in a table; a wrong
key or value is named with the nearest valid one.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from batdoc.source.docstring import Style
from batdoc.source.errors import ConfigError
from batdoc.source.git import repo_root
from batdoc.source.house.evidence import SECTIONS, Habit
from batdoc.source.house.line_lengths import told_length
from batdoc.source.house.mood import Mood
from batdoc.source.house.style import HouseStyle
from batdoc.source.rules import is_code
from batdoc.source.styles.sections import Role

STYLES = tuple(style.value for style in Style if style is not Style.PLAIN)
_NARROWEST_LINE = 40
_FILE = "pyproject.toml"

_ANY_MOOD = "any"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a repository wants to be documented.

    Attributes:
        root: The folder that `exclude` is relative to.
        path: The file that was read, or None where there is none.
        house: What it lays down of its house style; the rest is learned.
        private: Also document private names.
        exclude: Globs of files and folders that are passed over when a folder is named.
        select: Rules to check, by code or what codes start with; all where there are none.
        ignore: Rules not to check, the same way.
    """

    root: Path
    path: Path | None
    house: Mapping[Habit, Any]
    private: bool
    exclude: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]

    def excludes(self, path: Path) -> bool:
        """Tell whether `path`, or a folder that it lies in, matches a glob of `exclude`."""
        if not self.exclude:
            return False
        resolved = path.resolve()
        if not resolved.is_relative_to(self.root):
            return False
        relative = resolved.relative_to(self.root)
        names = [str(p) for p in (relative, *relative.parents)]
        return any(fnmatch(name, glob.rstrip("/")) for name in names for glob in self.exclude)

    def settle(self, house: HouseStyle, language: str) -> HouseStyle:
        """Put what this repository lays down in the place of what was learned from it."""
        told = told_length(self.root, language)
        length = {Habit.LINE_LENGTH: told.length} if told else {}
        return house.overridden({**length, **self.house}, language)

    @property
    def style(self) -> Style | None:
        """The convention, or None to take the one in use."""
        style: Style | None = self.house.get(Habit.STYLE)
        return style


def load_settings(start: Path) -> Settings:
    """Read the settings that hold for a folder: the nearest pyproject.toml's, upward.

    Raises:
        ConfigError: The file is not TOML, or a key or value in `[tool.batdoc]` is wrong.
    """
    folders = (start.resolve(), *start.resolve().parents)
    folder = next((f for f in folders if (f / _FILE).is_file()), None)
    if folder is None:
        return _settings(repo_root(start) or start.resolve(), None, {})
    path = folder / _FILE
    try:
        tools = tomllib.loads(path.read_text("utf-8-sig")).get("tool", {})
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    return _settings(folder, path, _read_table(path, tools))


def _read_table(path: Path, tools: object) -> Mapping[str, Any]:
    """Check what `[tool]` says of batdoc.

    Args:
        path: For messages.
        tools: What the file has under `tool`.

    Raises:
        ConfigError: A key or a value is wrong; the message has the nearest valid one.
    """
    table = tools.get("batdoc", {}) if isinstance(tools, Mapping) else None
    if not isinstance(table, Mapping):
        raise ConfigError(f"{path}: [tool.batdoc] must be a table of keys and values")
    return {key: _value(path, key, value) for key, value in table.items()}


def _settings(root: Path, path: Path | None, values: Mapping[str, Any]) -> Settings:
    return Settings(
        root=root,
        path=path,
        house={habit: values[habit] for habit in Habit if habit in values},
        private=values.get("private", False),
        exclude=values.get("exclude", ()),
        select=values.get("select", ()),
        ignore=values.get("ignore", ()),
    )


def _value(path: Path, key: str, value: object) -> Any:
    if key == "model":
        raise ConfigError(
            f"{path}: a repository cannot choose the model; take the key out and pass --model"
        )
    if key not in _READERS:
        nearest = get_close_matches(key, _READERS, n=1, cutoff=0.0)[0]
        raise ConfigError(f'{path}: [tool.batdoc] has no key "{key}"; the nearest is "{nearest}"')
    try:
        return _READERS[key](value)
    except ValueError as error:
        raise ConfigError(f'{path}: "{key}" {error}') from None


def _one_of(value: object, names: Sequence[str]) -> str:
    """Check that a value is one of some names; the message names them all, and the nearest."""
    if isinstance(value, str) and value in names:
        return value
    near = get_close_matches(value, names, n=1) if isinstance(value, str) else []
    hint = f'; the nearest to "{value}" is "{near[0]}"' if near else ""
    raise ValueError(f"must be one of {', '.join(names)}{hint}")


def _style(value: object) -> Style:
    return Style(_one_of(value, STYLES))


def _mood(value: object) -> Mood | None:
    name = _one_of(value, (*Mood, _ANY_MOOD))
    return None if name == _ANY_MOOD else Mood(name)


def _section_order(value: object) -> tuple[Role, ...]:
    names = [role.value for role in SECTIONS]
    if not isinstance(value, list) or len({str(name) for name in value}) < len(value):
        raise ValueError(f"must be a list of sections, each once: {', '.join(names)}")
    return tuple(Role(_one_of(name, names)) for name in value)


def _length(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < _NARROWEST_LINE:
        raise ValueError(f"must be a number, {_NARROWEST_LINE} or more")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _strings(what: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"must be a list of {what}")
        return tuple(value)

    return read


def _rules(value: object) -> tuple[str, ...]:
    codes = _strings("codes of rules")(value)
    for code in codes:
        if not is_code(code):
            raise ValueError(f"names {code}, but no rule's code starts so; see docs/rules.md")
    return codes


_READERS: Mapping[str, Callable[[object], Any]] = {
    Habit.STYLE: _style,
    Habit.MOOD: _mood,
    Habit.PARAMETERS: _flag,
    Habit.TYPES: _flag,
    Habit.SECTION_ORDER: _section_order,
    Habit.LINE_LENGTH: _length,
    Habit.SUMMARY_ON_OPENING_LINE: _flag,
    Habit.BLANK_LINE_AFTER_SUMMARY: _flag,
    Habit.BLANK_LINE_BEFORE_CLOSING: _flag,
    Habit.NAME_FIRST: _flag,
    "private": _flag,
    "exclude": _strings("globs"),
    "select": _rules,
    "ignore": _rules,
}
