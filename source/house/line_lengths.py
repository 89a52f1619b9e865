"""The line length that a code base's other tools are set to, where batdoc is told none.

What those tools would not accept is none of batdoc's business: it counts as not set.
"""

import configparser
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batdoc.source.language import suffix_of

_SHORTEST, _LONGEST = 40, 120  # outside, a setting does not tell how wide prose is to be


@dataclass(frozen=True, slots=True)
class ToldLength:
    """A line length, and the file that has it."""

    length: int
    path: Path


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tool keeps its line length: a file, and the keys that lead to it."""

    file: str
    read: Callable[[Path], object]
    keys: tuple[str, ...]


def _toml(path: Path) -> object:
    return tomllib.loads(path.read_text("utf-8-sig"))


def _ini(path: Path) -> object:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(path.read_text("utf-8-sig"))
    return {name: dict(section) for name, section in parser.items()}


_RUFF_DOC = ("lint", "pycodestyle", "max-doc-length")
_PLACES: Mapping[str, tuple[_Place, ...]] = {
    "python": (
        _Place("pyproject.toml", _toml, ("tool", "ruff", *_RUFF_DOC)),
        *(_Place(file, _toml, _RUFF_DOC) for file in (".ruff.toml", "ruff.toml")),
        *(_Place(file, _toml, ("line-length",)) for file in (".ruff.toml", "ruff.toml")),
        _Place("pyproject.toml", _toml, ("tool", "ruff", "line-length")),
        _Place("pyproject.toml", _toml, ("tool", "black", "line-length")),
        *(_Place(f, _ini, ("flake8", "max-doc-length")) for f in (".flake8", "setup.cfg")),
        *(
            _Place(file, _ini, ("flake8", "max-line-length"))
            for file in ("setup.cfg", "tox.ini", ".flake8")
        ),
    ),
    "rust": tuple(
        _Place(file, _toml, (key,))
        for key in ("comment_width", "max_width")
        for file in ("rustfmt.toml", ".rustfmt.toml")
    ),
}


def told_length(root: Path, language: str) -> ToldLength | None:
    """Find the line length for a language in the settings of linters, formatters and editors.

    Args:
        root: The folder that has the code base's settings.
        language: Registry name.
    """
    return next(_told(root, language), None)


def _told(root: Path, language: str) -> Iterator[ToldLength]:
    for place in _PLACES.get(language, ()):
        length = _number(_looked_up(root / place.file, place))
        if length is not None:
            yield ToldLength(length, root / place.file)
    length = _number(_editor_length(root, language))
    if length is not None:
        yield ToldLength(length, root / ".editorconfig")


def _looked_up(path: Path, place: _Place) -> object:
    try:
        value = place.read(path) if path.is_file() else None
    except (OSError, ValueError, configparser.Error):
        return None
    for key in place.keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _editor_length(root: Path, language: str) -> object:
    from editorconfig import EditorConfigError, get_properties

    path = root / ".editorconfig"
    try:
        if not path.is_file() or not path.read_text("utf-8-sig"):  # it must be text: the library
            return None  # leaves files open that are none
        properties = get_properties(str(root / f"any{suffix_of(language)}"))
    except (EditorConfigError, OSError, ValueError):
        return None
    return properties.get("max_line_length")


def _number(value: object) -> int | None:
    text = str(value)
    number = int(text) if text.isascii() and text.isdigit() else 0
    return number if _SHORTEST <= number <= _LONGEST else None
