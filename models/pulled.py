"""Models from the hub in the data folder: where they lie, what they are called, what is known.

`hub/OWNER/NAME/FILE.gguf` is a model of one file, `hub/OWNER/NAME` a Hugging Face folder; the part
behind `hub/` is its name for `pull` and for --model. A record beside the files tells where they
came from. A model without its record was never whole, and is none.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from batdoc.source.errors import InputError, ModelError

FOLDER = "hub"
_RECORD = "origin.json"
_WORD = r"[A-Za-z0-9_][\w.-]*"
_NAME = re.compile(rf"(?P<repo>{_WORD}/{_WORD})(?:/(?P<file>{_WORD}\.gguf))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class HubName:
    """What a model is called.

    Attributes:
        repo: "OWNER/NAME".
        file: A GGUF file in it; None for the whole folder, or its only GGUF file.
    """

    repo: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.repo}/{self.file}" if self.file else self.repo


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from.

    Attributes:
        name: As a `HubName` is written.
        endpoint: The hub's address.
        revision: The commit.
        licence: As the hub has it, or None.
        size: Bytes of all files.
        hashes: Of each file, as the hub told them and as they were checked.
    """

    name: str
    endpoint: str
    revision: str
    licence: str | None
    size: int
    hashes: Mapping[str, str]


def hub_name(text: str) -> HubName | None:
    """Read a model's name on the hub, or None where it is none."""
    found = _NAME.fullmatch(text)
    is_file = found is not None and found["repo"].endswith(".gguf")  # of two parts: a path
    return HubName(found["repo"], found["file"]) if found and not is_file else None


def place_of(data: Path, name: HubName) -> Path:
    """Give the file or folder that a model has in the data folder; it need not exist."""
    return data / FOLDER / str(name)


def record_of(place: Path) -> Path:
    """Give the file that holds a model's `Origin`."""
    return place.with_name(f"{place.name}.{_RECORD}")


def write_record(place: Path, origin: Origin) -> None:
    """Keep where a model came from."""
    record_of(place).write_text(json.dumps(asdict(origin), indent=2), "utf-8")


def read_record(place: Path) -> Origin | None:
    """Read where a model came from; None where there is no whole model."""
    try:
        origin = Origin(**json.loads(record_of(place).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return origin if place.exists() else None


def find_pulled(data: Path, text: str) -> Path | None:
    """Find a model by its name.

    Returns:
        A GGUF file or a Hugging Face folder, or None where no such model was pulled.

    Raises:
        ModelError: Several files were pulled from there.
    """
    name = hub_name(text)
    if name is None:
        return None
    place = place_of(data, name)
    if read_record(place) is not None:
        return place
    files = [path for path in sorted(place.glob("*.gguf")) if read_record(path) is not None]
    if len(files) > 1:
        names = " or ".join(path.name for path in files)
        raise ModelError(f"several files of {text} are here; add /{names} to the name")
    return files[0] if files else None


def pulled_models(data: Path) -> list[tuple[Path, Origin]]:
    """List the models that were pulled, by name."""
    records = (data / FOLDER).rglob(f"*.{_RECORD}")
    places = [record.with_name(record.name.removesuffix(f".{_RECORD}")) for record in records]
    known = [(place, read_record(place)) for place in places]
    return sorted((place, origin) for place, origin in known if origin is not None)


def required_name(text: str) -> HubName:
    """Read a name that must be one of the hub's.

    Raises:
        InputError: It is not.
    """
    name = hub_name(text)
    if name is None:
        raise InputError(f"{text} is no model's name; write OWNER/NAME or OWNER/NAME/FILE.gguf")
    return name
