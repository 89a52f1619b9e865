"""`[tool.batdoc]` in pyproject.toml.

It holds a repository's taste and nothing that could do harm: a clone can never choose which model
file is loaded.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

from batdoc.source.docstring import Style
from batdoc.source.errors import ConfigError
from batdoc.source.rules import is_code

STYLES = tuple(style.value for style in Style if style is not Style.PLAIN)

_KEYS = ("style", "line-length", "private", "exclude", "select", "ignore")
_LINE_LENGTH = 88
_NARROWEST_LINE = 40


@dataclass(frozen=True, slots=True)
class Settings:
    """How a repository wants to be documented.

    Attributes:
        root: The folder that `exclude` is relative to.
        style: The convention, or None to take the one in use.
        line_length: The longest line, in columns.
        private: Also document names that start with an underscore.
        exclude: Globs of files and folders that are passed over when a folder is named.
        select: Rules to check, by code or what codes start with; all where there are none.
        ignore: Rules not to check, the same way.
    """

    root: Path
    style: Style | None
    line_length: int
    private: bool
    exclude: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]

    def excludes(self, path: Path) -> bool:
        """Tell whether `path`, or a folder that it lies in, matches a glob of `exclude`."""
        resolved = path.resolve()
        if not resolved.is_relative_to(self.root):
            return False
        relative = resolved.relative_to(self.root)
        names = [str(p) for p in (relative, *relative.parents)]
        return any(fnmatch(name, glob.rstrip("/")) for name in names for glob in self.exclude)


def load_settings(start: Path) -> Settings:
    """Read the settings that hold for a folder: the nearest pyproject.toml's, upward.

    Raises:
        ConfigError: The file is not TOML, or a key or value in `[tool.batdoc]` is wrong.
    """
    folders = (start.resolve(), *start.resolve().parents)
    folder = next((f for f in folders if (f / "pyproject.toml").is_file()), None)
    if folder is None:
        return Settings(start.resolve(), None, _LINE_LENGTH, False, (), (), ())
    path = folder / "pyproject.toml"
    try:
        tools = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    table = tools.get("batdoc", {})
    for key in table:
        _check_key(path, key)
    return Settings(
        root=folder,
        style=_style(path, table),
        line_length=_line_length(path, table, tools),
        private=_private(path, table),
        exclude=_strings(path, table, "exclude", "globs"),
        select=_rules(path, table, "select"),
        ignore=_rules(path, table, "ignore"),
    )


def _check_key(path: Path, key: str) -> None:
    if key == "model":
        raise ConfigError(
            f"{path}: a repository cannot choose the model; take the key out and pass --model"
        )
    if key not in _KEYS:
        nearest = get_close_matches(key, _KEYS, n=1, cutoff=0.0)[0]
        raise ConfigError(f'{path}: [tool.batdoc] has no key "{key}"; the nearest is "{nearest}"')


def _style(path: Path, table: Mapping[str, object]) -> Style | None:
    value = table.get("style")
    if value is not None and value not in STYLES:
        raise ConfigError(f'{path}: "style" must be one of {", ".join(STYLES)}')
    return Style(value) if value is not None else None


def _line_length(path: Path, table: Mapping[str, object], tools: Mapping[str, object]) -> int:
    """Take the repository's own length for code where batdoc is told none."""
    for name in ("ruff", "black"):
        other = tools.get(name)
        if "line-length" not in table and isinstance(other, dict) and "line-length" in other:
            table = other
    value = table.get("line-length", _LINE_LENGTH)
    if not isinstance(value, int) or isinstance(value, bool) or value < _NARROWEST_LINE:
        raise ConfigError(f'{path}: "line-length" must be a number, {_NARROWEST_LINE} or more')
    return value


def _private(path: Path, table: Mapping[str, object]) -> bool:
    value = table.get("private", False)
    if not isinstance(value, bool):
        raise ConfigError(f'{path}: "private" must be true or false')
    return value


def _strings(path: Path, table: Mapping[str, object], key: str, what: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f'{path}: "{key}" must be a list of {what}')
    return tuple(value)


def _rules(path: Path, table: Mapping[str, object], key: str) -> tuple[str, ...]:
    codes = _strings(path, table, key, "codes of rules")
    for code in codes:
        if not is_code(code):
            raise ConfigError(f'{path}: "{key}" names {code}, but no rule\'s code starts so')
    return codes
