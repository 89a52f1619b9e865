"""Examples in a model's words, and the repository's examples in the prompt."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Prompt

CODE = "def double(x):\n    return 2 * x\n"
REPLY = "Double a number.\n\n:param x: One.\n:returns: Two.\n\n>>> double(2)\n4\n\n>>> double(2)\n5"
KNOWN = '''
def {name}(x):
    """Change a number in a way that is known.

    Args:
        x: A number that is to be changed.

    Returns:
        The number, changed.
    """
    number = int(x)
    return number * number + 1
'''


def test_a_models_examples_are_dropped(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text(CODE)
    assert batdoc("doc", "a.py", "--write", replies=[REPLY]).exit_code == 0
    assert ">>>" not in (tmp_path / "a.py").read_text()
    assert "One." in (tmp_path / "a.py").read_text()


@pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")
def test_those_that_ran_green_are_kept_where_that_is_asked_for(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text(CODE)
    result = batdoc("doc", "a.py", "--write", "--run-examples", replies=[REPLY])
    assert result.exit_code == 0
    text = (tmp_path / "a.py").read_text()
    assert text.count(">>>") == 1
    assert "        >>> double(2)\n        4\n" in text


def test_a_model_with_room_is_shown_the_repositorys_best_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "known.py").write_text(KNOWN.format(name="square") + KNOWN.format(name="cube"))
    (tmp_path / "a.py").write_text(CODE)
    shown: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        shown.append(prompt)
        return "Double a number."

    CliRunner().invoke(main, ["doc", "a.py"], obj=lambda *_: ScriptedBackend(answer, 4096))
    names = [each.code.partition("(")[0] for each in shown[0].exemplars]
    assert sorted(names) == ["def cube", "def square"]


def test_a_small_model_is_shown_lines_of_the_file_and_of_those_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "known.py").write_text(KNOWN.format(name="square"))
    (tmp_path / "a.py").write_text(
        f'{CODE}\ndef halve(x):\n    """Halve it all."""\n    return x / 2\n'
    )
    shown: list[Prompt] = []

    def answer(prompt: Prompt) -> str:
        shown.append(prompt)
        return "Double a number."

    def opened(*_: object) -> ScriptedBackend:
        return ScriptedBackend(answer, 400)

    CliRunner().invoke(main, ["doc", "a.py"], obj=opened)
    assert shown[0].precedents == (
        "square: Change a number in a way that is known.",
        ":param x: A number that is to be changed.",
        ":returns: The number, changed.",
        "halve: Halve it all.",
    )
    stale = CODE.replace("(x)", "(x, y)").replace(
        "\n ", '\n    """Double.\n\n    Args:\n        y: Y.\n    """\n ', 1
    )
    (tmp_path / "b.py").write_text(stale)
    CliRunner().invoke(main, ["doc", "b.py", "--update"], obj=opened)
    assert ":param x: A number that is to be changed." in shown[-1].precedents


def test_a_typo_in_the_settings_is_named(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nmood = "imperitive"\n')
    for command in (["doc", "a.py"], ["check", "a.py"], ["style"]):
        result = batdoc(*command)
        assert result.exit_code == 2
        assert 'the nearest to "imperitive" is "imperative"' in result.stderr
