import json

import pytest

from batdoc.models.catalogue import promote, runs_folder, starter_path


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))


def add_run(repo, name, card):
    folder = runs_folder(repo) / name
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"GGUF" * 300_000)
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def test_without_training_there_is_the_starter(batdoc):
    result = batdoc("models")
    assert result.exit_code == 0
    assert result.output.startswith("the starter")
    assert str(starter_path()) in result.output


def test_a_trained_model_is_shown_with_its_numbers_and_where_it_is_used(batdoc, tmp_path):
    card = {"before": {"reward": 0.25, "chrf": None}, "after": {"reward": 0.375, "chrf": 30.0}}
    used = add_run(tmp_path, "good", card)
    add_run(tmp_path, "worse", {})
    add_run(tmp_path.parent, "elsewhere", {})
    promote(tmp_path, "good")
    text = batdoc("models").output
    good, worse = (next(line for line in text.splitlines() if part in line) for part in PARTS)
    assert f"{tmp_path}, trained 2" in good
    assert f"{used / 'model.gguf'} (1.2 MB)" in text
    assert "round-trip reward 0.25 before, 0.375 after" in text
    assert "chrF" not in text
    assert "kept but not in use" in worse
    assert text.count("in use here") == 1
    assert text.count("not measured") == 2


PARTS = (", in use here", "kept but not in use")
