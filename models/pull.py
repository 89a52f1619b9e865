"""Fetches a model from the hub: the only code of batdoc that downloads, and only when asked.

What is fetched is chosen by name (GGUF, or safetensors with the files of a tokenizer, never a
pickle and never code), at one commit; an interrupted download goes on where it stopped; each file
is checked against the hash that the hub tells, and nothing counts as a model before all of them
are right. The requests are huggingface_hub's plain ones, without its client of native code.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from batdoc.models.hub_listing import HubFile, Listing, listing_of
from batdoc.models.pulled import (
    FOLDER,
    HubName,
    Origin,
    place_of,
    read_record,
    record_of,
    required_name,
    write_record,
)
from batdoc.models.recommended import hub_name_of
from batdoc.source.errors import MissingExtraError, ModelError

_PARTS = ".parts"
_TIMEOUT = 20.0  # seconds for the hub to answer


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here now.

    Attributes:
        place: Its file or folder.
        origin: Where it came from.
        was_here: Nothing had to be fetched.
    """

    place: Path
    origin: Origin
    was_here: bool


def pull(name: str, data: Path, revision: str | None = None, is_quiet: bool = False) -> Pulled:
    """Fetch a model into the data folder, where --model finds it by its name.

    Args:
        name: As the hub calls it, OWNER/NAME or OWNER/NAME/FILE.gguf, or as `recommended` does.
        data: The data folder.
        revision: A branch, tag or commit; by default the newest of the main branch.
        is_quiet: No progress bar.

    Raises:
        InputError: This is no model's name.
        MissingExtraError: huggingface_hub is not installed.
        ModelError: The hub cannot be reached, has no such model, or sent something else.
    """
    wanted = required_name(hub_name_of(name))
    _prepare(is_quiet)
    with _in_one_sentence(wanted):
        listing = _look_up(wanted, revision)
        place = place_of(data, listing.name)
        origin = _origin(listing)
        if read_record(place) == origin:
            return Pulled(place, origin, was_here=True)
        parts = data / FOLDER / _PARTS
        parts.mkdir(parents=True, exist_ok=True)
        _check_space(listing, parts)
        fetched = [(file, _fetch(listing, file, parts)) for file in listing.files]
        _put(fetched, place, is_folder=listing.name.file is None)
        write_record(place, origin)
    return Pulled(place, origin, was_here=False)


def _prepare(is_quiet: bool) -> None:
    """Load huggingface_hub with what it would tell of this machine switched off."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError:
        raise MissingExtraError("batdoc models pull", "hub") from None
    if is_quiet:
        disable_progress_bars()


def _look_up(name: HubName, revision: str | None) -> Listing:
    """Ask the hub for a model's commit and files."""
    from huggingface_hub import HfApi

    info = HfApi().model_info(
        name.repo, revision=revision or "main", files_metadata=True, timeout=_TIMEOUT
    )
    return listing_of(info, name)


def _origin(listing: Listing) -> Origin:
    from huggingface_hub import constants

    return Origin(
        name=str(listing.name),
        endpoint=constants.ENDPOINT,
        revision=listing.revision,
        licence=listing.licence,
        size=sum(file.size for file in listing.files),
        hashes={file.name: file.hash for file in listing.files},
    )


def _part_of(file: HubFile, parts: Path) -> Path:
    """Give the place of a file that is being fetched: what goes on there has the same contents."""
    return parts / f"{file.hash.replace(':', '-')}-{file.name}"


def _check_space(listing: Listing, parts: Path) -> None:
    """Refuse a model that the disk has no room for, before the first byte."""
    there = sum(_size(_part_of(file, parts)) for file in listing.files)
    needed = sum(file.size for file in listing.files) - there
    free = shutil.disk_usage(parts).free
    if needed > free:
        raise ModelError(
            f"{listing.name} needs {needed / 1e9:.1f} GB and {parts.parent} has {free / 1e9:.1f}; "
            "make room, or name another folder by BATDOC_DATA"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _fetch(listing: Listing, file: HubFile, parts: Path) -> Path:
    """Fetch a file, from where an earlier attempt stopped, and check it.

    huggingface_hub's own download starts anew in each process, so its request is used alone.
    """
    from huggingface_hub import get_token, hf_hub_url
    from huggingface_hub.file_download import http_get

    part, token = _part_of(file, parts), get_token()
    if _size(part) > file.size:
        part.unlink()
    with part.open("ab") as out:
        http_get(
            hf_hub_url(listing.name.repo, file.name, revision=listing.revision),
            out,
            resume_size=out.tell(),
            headers={"authorization": f"Bearer {token}"} if token else {},
            expected_size=file.size,
            displayed_filename=file.name,
        )
    if not file.is_at(part):
        part.unlink()
        raise ModelError(
            f"{file.name} is not what the hub says it is: its hash is another; it was deleted, "
            "pull again"
        )
    return part


def _put(fetched: Sequence[tuple[HubFile, Path]], place: Path, is_folder: bool) -> None:
    """Move a model to its place; one that was there before is replaced as a whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    record_of(place).unlink(missing_ok=True)
    if is_folder:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    for file, part in fetched:
        part.replace(place / file.name if is_folder else place)


@contextmanager
def _in_one_sentence(name: HubName) -> Iterator[None]:
    """Turn what can go wrong with the hub into a sentence with the mend."""
    import httpx2
    from huggingface_hub import constants, errors

    try:
        yield
    except errors.GatedRepoError:
        why = f"{name.repo} wants its terms accepted: do so on its page, then run hf auth login"
    except errors.RepositoryNotFoundError:
        why = f"the hub knows no model {name.repo} that you may read; check the name"
    except errors.RevisionNotFoundError:
        why = f"{name.repo} has no such revision; check it"
    except errors.OfflineModeIsEnabled:
        why = "HF_HUB_OFFLINE is set and forbids the network; unset it to pull"
    except errors.HfHubHTTPError as error:
        why = f"the hub answered {error.response.status_code}; pull again later"
    except httpx2.HTTPError:
        why = (
            f"{constants.ENDPOINT} cannot be reached; check the network and pull again, it goes "
            "on where it stopped"
        )
    except OSError as error:
        stored = f"{name} could not be stored: {error.strerror}; name another folder by BATDOC_DATA"
        why = stored if error.strerror else f"{name} came with a wrong size; pull again"
    except (KeyError, TypeError, ValueError):
        why = f"what answers at {constants.ENDPOINT} is no hub; check HF_ENDPOINT"
    else:
        return
    raise ModelError(why)
