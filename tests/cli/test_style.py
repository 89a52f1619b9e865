import json
import tomllib
from pathlib import Path

import pytest

GOOGLE = '''
def f{0}(a: int) -> int:
    """Returns it.

    Args:
        a (int): One.

    Returns:
        int: It.
    """
    return a
'''


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("".join(GOOGLE.format(i) for i in range(3)))
    (tmp_path / "b.py").write_text('def g(a):\n    """Do it."""\n')
    (tmp_path / "bad.py").write_text("def")
    return tmp_path


def habits(result, at: int = 0) -> dict[str, dict[str, object]]:
    language = json.loads(result.stdout)["languages"][at]
    return {habit["key"]: habit for habit in language["habits"]}


def test_what_was_learned_is_shown_with_counts(batdoc, repo: Path):
    result = batdoc("style")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert "python: 4 docstrings" in result.stdout
    assert ["style", "google", "3", "of", "3"] in lines
    assert ["mood", "third-person", "3", "of", "4"] in lines
    assert ["parameters", "yes", "3", "of", "4"] in lines
    assert ["section-order", "parameters,", "returns", "3", "of", "3"] in lines
    assert ["line-length", "88", "by", "default"] in lines
    assert "bad.py cannot be parsed" in result.stderr


def test_what_is_set_is_shown_with_its_file(batdoc, repo: Path):
    (repo / "pyproject.toml").write_text(
        '[tool.batdoc]\nstyle = "numpy"\nmood = "any"\n[tool.ruff]\nline-length = 91\n'
    )
    lines = [" ".join(line.split()) for line in batdoc("style").stdout.splitlines()]
    assert "style numpy set by pyproject.toml; learned: google, 3 of 3" in lines
    assert "mood any set by pyproject.toml; learned: third-person, 3 of 4" in lines
    assert "line-length 91 set by pyproject.toml" in lines


def test_the_snippet_pins_what_was_learned(batdoc, repo: Path):
    before = habits(batdoc("style", "--format", "json"))
    snippet = batdoc("style").stdout.partition("put this into")[2].partition("\n")[2]
    assert tomllib.loads(snippet)["tool"]["batdoc"]["section-order"] == ["parameters", "returns"]
    (repo / "pyproject.toml").write_text(snippet)
    (repo / "a.py").unlink()
    after = habits(batdoc("style", "--format", "json"))
    assert {k: v["value"] for k, v in after.items()} == {k: v["value"] for k, v in before.items()}
    assert after["style"]["origin"] == "set"
    assert after["style"]["path"] == (repo / "pyproject.toml").as_posix()


def test_json_has_the_evidence(batdoc, repo: Path):
    found = habits(batdoc("style", "--format", "json"))
    assert found["mood"] == {
        "key": "mood",
        "value": "third-person",
        "origin": "learned",
        "path": None,
        "learned": "third-person",
        "agreeing": 3,
        "seen": 4,
    }
    assert found["line-length"]["origin"] == "default"


def test_a_mood_without_a_majority_is_told(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text('def f():\n    "Do it."\ndef g():\n    "Does it."\n')
    lines = [" ".join(line.split()) for line in batdoc("style").stdout.splitlines()]
    assert "mood any neither has two thirds of 2" in lines


def test_each_language_has_a_style_of_its_own(batdoc, repo: Path):
    (repo / "a.js").write_text("/**\n * Do it.\n * @param {A} a - One.\n */\nfunction f(a) {}\n")
    (repo / "pyproject.toml").write_text('[tool.batdoc]\nstyle = "numpy"\n')
    result = batdoc("style", "--format", "json")
    assert habits(result, 0)["style"]["value"] == "numpy"
    assert habits(result, 1)["style"]["value"] == "jsdoc"
    assert habits(result, 1)["style"]["origin"] == "learned"


def test_one_file_can_be_named(batdoc, repo: Path):
    result = batdoc("style", "b.py", "--format", "json")
    assert json.loads(result.stdout)["languages"][0]["documented"] == 1


def test_nothing_to_learn_from(batdoc, tmp_path: Path):
    assert batdoc("style").stdout == "no file here is in a language that batdoc knows\n"
    assert json.loads(batdoc("style", "--format", "json").stdout) == {"languages": [], "pin": ""}
    assert batdoc("style", "gone").exit_code == 2


def test_a_typo_is_named_with_the_nearest_key(batdoc, repo: Path):
    (repo / "pyproject.toml").write_text('[tool.batdoc]\nmod = "imperative"\n')
    result = batdoc("style")
    assert result.exit_code == 2
    assert '[tool.batdoc] has no key "mod"; the nearest is "mood"\n' in result.stderr
