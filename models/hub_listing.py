"""What the hub says of a model, read with distrust: which files to fetch, and how to know them.

Names and hashes become parts of paths, so each must look like one.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batdoc.models.pulled import HubName
from batdoc.source.errors import ModelError

_SAFE = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "LICENSE",
)
_WEIGHTS = (".safetensors", ".safetensors.index.json")
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
_HASH = re.compile(r"sha256:[0-9a-f]{64}|git:[0-9a-f]{40}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a model.

    Attributes:
        name: Without folders.
        size: Bytes.
        hash: "sha256:..." of the bytes, or "git:..." where the hub knows only git's own.
    """

    name: str
    size: int
    hash: str

    def is_at(self, path: Path) -> bool:
        """Hash a file in the way that the hub did, and compare."""
        kind = self.hash.partition(":")[0]
        hasher = hashlib.sha256() if kind == "sha256" else hashlib.sha1(usedforsecurity=False)
        if kind == "git":
            hasher.update(f"blob {path.stat().st_size}\0".encode())
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                hasher.update(chunk)
        return self.hash == f"{kind}:{hasher.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the hub says of a model.

    Attributes:
        name: With the file's name, where one file is the model.
        revision: The commit that the files are of.
        licence: As the hub has it, or None.
        files: To fetch.
    """

    name: HubName
    revision: str
    licence: str | None
    files: tuple[HubFile, ...]


def listing_of(info: Any, wanted: HubName) -> Listing:
    """Read huggingface_hub's `ModelInfo`.

    Raises:
        ModelError: There is nothing to fetch, or too much.
        ValueError: What the hub says makes no sense.
    """
    siblings = {each.rfilename: each for each in info.siblings or ()}
    chosen = choose([name for name in siblings if _NAME.fullmatch(name)], wanted)
    files = tuple(_file(siblings[name]) for name in chosen)
    if not _COMMIT.fullmatch(info.sha or ""):
        raise ValueError("no commit")
    only = chosen[0] if chosen[0].endswith(".gguf") else None
    licence = info.card_data.get("license") if info.card_data else None
    return Listing(HubName(wanted.repo, only), info.sha, licence, files)


def choose(names: Sequence[str], wanted: HubName) -> list[str]:
    """Choose the files to fetch: a GGUF file, or safetensors with what belongs to them.

    Args:
        names: Of the files at the top of a repository.
        wanted: What was asked for.

    Raises:
        ModelError: There is nothing to choose, or too much.
    """
    ggufs = [name for name in names if name.endswith(".gguf")]
    if wanted.file is not None:
        if wanted.file not in ggufs:
            raise ModelError(f"{wanted.repo} holds no {wanted.file}{_offer(ggufs)}")
        return [wanted.file]
    if len(ggufs) > 1:
        raise ModelError(f"{wanted.repo} holds several GGUF files{_offer(ggufs)}")
    if ggufs:
        return ggufs
    if not any(name.endswith(_WEIGHTS[0]) for name in names):
        raise ModelError(
            f"{wanted.repo} holds neither GGUF nor safetensors; other formats can run code and "
            "are not fetched, so name another model"
        )
    return [name for name in names if name in _SAFE or name.endswith(_WEIGHTS)]


def _offer(ggufs: Sequence[str]) -> str:
    return f"; add one to the name: /{', /'.join(ggufs)}" if ggufs else "; check the name"


def _file(sibling: Any) -> HubFile:
    hash_ = f"sha256:{sibling.lfs.sha256}" if sibling.lfs else f"git:{sibling.blob_id}"
    if not _HASH.fullmatch(hash_) or not isinstance(sibling.size, int):
        raise ValueError("no hash")
    return HubFile(sibling.rfilename, sibling.size, hash_)
