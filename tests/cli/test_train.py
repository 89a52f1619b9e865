import json
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
    trained = run(*arguments, "--steps", "1")
    assert trained.exit_code == 0
    assert "not better" in trained.stdout
    assert "valid" in trained.stderr
    assert Path("run/model.gguf").is_file()
    card = json.loads(Path("run/card.json").read_text())
    again = run("train", "repo", "--output", "run", "--resume")
    assert again.stdout == trained.stdout
    refused = run(*arguments)
    assert refused.exit_code == 2
    assert "pass --resume" in refused.stderr
    measured = run("eval", "run", "--repo", "repo", "--json")
    assert json.loads(measured.stdout) == card["after"]
    assert "round-trip reward" in run("eval", "run", "--repo", "repo").stdout


def test_a_folder_is_needed(run: Callable[..., Result]) -> None:
    assert run("train", "nowhere").exit_code == 2
    assert run("train", "repo/names.py").exit_code == 2
    missing = run("train", "repo", "--model", "nowhere.gguf", "--output", "run")
    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    assert not Path("run").exists()
