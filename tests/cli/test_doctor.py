import json

import pytest

from batdoc import __version__


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))


def checks_of(result):
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_a_good_installation_is_told_in_a_line_each(batdoc, tiny_gguf):
    result = batdoc("doctor", "--model", str(tiny_gguf))
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    assert f"batdoc {__version__}, Python 3" in result.stdout
    assert f"{tiny_gguf} (named by --model)" in result.stdout


def test_json_has_every_check(batdoc, tiny_gguf, tmp_path):
    result = batdoc("doctor", "--json", "--model", str(tiny_gguf))
    checks = checks_of(result)
    assert json.loads(result.stdout)["ok"] is True
    assert {"version", "packages", "data", "model", "decode", "network"} <= set(checks)
    assert "llama-cpp-python 0.3.36" in checks["packages"]["found"]
    assert str(tmp_path / "data") in checks["data"]["found"]
    assert "loaded and decoded" in checks["decode"]["found"]
    assert "refused and asked for none" in checks["network"]["found"]


def test_a_damaged_model_is_a_finding(batdoc, tiny_gguf, tmp_path):
    (tmp_path / "cut.gguf").write_bytes(tiny_gguf.read_bytes()[:5000])
    result = batdoc("doctor", "--json", "--model", "cut.gguf")
    assert result.exit_code == 1
    checks = checks_of(result)
    assert not checks["decode"]["is_ok"]
    assert "cut.gguf cannot be loaded" in checks["decode"]["found"]
    assert "not tested" in checks["network"]["found"]


def test_a_missing_model_is_a_finding_and_the_engine_is_tried_all_the_same(batdoc):
    result = batdoc("doctor", "--json", "--model", "no.gguf")
    assert result.exit_code == 1
    checks = checks_of(result)
    assert "no.gguf does not exist" in checks["model"]["found"]
    assert checks["decode"]["is_ok"]


def test_a_data_folder_that_cannot_be_used_is_a_finding(batdoc, monkeypatch, tiny_gguf):
    monkeypatch.setenv("BATDOC_DATA", "relative")
    result = batdoc("doctor", "--json", "--model", str(tiny_gguf))
    assert result.exit_code == 1
    assert "make it an absolute path" in checks_of(result)["data"]["found"]
