"""Looks at this installation: what is there, which model is used, does it run, does it stay here.

Each check is a fact found out now, not a promise.
"""

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from batdoc import __version__
from batdoc.models.catalogue import data_folder, is_url, open_backend, resolve, starter_path
from batdoc.models.probe import Proof, prove_decode
from batdoc.source.errors import BatdocError, MissingExtraError
from batdoc.source.folders import DATA_VARIABLE

_FEATURES = {"train": "training", "http": "a model behind a URL", "hub": "batdoc models pull"}
_REQUIREMENT = re.compile(r'^(?P<name>[\w.-]+).*?(?:extra == ["\'](?P<extra>\w+)["\'])?$')


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: One word.
        is_ok: Nothing has to be mended.
        found: What was found, with the mend where something is wrong.
    """

    name: str
    is_ok: bool
    found: str


def examine(repo: Path, model: str | None) -> list[Check]:
    """Look at everything; takes about a second.

    Args:
        repo: The folder that the work is in.
        model: As the user named it, or None for the one in use there.
    """
    path, model_check = _check_model(repo, model)
    proof = prove_decode(path if path is not None and path.is_file() else None)
    return [
        _check_python(),
        *_check_packages(),
        _check_data_folder(),
        model_check,
        Check("decode", proof.works, proof.message),
        _check_network(proof),
    ]


def _check_python() -> Check:
    system = f"{platform.system()} {platform.machine()}"
    found = f"batdoc {__version__}, Python {platform.python_version()}, {system}"
    return Check("version", True, found)


def _check_packages() -> Iterator[Check]:
    """Compare what is installed with what batdoc's own metadata asks for."""
    wanted: dict[str, list[str]] = {}
    for requirement in requires("batdoc") or ():
        if found := _REQUIREMENT.match(requirement):
            wanted.setdefault(found["extra"] or "", []).append(found["name"])
    for extra, names in wanted.items():
        there, missing = _versions(names)
        if not missing:
            yield Check(extra or "packages", True, ", ".join(there))
        elif extra:
            yield Check(extra, True, f"not installed: {MissingExtraError(_FEATURES[extra], extra)}")
        else:
            text = f"{', '.join(missing)} missing: pip install --force-reinstall batdoc"
            yield Check("packages", False, text)


def _versions(names: list[str]) -> tuple[list[str], list[str]]:
    there, missing = [], []
    for name in names:
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    return there, missing


def _check_data_folder() -> Check:
    try:
        folder = data_folder()
    except BatdocError as error:
        return Check("data", False, str(error))
    origin = f"named by {DATA_VARIABLE}" if DATA_VARIABLE in os.environ else "the default"
    state = "" if folder.is_dir() else ", nothing in it yet"
    return Check("data", True, f"{folder} ({origin}{state})")


def _check_model(repo: Path, model: str | None) -> tuple[Path | None, Check]:
    try:
        if model is not None and is_url(model):
            return None, Check("model", True, f"{open_backend(model, repo).name} answers")
        path = resolve(model, repo)
    except BatdocError as error:
        return None, Check("model", False, str(error))
    if model is not None:
        origin = "named by --model"
    else:
        origin = "the starter" if path == starter_path() else "trained for this repository"
    return path, Check("model", True, f"{path} ({origin})")


def _check_network(proof: Proof) -> Check:
    """Tell whether anything would reach the network, and how that is known."""
    if proof.network_requests:
        found = f"the decode asked for the network {proof.network_requests} times; report this"
        return Check("network", False, found)
    if not proof.works:
        return Check("network", True, "not tested, because the decode failed")
    return Check(
        "network",
        True,
        "not used: the decode ran with Python's sockets refused and asked for none; only a "
        "URL that --model names, and the hub on `batdoc models pull`, is ever spoken to, and "
        "folders are read as local files",
    )
