import gc
from pathlib import Path

import pytest

from batdoc.source.house.line_lengths import ToldLength, told_length


@pytest.mark.parametrize(
    ("language", "file", "text"),
    [
        ("python", "pyproject.toml", "[tool.ruff]\nline-length = 91"),
        ("python", "pyproject.toml", "[tool.black]\nline-length = 91"),
        ("python", "pyproject.toml", "[tool.ruff.lint.pycodestyle]\nmax-doc-length = 91"),
        ("python", "ruff.toml", "line-length = 91"),
        ("python", ".ruff.toml", "lint.pycodestyle.max-doc-length = 91"),
        ("python", "setup.cfg", "[flake8]\nmax-line-length = 91"),
        ("python", "tox.ini", "[testenv]\ncommands = %x\n[flake8]\nmax-line-length = 91"),
        ("python", ".flake8", "[flake8]\nmax-doc-length = 91\nmax-line-length = 110"),
        ("python", ".editorconfig", "[*.py]\nmax_line_length = 91"),
        ("go", ".editorconfig", "[*]\nmax_line_length = 91\n[*.py]\nmax_line_length = 80"),
        ("ruby", ".editorconfig", "[*.{py,rb}]\nmax_line_length = 91"),
        ("rust", "rustfmt.toml", "max_width = 91"),
        ("rust", ".rustfmt.toml", "max_width = 110\ncomment_width = 91"),
    ],
)
def test_other_tools_tell_the_length(tmp_path: Path, language: str, file: str, text: str):
    (tmp_path / file).write_text(text)
    assert told_length(tmp_path, language) == ToldLength(91, tmp_path / file)


def test_a_length_for_prose_goes_before_one_for_code(tmp_path: Path):
    lint = "[tool.ruff.lint.pycodestyle]\nmax-doc-length = 72\n"
    (tmp_path / "pyproject.toml").write_text(f"[tool.ruff]\nline-length = 100\n{lint}")
    (tmp_path / ".editorconfig").write_text("[*]\nmax_line_length = 120")
    assert told_length(tmp_path, "python") == ToldLength(72, tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 320"),
        ("pyproject.toml", '[tool.ruff]\nline-length = "wide"'),
        ("pyproject.toml", "[tool.ruff]\nline-length = true"),
        ("pyproject.toml", "[tool]\nruff = 88"),
        ("pyproject.toml", "[tool"),
        ("setup.cfg", "max-line-length = 88"),
        ("setup.cfg", "[flake8]\nmax-line-length ="),
        (".editorconfig", "[*.py]\nmax_line_length = off"),
        (".editorconfig", "[*.js]\nmax_line_length = 88"),
    ],
)
def test_what_is_no_length_counts_as_not_set(tmp_path: Path, file: str, text: str):
    (tmp_path / file).write_text(text)
    assert told_length(tmp_path, "python") is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_editor_config_that_cannot_be_read_counts_as_not_set(tmp_path: Path):
    (tmp_path / ".editorconfig").write_text("[*.py\nmax_line_length")
    assert told_length(tmp_path, "python") is None
    gc.collect()  # the library leaves the file open: that warning is not for another test


def test_bytes_that_are_no_text_count_as_not_set(tmp_path: Path):
    for file in ("pyproject.toml", "setup.cfg", "ruff.toml", ".editorconfig"):
        (tmp_path / file).write_bytes(b"\xff\xfe[")
    assert told_length(tmp_path, "python") is None
