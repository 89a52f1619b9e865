import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batdoc.cli.main import main

GREET = 'def greet(name):\n    """Greet."""\n    text = "Hello " + name\n    print(text)\n'
COUNT = "def count(items):\n    number = 0\n    for item in items:\n        number += 1\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    Path("repo").mkdir()
    Path("repo/names.py").write_text(GREET)
    Path("repo/stock.py").write_text(COUNT + "    return number\n")
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_train_and_eval(run: Callable[..., Result], tiny_checkpoint: Path) -> None:
    arguments = ("train", "repo", "--output", "run", "--model", str(tiny_checkpoint))
    trained = run(*arguments, "--steps", "1", "--reward", "likelihood", "--show-pair")
    assert trained.exit_code == 0
    assert "not better" in trained.stdout
    assert "reward in training: likelihood" in trained.stdout
    assert "valid" in trained.stderr
    assert "--- its docstring" in trained.stderr
    assert "--- rebuilt from that, likeness 0." in trained.stderr
    assert Path("run/model.gguf").is_file()
    assert "Rebuilt from the model" in Path("run/report.html").read_text("utf-8")
    card = json.loads(Path("run/card.json").read_text())
    again = run("train", "repo", "--output", "run", "--resume")
    assert again.stdout == trained.stdout
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "pass --resume" in refused.stderr
    measured = run("eval", "run", "--repo", "repo", "--json")
    assert json.loads(measured.stdout) == card["after"]
    assert "round-trip reward" in run("eval", "run", "--repo", "repo").stdout
    against = ("eval", "run", "--repo", "repo", "--against", str(tiny_checkpoint))
    compared = json.loads(run(*against, "--json").stdout)
    assert compared["model"] == card["after"]
    assert compared["against"]["units"] == card["after"]["units"]
    assert compared["change"].keys() == card["change"].keys()
    assert "against    model         change, 95%" in run(*against).stdout


def test_a_folder_is_needed(run: Callable[..., Result]) -> None:
    assert run("train", "nowhere").exit_code == 2
    assert run("train", "repo/names.py").exit_code == 2
    missing = run("train", "repo", "--model", "nowhere.gguf", "--output", "run")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    assert not Path("run").exists()


def test_the_reward_of_one_function_is_explained(batdoc, tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text(GREET)
    shown = batdoc("train", "--explain-reward", "names.py:greet", replies=[])
    assert shown.exit_code == 0
    assert "names.py:1 greet" in shown.stdout
    assert "structure                 0.500  missing: parameter name" in shown.stdout
    replies = ['    text = "Hello " + name\n    print(text)\n', "    pass\n"]
    rebuilt = batdoc("train", "--explain-reward", "names.py:greet", "--rebuild", replies=replies)
    assert "likeness                    1.000" in rebuilt.stdout
    assert "reward                      0.500" in rebuilt.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name the repository to train on"),
        (("--rebuild",), "--rebuild goes with --explain-reward"),
        (("--explain-reward", "names.py"), "name the file and the function in it"),
        (("--explain-reward", "names.py:great"), "no function great; did you mean greet?"),
        (("--explain-reward", "gone.py:greet"), "gone.py does not exist"),
    ],
)
def test_what_cannot_be_explained(batdoc, tmp_path: Path, arguments, message: str) -> None:
    (tmp_path / "names.py").write_text(GREET)
    result = batdoc("train", *arguments, replies=[])
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_tracker_that_is_not_installed_is_named(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [])  # nothing is installed
    refused = run("train", "repo", "--report-to", "wandb")
    assert refused.exit_code == 2
    assert "pip install wandb" in refused.stderr
