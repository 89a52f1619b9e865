from dataclasses import replace
from pathlib import Path

import pytest

from batdoc.source.docstring import Style
from batdoc.source.errors import ConfigError
from batdoc.source.house.evidence import Habit
from batdoc.source.house.mood import Mood
from batdoc.source.house.style import learn
from batdoc.source.settings import load_settings
from batdoc.source.styles.sections import Role

LEARNED = learn([])


def write(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(text)


def test_the_nearest_file_upward_holds(tmp_path: Path):
    write(tmp_path, '[tool.batdoc]\nstyle = "numpy"\nprivate = true\nline-length = 72\n')
    (tmp_path / "a" / "b").mkdir(parents=True)
    settings = load_settings(tmp_path / "a" / "b")
    assert settings.house == {Habit.STYLE: Style.NUMPY, Habit.LINE_LENGTH: 72}
    assert settings.private
    assert (settings.root, settings.path) == (tmp_path, tmp_path / "pyproject.toml")
    write(tmp_path / "a", "")
    assert load_settings(tmp_path / "a" / "b").house == {}


def test_what_is_laid_down_takes_the_place_of_what_was_learned(tmp_path: Path):
    write(
        tmp_path,
        """
        [tool.batdoc]
        style = "numpy"
        mood = "third-person"
        parameters = false
        types = true
        section-order = ["raises", "parameters"]
        line-length = 72
        summary-on-opening-line = false
        blank-line-after-summary = false
        blank-line-before-closing = true
        name-first = true
        """,
    )
    settings = load_settings(tmp_path)
    house = settings.settle(LEARNED, "python")
    assert house.style is Style.NUMPY
    assert house.mood is Mood.THIRD_PERSON
    assert (house.documents_params, house.documents_types) == (False, True)
    assert house.section_order == (Role.RAISES, Role.PARAMS)
    assert (house.line_length, house.summary_on_opening_line) == (72, False)
    assert (house.blank_line_after_summary, house.blank_line_before_closing) == (False, True)
    assert house.is_name_first
    assert set(settings.house) == set(Habit)


def test_a_style_holds_only_in_languages_that_know_it(tmp_path: Path):
    write(tmp_path, '[tool.batdoc]\nstyle = "numpy"\n')
    house = replace(LEARNED, style=Style.JSDOC)
    assert load_settings(tmp_path).settle(house, "javascript").style is Style.JSDOC


def test_any_mood_leaves_the_mood_alone(tmp_path: Path):
    write(tmp_path, '[tool.batdoc]\nmood = "any"\n')
    house = replace(LEARNED, mood=Mood.IMPERATIVE)
    assert load_settings(tmp_path).settle(house, "python").mood is None


def test_the_line_length_of_the_code_holds_where_none_is_told(tmp_path: Path):
    write(tmp_path, "[tool.ruff]\nline-length = 100\n")
    assert load_settings(tmp_path).settle(LEARNED, "python").line_length == 100
    write(tmp_path, "[tool.ruff]\nline-length = 100\n[tool.batdoc]\nline-length = 80\n")
    assert load_settings(tmp_path).settle(LEARNED, "python").line_length == 80


def test_without_a_file_the_root_is_that_of_the_repository(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    settings = load_settings(tmp_path / "deep")
    assert (settings.root, settings.path, settings.house) == (tmp_path, None, {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('styel = "numpy"', 'no key "styel"; the nearest is "style"'),
        ("sumary-on-opening-line = true", 'the nearest is "summary-on-opening-line"'),
        ("zzz = 1", "the nearest is"),
        (
            'style = "gogle"',
            '"style" must be one of google, .*; the nearest to "gogle" is "google"',
        ),
        ("style = 3", '"style" must be one of google'),
        ('mood = "imperativ"', 'the nearest to "imperativ" is "imperative"'),
        ('types = "yes"', '"types" must be true or false'),
        ('section-order = ["returns", "paramters"]', 'nearest to "paramters" is "parameters"'),
        ('section-order = ["returns", "returns"]', "each once: parameters, returns"),
        ('section-order = "returns"', "must be a list of sections"),
        ("section-order = [1]", '"section-order" must be one of parameters'),
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
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "pyproject.toml"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\nbatdoc = 3", "[[tool.batdoc]]"])
def test_what_is_no_table_is_told(tmp_path: Path, text: str):
    write(tmp_path, text)
    with pytest.raises(ConfigError, match="must be a table"):
        load_settings(tmp_path)


def test_bytes_that_are_no_text_are_told(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
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
