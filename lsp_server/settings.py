"""The client's settings: wrong ones are told and replaced by defaults, never fatal.

    model           a GGUF file, a model folder or a run of `batdoc train`, absolute; or a URL
    style           "google", "numpy" or "rest"
    lineLength      the longest line, in columns
    check           "drift" (what documentation says and code denies), "all" (also what lacks it),
                    "off"
    checkWorkspace  also in files that are not open
    codeLens        offer what is missing above declarations

What the client leaves open is settled by the repository's `[tool.batdoc]`, or learned from it. The
repository that is open must not choose the model, so a model that lies inside it is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path

from batdoc.models.catalogue import is_url
from batdoc.source.docstring import Style
from batdoc.source.errors import ConfigError
from batdoc.source.house.style import HouseStyle
from batdoc.source.settings import load_settings
from batdoc.source.styles import styles_of

Settle = Callable[[HouseStyle, str], HouseStyle]

_KEYS = ("model", "style", "lineLength", "check", "checkWorkspace", "codeLens")
_STYLES = tuple(style.value for style in styles_of("python"))
_NARROWEST_LINE = 40


class Check(Enum):
    """Which findings are shown while a document is open."""

    OFF = "off"
    DRIFT = "drift"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may choose in the editor.

    Attributes:
        model: Where the model is, a path or a URL, or None for the one that was trained for the
            repository or, without such a one, the one that batdoc ships.
        style: The docstring convention, or None for the one in use around the code.
        line_length: The longest line, in columns, indentation included, or None for the
            repository's.
        check: Which findings are shown.
        check_workspace: Also of files that are not open.
        code_lens: Offer what is missing above declarations.
    """

    model: str | None
    style: Style | None
    line_length: int | None
    check: Check
    check_workspace: bool
    code_lens: bool


DEFAULTS = Settings(
    model=None,
    style=None,
    line_length=None,
    check=Check.DRIFT,
    check_workspace=False,
    code_lens=False,
)


def read_settings(value: object, folders: Sequence[Path]) -> tuple[Settings, list[str]]:
    """Read settings as the client sent them.

    Args:
        value: What came as JSON; None and null are no settings.
        folders: What is open in the editor.

    Returns:
        The settings, and a sentence for each that could not be used.
    """
    if value is None:
        return DEFAULTS, []
    if not isinstance(value, dict):
        return DEFAULTS, ["batdoc's settings must be an object; the defaults are used"]
    told = [_unknown(str(key)) for key in value if key not in _KEYS]
    settings = Settings(
        model=_model(value.get("model"), folders, told),
        style=_style(value.get("style"), told),
        line_length=_line_length(value.get("lineLength"), told),
        check=_check(value.get("check"), told),
        check_workspace=_flag(value.get("checkWorkspace"), "checkWorkspace", told),
        code_lens=_flag(value.get("codeLens"), "codeLens", told),
    )
    return settings, told


def settle_for(folder: Path | None) -> tuple[Settle, list[str]]:
    """Read what the repository around a folder lays down of its house style.

    Returns:
        What puts it in the place of what was learned, and a sentence if it cannot be used.
    """
    try:
        return (load_settings(folder).settle if folder else _unchanged), []
    except ConfigError as error:
        return _unchanged, [f"{error}; what the code shows is taken"]


def _unchanged(house: HouseStyle, _: str) -> HouseStyle:
    return house


def _unknown(key: str) -> str:
    nearest = get_close_matches(key, _KEYS, n=1, cutoff=0.0)[0]
    return f'batdoc has no setting "{key}"; the nearest is "{nearest}"'


def _flag(value: object, key: str, told: list[str]) -> bool:
    if value is not None and not isinstance(value, bool):
        told.append(f'"{key}" must be true or false; false is taken')
    return value is True


def _model(value: object, folders: Sequence[Path], told: list[str]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        told.append('"model" must be a path or a URL; the default model is used')
        return None
    if is_url(value):
        return value
    path = Path(value).expanduser()
    if not path.is_absolute():
        told.append('"model" must be an absolute path; the default model is used')
        return None
    real = path.resolve()
    if any(real.is_relative_to(folder.resolve()) for folder in folders):
        told.append(
            f"{path} lies in the folder that is open, which must not choose the model; "
            "move it elsewhere"
        )
        return None
    return str(path)


def _style(value: object, told: list[str]) -> Style | None:
    if value is None or value == "":
        return None
    if value not in _STYLES:
        told.append(f'"style" must be one of {", ".join(_STYLES)}; the one in use is taken')
        return None
    return Style(value)


def _line_length(value: object, told: list[str]) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < _NARROWEST_LINE:
        told.append(
            f'"lineLength" must be a number, {_NARROWEST_LINE} or more; the repository\'s is taken'
        )
        return None
    return value


def _check(value: object, told: list[str]) -> Check:
    if value is None or value == "":
        return DEFAULTS.check
    names = [check.value for check in Check]
    if value not in names:
        told.append(f'"check" must be one of {", ".join(names)}; {DEFAULTS.check.value} is used')
        return DEFAULTS.check
    return Check(value)
