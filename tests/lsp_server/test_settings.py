from pathlib import Path

import pytest

from batdoc.lsp_server.settings import DEFAULTS, Check, Settings, read_settings, settle_for
from batdoc.source.docstring import Style
from batdoc.source.house.style import learn


def test_good_settings_are_taken(tmp_path):
    model = tmp_path / "model.gguf"
    value = {"model": str(model), "style": "numpy", "lineLength": 79, "check": "all"}
    value |= {"checkWorkspace": True, "codeLens": True}
    expected = Settings(str(model), Style.NUMPY, 79, Check.ALL, True, True)
    assert read_settings(value, []) == (expected, [])


def test_a_model_may_be_behind_a_url():
    settings, told = read_settings({"model": "http://127.0.0.1:8080/v1"}, [])
    assert (settings.model, told) == ("http://127.0.0.1:8080/v1", [])


@pytest.mark.parametrize("value", [None, {}, {"model": "", "style": ""}, {"model": None}])
def test_nothing_set_means_the_defaults(value):
    assert read_settings(value, []) == (DEFAULTS, [])


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("fast", "must be an object"),
        ({"modle": "/m.gguf"}, 'nearest is "model"'),
        ({"model": 3}, '"model" must be a path'),
        ({"model": "m.gguf"}, "absolute"),
        ({"style": "javadoc"}, "google, numpy, rest"),
        ({"style": ["google"]}, "google, numpy, rest"),
        ({"style": "plain"}, "google, numpy, rest"),
        ({"lineLength": 10}, "40 or more"),
        ({"lineLength": True}, "40 or more"),
        ({"lineLength": "88"}, "40 or more"),
        ({"check": "some"}, "off, drift, all"),
        ({"codeLens": 1}, '"codeLens" must be true or false'),
        ({"checkWorkspace": "yes"}, '"checkWorkspace" must be true or false'),
    ],
)
def test_wrong_settings_are_told_and_replaced(value, part):
    settings, told = read_settings(value, [])
    assert settings == DEFAULTS
    assert len(told) == 1
    assert part in told[0]


def test_a_wrong_setting_leaves_the_others_alone():
    settings, told = read_settings({"style": "javadoc", "lineLength": 100}, [])
    assert settings.line_length == 100
    assert len(told) == 1


def test_an_open_folder_cannot_bring_the_model(tmp_path):
    clone = tmp_path / "clone"
    (clone / "models").mkdir(parents=True)
    link = tmp_path / "link.gguf"
    link.symlink_to(clone / "models" / "m.gguf")
    for model in (clone / "models" / "m.gguf", clone / "x" / ".." / "m.gguf", link):
        settings, told = read_settings({"model": str(model)}, [clone])
        assert settings.model is None
        assert "must not choose the model" in told[0]
    outside = tmp_path / "m.gguf"
    assert read_settings({"model": str(outside)}, [clone])[0].model == str(outside)


def test_a_home_folder_may_be_shortened():
    settings, told = read_settings({"model": "~/m.gguf"}, [])
    assert settings.model == str(Path.home() / "m.gguf")
    assert told == []


def test_where_the_client_says_nothing_the_repository_does(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nstyle = "numpy"\nline-length = 60\n')
    settle, told = settle_for(tmp_path)
    house = settle(learn([]), "python")
    assert (house.style, house.line_length, told) == (Style.NUMPY, 60, [])


def test_wrong_settings_of_the_repository_are_told_and_left_out(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text('[tool.batdoc]\nstyl = "numpy"\n')
    settle, (complaint,) = settle_for(tmp_path)
    assert settle(learn([]), "python") == learn([])
    assert 'the nearest is "style"' in complaint


def test_a_document_that_is_no_file_has_no_repository():
    settle, told = settle_for(None)
    assert (settle(learn([]), "python"), told) == (learn([]), [])
