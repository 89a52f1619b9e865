"""The wheel, the sdist and the editable install, each as a user gets it, without a network."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from batdoc import __version__

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = ("build", "dist", "*.egg-info", "__pycache__", "node_modules", ".*")
FOLDERS = ("cli", "lsp_server", "models", "source", "trainer")


def _run(*command, cwd):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy, because a build leaves files beside the code."""
    copy = tmp_path_factory.mktemp("tree") / "batdoc"
    return shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*NOT_SHIPPED))


@pytest.fixture(scope="module")
def sdist(tree):
    _run(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", "sdist", cwd=tree)
    return next((tree / "sdist").glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(tree):
    _run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", "wheel", cwd=tree)
    return next((tree / "wheel").glob("*.whl"))


@pytest.fixture(scope="module")
def wheel_of_sdist(sdist):
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", "again")
    _run(sys.executable, "-m", "pip", "wheel", *options, sdist, cwd=sdist.parent)
    return next((sdist.parent / "again").glob("*.whl"))


def _install(venv, *what):
    """Install batdoc alone into a new environment that borrows its dependencies from this one.

    A path in a .pth file is searched for packages, but .pth files in it are not read: an editable
    batdoc of the outer environment stays invisible.
    """
    _run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    purelib = sysconfig.get_path("purelib", "venv", {"base": venv})
    Path(purelib, "outer.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    python = Path(sysconfig.get_path("scripts", "venv", {"base": venv}), "python")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--ignore-installed")
    pip = (sys.executable, "-m", "pip", "--python", python)
    _run(*pip, "install", *options, *what, cwd=venv.parent)
    return python


def _works(python, home):
    where = _run(python, "-c", "import batdoc.cli as c; print(c.__file__)", cwd=python.parent)
    assert home in Path(where.strip()).resolve().parents
    batdoc = python.with_name("batdoc")
    assert _run(batdoc, "--version", cwd=python.parent).strip().endswith(__version__)
    assert "--write" in _run(batdoc, "doc", "--help", cwd=python.parent)


def test_the_wheel_works_on_its_own(wheel, tmp_path):
    _works(_install(tmp_path / "venv", wheel), tmp_path)


def test_the_sdist_works_on_its_own(wheel_of_sdist, tmp_path):
    _works(_install(tmp_path / "venv", wheel_of_sdist), tmp_path)


def test_an_editable_install_works_from_the_tree(tree, tmp_path):
    _works(_install(tmp_path / "venv", "-e", tree), tree.resolve())


def test_the_wheel_holds_every_module_once_and_nothing_else(wheel, tree):
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    code = {
        f"batdoc/{path.relative_to(tree)}" for f in FOLDERS for path in (tree / f).rglob("*.py")
    }
    files = [
        *(tree / "models/starter").iterdir(),
        tree / "trainer/report.html.jinja",
        tree / "trainer/starter/packages.txt",
    ]
    data = {f"batdoc/{path.relative_to(tree)}" for path in files}

    assert len(names) == len(set(names))
    own = {"batdoc/__init__.py", "batdoc/__main__.py", "batdoc/py.typed"}
    assert set(names) == code | data | own


def test_both_ways_to_the_wheel_give_the_same_files(wheel, wheel_of_sdist):
    assert sorted(zipfile.ZipFile(wheel).namelist()) == sorted(
        zipfile.ZipFile(wheel_of_sdist).namelist()
    )


def test_the_sdist_shows_the_folders_and_holds_the_licence(sdist):
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]

    assert len(names) == len(set(names))
    assert {f"{folder}/__init__.py" for folder in FOLDERS} <= set(names)
    assert {"LICENSE", "pyproject.toml", "src/batdoc/py.typed"} <= set(names)
    assert not [name for name in names if name.startswith("src/batdoc/") and name.count("/") > 2]


def test_the_wheel_passes_the_checker(wheel, tree):
    checker = Path(sys.executable).with_name("check-wheel-contents")
    assert "OK" in _run(checker, "--config", tree / "pyproject.toml", wheel, cwd=tree)
