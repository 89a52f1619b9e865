"""Which model is used where."""

import json
import subprocess
from contextlib import closing

import pytest

from batdoc.models import catalogue
from batdoc.models.backend import Limits
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.errors import ConfigError, ModelError


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def repo(tmp_path):
    folder = tmp_path / "shop"
    (folder / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def add_run(repo, name, content=b"GGUF"):
    folder = catalogue.runs_folder(repo) / name
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(content)
    return folder


def test_the_data_folder_is_the_users_own_unless_named(data, monkeypatch):
    assert catalogue.data_folder() == data
    monkeypatch.delenv("BATDOC_DATA")
    assert catalogue.data_folder().name == "batdoc"


def test_a_relative_data_folder_is_refused(monkeypatch):
    monkeypatch.setenv("BATDOC_DATA", "models")
    with pytest.raises(ConfigError, match="make it an absolute path"):
        catalogue.data_folder()


def test_runs_are_kept_by_repository(data, repo, tmp_path):
    folder = catalogue.runs_folder(repo)
    assert folder.parent == data / "runs"
    assert folder.name.startswith("shop-")
    assert len(folder.name) == len("shop-") + 16
    assert catalogue.runs_folder(repo / "src") == folder
    namesake = tmp_path / "other" / "shop"
    namesake.mkdir(parents=True)
    assert catalogue.runs_folder(namesake) != folder


def test_a_link_to_a_repository_is_the_repository(repo, tmp_path):
    (tmp_path / "link").symlink_to(repo)
    assert catalogue.runs_folder(tmp_path / "link") == catalogue.runs_folder(repo)


def test_the_promoted_run_is_used_in_its_repository_alone(repo, tmp_path):
    model = add_run(repo, "first") / "model.gguf"
    assert catalogue.current_path(repo) is None
    catalogue.promote(repo, "first")
    assert catalogue.resolve(None, repo / "src") == model
    assert catalogue.current_path(tmp_path) is None


def test_the_last_promotion_counts_and_nothing_else_is_left(repo):
    add_run(repo, "first")
    model = add_run(repo, "second") / "model.gguf"
    catalogue.promote(repo, "first")
    catalogue.promote(repo, "second")
    assert catalogue.resolve(None, repo) == model
    names = {path.name for path in catalogue.runs_folder(repo).iterdir()}
    assert names == {"first", "second", "current.json"}


@pytest.mark.parametrize("run", ["absent", "../first", "/", ".."])
def test_a_run_without_a_model_is_not_promoted(repo, run):
    add_run(repo, "first")
    with pytest.raises(ModelError, match="train again"):
        catalogue.promote(repo, run)
    assert catalogue.current_path(repo) is None


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "{}", '{"run": 3}', '{"run": "../../x"}', '{"run": "gone"}', "\x00"]
)
def test_a_damaged_note_of_the_current_run_names_no_model(repo, content):
    folder = catalogue.runs_folder(repo)
    folder.mkdir(parents=True)
    (folder / "current.json").write_text(content)
    assert catalogue.current_path(repo) is None


def test_a_model_in_the_repository_is_not_picked_up(repo):
    (repo / "model.gguf").write_bytes(b"GGUF")
    (repo / "current.json").write_text('{"run": "."}')
    assert catalogue.current_path(repo) is None


def test_a_named_model_wins(repo, tiny_gguf):
    add_run(repo, "first")
    catalogue.promote(repo, "first")
    assert catalogue.resolve(str(tiny_gguf), repo) == tiny_gguf


def test_the_starter_has_a_name_also_where_another_model_is_in_use(repo):
    add_run(repo, "first")
    catalogue.promote(repo, "first")
    assert catalogue.resolve("starter", repo) == catalogue.starter_path()


def test_a_folder_can_be_a_run_or_a_hugging_face_model(repo, tmp_path):
    folder = add_run(repo, "first")
    assert catalogue.resolve(str(folder), None) == folder / "model.gguf"
    (tmp_path / "config.json").write_text("{}")
    assert catalogue.resolve(str(tmp_path), None) == tmp_path


def test_a_path_without_a_model_is_one_sentence(repo):
    with pytest.raises(ModelError, match="does not exist"):
        catalogue.resolve(str(repo / "absent.gguf"), None)
    with pytest.raises(ModelError, match="holds no model"):
        catalogue.resolve(str(repo), None)


def test_backends_open_by_the_kind_of_model(tiny_gguf, tiny_checkpoint):
    prompt = Prompt(Direction.TO_DOC, "python", "function", "x", "", "", VERSION)
    for path in (tiny_gguf, tiny_checkpoint):
        with closing(catalogue.open_backend(str(path), None)) as backend:
            assert backend.generate([prompt], Limits.greedy(2))[0].token_ids


def test_trained_runs_are_listed_newest_first(repo):
    import os

    first, second = add_run(repo, "first"), add_run(repo, "second")
    os.utime(first / "model.gguf", (1, 1))
    (first / "card.json").write_text(json.dumps({"after": {"round_trip": 0.5}}))
    (catalogue.runs_folder(repo) / "unfinished").mkdir()
    catalogue.promote(repo, "first")
    newest, oldest = catalogue.trained_runs()
    assert (newest.folder, newest.is_current, newest.card) == (second, False, {})
    assert (oldest.folder, oldest.is_current, oldest.repo) == (first, True, repo)
    assert oldest.card == {"after": {"round_trip": 0.5}}
    assert oldest.finished.timestamp() == 1


def test_no_runs_no_list():
    assert catalogue.trained_runs() == []


def test_without_git_the_nearest_trained_folder_around_counts(tmp_path):
    project = tmp_path / "project"
    (project / "package").mkdir(parents=True)
    model = add_run(project, "first") / "model.gguf"
    catalogue.promote(project, "first")
    assert catalogue.resolve(None, project / "package") == model
    assert catalogue.current_path(tmp_path) is None
