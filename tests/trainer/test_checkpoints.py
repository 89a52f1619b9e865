from pathlib import Path

import pytest

from batdoc.trainer.checkpoints import last_complete, mark_complete, write_json


def checkpoint(folder: Path, step: int) -> Path:
    made = folder / f"checkpoint-{step}"
    made.mkdir()
    (made / "model.safetensors").write_bytes(b"weights")
    (made / "training_args.bin").write_bytes(b"pickle")
    return made


def test_only_whole_checkpoints_count(tmp_path: Path) -> None:
    for step in (2, 10):
        mark_complete(checkpoint(tmp_path, step))
    broken = checkpoint(tmp_path, 12)
    found = last_complete(tmp_path)
    assert found == tmp_path / "checkpoint-10"
    assert not broken.exists()
    assert not (found / "training_args.bin").exists()


@pytest.mark.parametrize("damage", [b"", b"weighty", b"Weights"])
def test_a_damaged_checkpoint_is_named_and_the_one_before_used(
    tmp_path: Path, damage: bytes
) -> None:
    for step in (2, 10):
        mark_complete(checkpoint(tmp_path, step))
    told: list[str] = []
    assert last_complete(tmp_path, told.append) == tmp_path / "checkpoint-10"
    assert told == []
    (tmp_path / "checkpoint-10" / "model.safetensors").write_bytes(damage)
    assert last_complete(tmp_path, told.append) == tmp_path / "checkpoint-2"
    assert told == [f"{tmp_path / 'checkpoint-10'} is damaged; going on from the one before it"]
    (tmp_path / "checkpoint-2" / "model.safetensors").unlink()
    assert last_complete(tmp_path, told.append) is None


def test_a_damaged_mark_is_none(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"files": 1}'):
        mark_complete(checkpoint(tmp_path, 1))
        (tmp_path / "checkpoint-1" / "complete.json").write_text(text)
        assert last_complete(tmp_path) is None


def test_there_may_be_none(tmp_path: Path) -> None:
    assert last_complete(tmp_path) is None
    assert last_complete(tmp_path / "nothing") is None


def test_json_replaces_in_one_step(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"a": 1})
    write_json(tmp_path / "a.json", {"a": 2})
    assert (tmp_path / "a.json").read_text() == '{\n  "a": 2\n}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
