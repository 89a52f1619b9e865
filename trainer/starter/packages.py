"""Which packages the starter learns from: installed ones, and a named list fetched with pip.

Each licence is read from the package's own metadata; what is not known to be permissive is left
out. Nothing that is fetched is imported or run.
"""

import hashlib
import re
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

HELD_OUT_PACKAGES = ("click", "requests", "jinja2", "pygls")
# Typer carries a copy of click: what is held out must not come back through a side door.
_LEFT_OUT_PACKAGES = ("typer",)
_PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation)\b", re.IGNORECASE)
_COPYLEFT = re.compile(r"GPL|MPL|Mozilla|EUPL|CDDL|EPL", re.IGNORECASE)
_PIP = ("--no-deps", "--only-binary=:all:", "--no-compile", "--quiet")


@dataclass(frozen=True, slots=True)
class Package:
    """One source of code.

    Attributes:
        name: As pip knows it.
        version: As installed.
        licence: As its metadata says.
        root: Its folder.
    """

    name: str
    version: str
    licence: str
    root: Path

    def files(self) -> list[Path]:
        """List its Python files, sorted."""
        return sorted(
            file
            for file in self.root.rglob("*.py")
            if "site-packages" not in file.relative_to(self.root).parts
        )

    def digest(self) -> str:
        """Hash its Python files, names and contents (hex SHA-256, 16 digits)."""
        total = hashlib.sha256()
        for file in self.files():
            total.update(file.relative_to(self.root).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(file.read_bytes()).digest())
        return total.hexdigest()[:16]


def listed_names() -> list[str]:
    """Read the list of packages that the recipe fetches."""
    text = resources.files(__package__).joinpath("packages.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def fetch_packages(folder: Path) -> None:
    """Unpack the wheels of the listed packages into `folder`; those already there stay.

    A package that cannot be had is named on stderr and left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = {
        distribution.name.lower() for distribution in metadata.distributions(path=[str(folder)])
    }
    for name in listed_names():
        if name in there:
            continue
        command = [sys.executable, "-m", "pip", "install", *_PIP, "--target", str(folder), name]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            sys.stderr.write(f"starter: {name} could not be fetched and is left out\n")


def usable_packages(fetched: Path) -> list[Package]:
    """Give every package with a permissive licence, held-out ones first, then by name.

    What is held out comes first so that copies of it elsewhere are the duplicates.
    """
    found = {package.name: package for package in [*_fetched(fetched), *_installed()]}
    usable = (
        package
        for package in found.values()
        if is_permissive(package.licence) and package.name not in _LEFT_OUT_PACKAGES
    )
    return sorted(usable, key=lambda package: (package.name not in HELD_OUT_PACKAGES, package.name))


def _fetched(folder: Path) -> Iterator[Package]:
    names = set(listed_names())
    for distribution in metadata.distributions(path=[str(folder)]):
        package = _package(distribution)
        if package is not None and package.name in names:
            yield package


def _installed(root: str = "batdoc", extra: str = "train") -> Iterator[Package]:
    """Find the standard library and every package that `root[extra]` needs, by name."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    yield Package("python", sys.version.split()[0], "PSF-2.0", folder)
    seen, queue = {root}, [(root, extra)]
    while queue:
        name, wanted = queue.pop()
        for requirement in metadata.requires(name) or []:
            needed = re.match(r"[A-Za-z0-9._-]+", requirement)
            conditional = "extra ==" in requirement and f'"{wanted}"' not in requirement
            if needed is None or conditional or needed.group().lower() in seen:
                continue
            seen.add(needed.group().lower())
            try:
                package = _package(metadata.distribution(needed.group()))
            except metadata.PackageNotFoundError:
                continue
            if package is not None:
                yield package
                queue.append((needed.group(), ""))


def _package(distribution: metadata.Distribution) -> Package | None:
    tops = Counter(f.parts[0] for f in distribution.files or [] if f.suffix == ".py")
    if not tops:
        return None
    root = Path(str(distribution.locate_file(tops.most_common(1)[0][0])))
    name = re.sub(r"[-_.]+", "-", distribution.name).lower()
    return Package(name, distribution.version, _licence(distribution), root)


def _licence(distribution: metadata.Distribution) -> str:
    """Give what a package's metadata says of its licence, in one line."""
    about = distribution.metadata
    classified = " ".join(c for c in about.get_all("Classifier", []) if c.startswith("License ::"))
    spelled = [*about.get_all("License-Expression", []), classified, *about.get_all("License", [])]
    licence = next(filter(None, spelled), "").split("\n")[0]
    return licence.removeprefix("License :: OSI Approved :: ")[:80]


def is_permissive(licence: str) -> bool:
    """Tell whether a licence is known to permit learning from and passing on."""
    return bool(_PERMISSIVE.search(licence)) and not _COPYLEFT.search(licence)
