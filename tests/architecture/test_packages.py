"""What works in an editable install and is missing from the wheel, found before a user does."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
FOLDERS = {
    package.removeprefix("batdoc."): ROOT / folder
    for package, folder in SETUPTOOLS["package-dir"].items()
    if package != "batdoc"
}


def _packages_on_disk():
    for name, folder in FOLDERS.items():
        for file in folder.rglob("*.py"):
            inner = file.parent.relative_to(folder).parts
            yield ".".join(("batdoc", name, *inner))


def _requirements():
    project = PROJECT["project"]
    yield from project["dependencies"]
    for extra in project["optional-dependencies"].values():
        yield from extra
    for group in PROJECT["dependency-groups"].values():
        yield from group


def test_every_folder_with_code_is_a_listed_package():
    assert sorted({"batdoc", *_packages_on_disk()}) == sorted(SETUPTOOLS["packages"])


def test_every_listed_package_has_an_init_file():
    for name, folder in FOLDERS.items():
        packages = [p for p in SETUPTOOLS["packages"] if p.startswith(f"batdoc.{name}.")]
        for package in packages:
            inner = package.removeprefix(f"batdoc.{name}.").split(".")
            assert folder.joinpath(*inner, "__init__.py").is_file(), package
        assert (folder / "__init__.py").is_file()


@pytest.mark.parametrize("name", FOLDERS)
def test_type_checkers_find_every_folder_under_the_package(name):
    assert (ROOT / "src" / "batdoc" / name).resolve() == FOLDERS[name]


@pytest.mark.parametrize("requirement", [Requirement(r) for r in _requirements()], ids=str)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement):
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = {
        canonicalize_name(name): version
        for name, _, version in (line.partition("==") for line in lines if "==" in line)
    }

    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_the_makefile_rebuilds_the_engine_that_is_pinned():
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-").splitlines()
    (engine,) = (pin for pin in pins if pin.startswith("llama-cpp-python=="))

    assert f"LLAMA := {engine}\n" in (ROOT / "Makefile").read_text("utf-8")
