"""What lies in the data folder is found by its name, and by nothing that looks like it."""

from pathlib import Path

import pytest

from batdoc.models.catalogue import resolve
from batdoc.models.pulled import (
    HubName,
    Origin,
    find_pulled,
    hub_name,
    place_of,
    pulled_models,
    write_record,
)
from batdoc.models.recommended import RECOMMENDED
from batdoc.source.errors import ModelError


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def add(data: Path, repo: str, file: str) -> Path:
    place = place_of(data, HubName(repo, file))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"GGUF")
    write_record(place, Origin(f"{repo}/{file}", "http://hub", "5" * 40, None, 4, {file: "x"}))
    return place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/b", HubName("a/b", None)),
        ("a/b/c.gguf", HubName("a/b", "c.gguf")),
        ("Q-1/b.5_x", HubName("Q-1/b.5_x", None)),
        ("b", None),
        ("a/b.gguf", None),
        ("a/b/c", None),
        ("../b", None),
        ("a/..", None),
        ("a/b/../c.gguf", None),
        ("/a/b", None),
        ("a//b", None),
        ("~/b", None),
        ("a/b\n", None),
        ("http://a/b", None),
    ],
)
def test_names(text: str, name: HubName | None):
    assert hub_name(text) == name


def test_the_only_file_of_a_model_needs_no_name(data: Path):
    place = add(data, "owner/name", "a.gguf")
    assert find_pulled(data, "owner/name") == find_pulled(data, "owner/name/a.gguf") == place
    add(data, "owner/name", "b.gguf")
    with pytest.raises(ModelError, match=r"add /a\.gguf or b\.gguf to the name"):
        find_pulled(data, "owner/name")


def test_a_file_without_its_record_is_no_model(data: Path):
    place = add(data, "owner/name", "a.gguf")
    place.with_name("a.gguf.origin.json").write_text("{")
    assert find_pulled(data, "owner/name") is None
    assert pulled_models(data) == []


def test_all_are_listed(data: Path):
    assert pulled_models(data) == []
    for file in ("b.gguf", "a.gguf"):
        add(data, "owner/name", file)
    assert [path.name for path, _ in pulled_models(data)] == ["a.gguf", "b.gguf"]


def test_no_repository_brings_a_model_under_the_name_of_one_that_was_pulled(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    planted = tmp_path / "owner" / "name"
    planted.mkdir(parents=True)
    (planted / "config.json").write_text("{}")
    place = add(data, "owner/name", "a.gguf")
    assert resolve("owner/name", None) == place
    assert resolve("./owner/name", None) == Path("owner/name")


def test_a_name_that_is_not_here_says_how_to_fetch_it():
    with pytest.raises(ModelError, match="fetch it: batdoc models pull owner/name"):
        resolve("owner/name", None)
    with pytest.raises(ModelError, match=r"fetch it: batdoc models pull qwen2\.5-coder-0\.5b"):
        resolve("qwen2.5-coder-0.5b", None)
    with pytest.raises(ModelError, match="`batdoc models` lists the models there are"):
        resolve("build/model.gguf", None)


def test_a_recommended_model_is_found_by_its_short_name(data: Path):
    model = next(each for each in RECOMMENDED if each.hub_name.endswith(".gguf"))
    repo, _, file = model.hub_name.rpartition("/")
    place = add(data, repo, file)
    assert resolve(model.name, None) == place


@pytest.mark.parametrize("model", RECOMMENDED, ids=lambda model: model.name)
def test_what_is_recommended_can_be_named(model):
    assert hub_name(model.hub_name) is not None
    assert model.licence == "Apache-2.0"
    assert 0 < model.size < model.memory
