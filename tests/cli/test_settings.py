from pathlib import Path

import pytest

from batdoc.cli.settings import load_settings
from batdoc.source.docstring import Style
from batdoc.source.errors import ConfigError


def write(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(text)


def test_the_nearest_file_upward_holds(tmp_path: Path):
    write(tmp_path, '[tool.batdoc]\nstyle = "numpy"\nprivate = true\nline-length = 72\n')
    (tmp_path / "a" / "b").mkdir(parents=True)
    settings = load_settings(tmp_path / "a" / "b")
    assert (settings.style, settings.private, settings.line_length) == (Style.NUMPY, True, 72)
    write(tmp_path / "a", "")
    assert load_settings(tmp_path / "a" / "b").style is None


@pytest.mark.parametrize("tool", ["ruff", "black"])
def test_the_line_length_of_the_code_holds_where_none_is_told(tmp_path: Path, tool: str):
    write(tmp_path, f"[tool.{tool}]\nline-length = 100\n")
    assert load_settings(tmp_path).line_length == 100
    write(tmp_path, f"[tool.{tool}]\nline-length = 100\n[tool.batdoc]\nline-length = 80\n")
    assert load_settings(tmp_path).line_length == 80


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('styel = "numpy"', 'no key "styel"; the nearest is "style"'),
        ("zzz = 1", "the nearest is"),
        ('style = "epytext"', '"style" must be one of google, numpy, rest'),
        ('line-length = "80"', '"line-length" must be a number'),
        ("line-length = true", '"line-length" must be a number'),
        ("line-length = 3", "40 or more"),
        ('private = "yes"', '"private" must be true or false'),
        ('exclude = "a"', '"exclude" must be a list'),
        ('select = "BD1"', '"select" must be a list of codes'),
        ('ignore = ["D417"]', '"ignore" names D417, but no rule\'s code starts so'),
        ('model = "evil.gguf"', "a repository cannot choose the model"),
        ("= 1", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, line: str, message: str):
    write(tmp_path, f"[tool.batdoc]\n{line}\n")
    with pytest.raises(ConfigError, match=message):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("glob", "name", "is_excluded"),
    [
        ("vendored", "vendored/deep/a.py", True),
        ("vendored/", "vendored/a.py", True),
        ("*_pb2.py", "api/v1/x_pb2.py", True),
        ("tests/*", "tests/a.py", True),
        ("tests/*", "src/tests.py", False),
        ("a.py", "src/a.py", False),
    ],
)
def test_globs_match_files_and_folders(tmp_path: Path, glob: str, name: str, is_excluded: bool):
    write(tmp_path, f'[tool.batdoc]\nexclude = ["{glob}"]\n')
    assert load_settings(tmp_path).excludes(tmp_path / name) is is_excluded
