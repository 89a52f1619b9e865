import json
import subprocess
import sys

import pytest

from batdoc.models.catalogue import data_folder, promote, runs_folder, starter_path
from batdoc.models.pulled import HubName, Origin, place_of, write_record
from batdoc.models.recommended import RECOMMENDED


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


def test_models_that_were_fetched_are_shown_and_no_longer_recommended(batdoc):
    first = RECOMMENDED[0]
    repo, _, file = first.hub_name.rpartition("/")
    assert f"\n{first.name}, Apache-2.0\n" in batdoc("models").output
    place = place_of(data_folder(), HubName(repo, file))
    place.parent.mkdir(parents=True)
    place.write_bytes(b"GGUF")
    origin = Origin(first.hub_name, "http://hub", "5" * 40, "apache-2.0", 531_000_000, {})
    write_record(place, origin)
    text = batdoc("models").output
    assert f"{first.hub_name}, commit 555555555555, licence apache-2.0\n" in text
    assert f"{place} (531.0 MB)" in text
    assert f"\n{first.name}," not in text
    assert f"\n{RECOMMENDED[1].name}, Apache-2.0\n" in text


def test_a_name_that_is_none_is_refused_before_the_network_is_asked(batdoc):
    result = batdoc("models", "pull", "model.gguf")
    assert result.exit_code == 2
    assert result.stderr.endswith("write OWNER/NAME or OWNER/NAME/FILE.gguf\n")


@pytest.mark.parametrize("arguments", [["models"], ["models", "pull", "--help"]])
def test_nothing_but_a_pull_loads_what_could_download(arguments):
    code = (
        "import sys; from batdoc.cli.main import main; main(sys.argv[1:], standalone_mode=False); "
        "print({'huggingface_hub', 'httpx', 'httpx2'} & {*sys.modules}, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()"
