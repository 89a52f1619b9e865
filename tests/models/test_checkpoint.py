import json
import shutil

import pytest

from batdoc.models.checkpoint import Checkpoint, copy_tokenizer, load_trainable, tokenizer_hash
from batdoc.models.gguf import GgufLabel, write_gguf
from batdoc.source.errors import ModelError

LABEL = GgufLabel("tiny", None, prompt_version=1)


@pytest.fixture(params=["tiny_checkpoint", "tiny_qwen"])
def model_dir(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def starter(tiny_checkpoint, tmp_path):
    """A GGUF file with the files beside it that the embedded model has."""
    write_gguf(tiny_checkpoint, tmp_path / "starter.gguf", LABEL)
    copy_tokenizer(tiny_checkpoint, tmp_path)
    shutil.copyfile(tiny_checkpoint / "config.json", tmp_path / "config.json")
    return tmp_path / "starter.gguf"


def _logits(model):
    import torch

    with torch.no_grad():
        return model(torch.arange(40)[None]).logits


def test_a_record_survives_the_disk(tmp_path):
    checkpoint = Checkpoint(
        base_model="base",
        adapter="adapter",
        tokenizer_hash="ab",
        prompt_version=1,
        gguf_files={"q8_0": "model.gguf"},
        metrics_before={"reward": 0.25},
        metrics_after={"reward": 0.5},
    )

    checkpoint.save(tmp_path)

    assert Checkpoint.load(tmp_path) == checkpoint


@pytest.mark.parametrize("text", ["", "[]", '{"base_model": "x"}'])
def test_a_record_that_is_none_is_named(tmp_path, text):
    (tmp_path / "checkpoint.json").write_text(text, "utf-8")

    with pytest.raises(ModelError, match=r"checkpoint\.json is no record"):
        Checkpoint.load(tmp_path)


def test_training_reads_back_the_file_that_was_written(model_dir, tmp_path):
    import torch

    write_gguf(model_dir, tmp_path / "m.gguf", LABEL)
    copy_tokenizer(model_dir, tmp_path)
    shutil.copyfile(model_dir / "config.json", tmp_path / "config.json")

    from_gguf, from_folder = load_trainable(tmp_path / "m.gguf"), load_trainable(model_dir)

    assert torch.equal(_logits(from_gguf.model), _logits(from_folder.model))
    assert from_gguf.model.dtype == torch.float32
    assert from_gguf.tokenizer.eos_token_id == from_folder.tokenizer.eos_token_id
    from_gguf.model.save_pretrained(tmp_path / "saved")
    assert "quantization" not in (tmp_path / "saved" / "config.json").read_text("utf-8")


def test_transformers_own_reader_agrees(model_dir, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM

    write_gguf(model_dir, tmp_path / "m.gguf", LABEL)

    theirs = AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file="m.gguf")

    assert torch.equal(_logits(theirs), _logits(load_trainable(model_dir).model))


def test_a_quantised_starter_can_be_trained(starter):
    import torch

    from batdoc.models.backends.quantize import quantize

    small = starter.with_name("small.gguf")
    quantize(starter, small, "q8_0")

    trainable = load_trainable(small)

    assert torch.allclose(
        _logits(trainable.model), _logits(load_trainable(starter).model), atol=0.1
    )
    loss = trainable.model(torch.arange(40)[None], labels=torch.arange(40)[None]).loss
    loss.backward()
    assert trainable.model.model.embed_tokens.weight.grad.abs().sum() > 0


def test_tokenizer_files_are_copied_byte_for_byte(tiny_checkpoint, tmp_path):
    copy_tokenizer(tiny_checkpoint, tmp_path)

    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / name).read_bytes() == (tiny_checkpoint / name).read_bytes()
    assert tokenizer_hash(tmp_path) == tokenizer_hash(tiny_checkpoint)


def test_a_tokenizer_of_another_model_is_refused(starter, tiny_qwen):
    copy_tokenizer(tiny_qwen, starter.parent)

    with pytest.raises(ModelError, match=r"is not the tokenizer of starter\.gguf"):
        load_trainable(starter)


def test_a_folder_whose_tokenizer_is_larger_than_its_model_is_refused(tiny_checkpoint, tmp_path):
    model = shutil.copytree(tiny_checkpoint, tmp_path / "model")
    data = json.loads((model / "tokenizer.json").read_text("utf-8"))
    new = {"id": 700, "content": "<|new|>", "special": True}
    data["added_tokens"].append(data["added_tokens"][0] | new)
    (model / "tokenizer.json").write_text(json.dumps(data), "utf-8")

    with pytest.raises(ModelError, match="tokenizer has 701 tokens but the model has 700"):
        load_trainable(model)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "config.json"])
def test_a_missing_file_is_named(starter, name):
    (starter.parent / name).unlink()

    with pytest.raises(ModelError, match=f"without {name} beside it"):
        load_trainable(starter)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="does not exist"):
        load_trainable(tmp_path / "none.gguf")


def test_a_cut_off_file_is_named(starter):
    starter.write_bytes(starter.read_bytes()[:5000])

    with pytest.raises(ModelError, match="not a whole GGUF file"):
        load_trainable(starter)
