import json
import shutil

import gguf
import numpy as np
import pytest

from batdoc.models import prompts
from batdoc.models.gguf import GgufLabel, write_gguf
from batdoc.models.gguf_reader import GgufFile, license_of
from batdoc.models.gguf_tokenizer import normalizes_to_nfc, read_tokenizer
from batdoc.models.weights import stored_tensors
from batdoc.source.errors import ModelError

LABEL = GgufLabel("tiny", "apache-2.0", prompt_version=7)


@pytest.fixture
def llama(tiny_checkpoint, tmp_path):
    return shutil.copytree(tiny_checkpoint, tmp_path / "llama")


@pytest.fixture
def qwen(tiny_qwen, tmp_path):
    return shutil.copytree(tiny_qwen, tmp_path / "qwen")


def _edit(file, **changes):
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(content | changes), "utf-8")


def _fields(file):
    fields = gguf.GGUFReader(file).fields
    return {name: field.contents() for name, field in fields.items()}


def test_a_llama_file_says_what_it_is(llama, tmp_path):
    write_gguf(llama, tmp_path / "m.gguf", LABEL)

    fields = _fields(tmp_path / "m.gguf")
    assert fields["general.architecture"] == "llama"
    assert fields["general.name"] == "tiny"
    assert fields["general.license"] == "apache-2.0"
    assert fields["tokenizer.ggml.model"] == "gpt2"
    assert fields["tokenizer.ggml.pre"] == "gpt-2"
    assert fields["tokenizer.ggml.eos_token_id"] == 0
    assert fields["tokenizer.ggml.padding_token_id"] == 0
    assert "tokenizer.ggml.bos_token_id" not in fields
    assert fields["tokenizer.ggml.add_bos_token"] is False
    assert fields["tokenizer.ggml.token_type"][:7] == [gguf.TokenType.CONTROL] * 6 + [1]
    assert fields["batdoc.prompt_version"] == 7
    assert fields["llama.rope.freq_base"] == 10000.0


def test_a_tied_model_has_no_output_matrix(llama, tmp_path):
    write_gguf(llama, tmp_path / "m.gguf", LABEL)

    kinds = GgufFile(tmp_path / "m.gguf").tensor_types()
    assert "output.weight" not in kinds
    assert set(kinds.values()) == {"F32"}


def test_a_qwen2_file_keeps_template_and_spare_rows(qwen, tmp_path):
    write_gguf(qwen, tmp_path / "m.gguf", LABEL)

    fields = _fields(tmp_path / "m.gguf")
    assert fields["general.architecture"] == "qwen2"
    assert fields["tokenizer.ggml.pre"] == "qwen2"
    assert "<|im_start|>assistant" in fields["tokenizer.chat_template"]
    assert fields["tokenizer.ggml.tokens"][-1] == "[PAD704]"
    assert fields["tokenizer.ggml.token_type"][-1] == gguf.TokenType.UNUSED
    assert fields["qwen2.attention.head_count_kv"] == 2


def test_a_chat_template_of_its_own_file_comes_first(qwen):
    (qwen / "chat_template.jinja").write_text("from the file", "utf-8")

    assert read_tokenizer(qwen, 705).chat_template == "from the file"


def test_only_qwen2s_tokenizer_composes_characters(llama, qwen):
    assert normalizes_to_nfc(qwen)
    assert not normalizes_to_nfc(llama)


def test_the_vocabulary_is_read_back(llama, tmp_path):
    write_gguf(llama, tmp_path / "m.gguf", LABEL)

    tokens = GgufFile(tmp_path / "m.gguf").tokens()
    assert tokens == read_tokenizer(llama, 700).tokens
    assert tokens[:6] == prompts.CONTROL_TOKENS


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("model_type", "gpt2", "cannot export gpt2 models"),
        ("rope_parameters", {"rope_type": "llama3"}, "cannot export llama3 position scaling"),
        ("use_sliding_window", True, "sliding windows"),
        ("hidden_act", "gelu", "SiLU alone"),
        ("vocab_size", 800, "embedding has 700 tokens but config.json says 800"),
        ("vocab_size", 600, "tokenizer has 700 tokens but the model has 600"),
    ],
)
def test_what_would_be_lost_is_refused(llama, tmp_path, setting, value, message):
    _edit(llama / "config.json", **{setting: value})

    with pytest.raises(ModelError, match=message):
        write_gguf(llama, tmp_path / "m.gguf", LABEL)


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("pre_tokenizer", {"type": "Whitespace"}, "cuts words"),
        ("model", {"type": "Unigram", "vocab": []}, "not byte-level BPE"),
    ],
)
def test_a_tokenizer_that_llama_cpp_cannot_follow_is_refused(llama, part, value, message):
    _edit(llama / "tokenizer.json", **{part: value})

    with pytest.raises(ModelError, match=message):
        read_tokenizer(llama, 700)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(llama, tmp_path, name):
    (llama / name).unlink()

    with pytest.raises(ModelError, match=name):
        write_gguf(llama, tmp_path / "m.gguf", LABEL)


def test_weights_in_bfloat16_keep_every_value(tiny_checkpoint, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_checkpoint, dtype=torch.bfloat16)
    model.save_pretrained(tmp_path)

    tensor = stored_tensors(tmp_path)["model.norm.weight"]
    embedding = stored_tensors(tmp_path)["model.embed_tokens.weight"]
    assert (tensor.dtype, embedding.dtype) == ("BF16", "BF16")
    expected = model.model.embed_tokens.weight.detach().float().numpy()
    np.testing.assert_array_equal(embedding.load(), expected)


def test_weights_in_several_files_are_all_found(tiny_checkpoint, tmp_path):
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_checkpoint)
    model.save_pretrained(tmp_path, max_shard_size="1MB")

    sharded, single = stored_tensors(tmp_path), stored_tensors(tiny_checkpoint)
    assert len({tensor.file for tensor in sharded.values()}) > 1
    assert list(sharded) == list(single)
    for name, tensor in sharded.items():
        np.testing.assert_array_equal(tensor.load(), single[name].load())


def test_weights_that_are_cut_off_are_named(llama):
    file = llama / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])

    with pytest.raises(ModelError, match="cut off"):
        stored_tensors(llama)


def test_weights_that_are_no_safetensors_are_named(llama):
    (llama / "model.safetensors").write_bytes(b"PK\x03\x04 a pickle in a zip file")

    with pytest.raises(ModelError, match="not a whole safetensors file"):
        stored_tensors(llama)


def test_the_licence_is_found_in_a_card_and_in_a_file(llama, tmp_path):
    (llama / "README.md").write_text("---\nlicense: mit\ntags: [x]\n---\n# A model\n", "utf-8")
    write_gguf(llama, tmp_path / "m.gguf", LABEL)

    assert license_of(llama) == "mit"
    assert license_of(tmp_path / "m.gguf") == "apache-2.0"


def test_an_unknown_licence_is_none(llama, tmp_path):
    write_gguf(llama, tmp_path / "m.gguf", GgufLabel("tiny", None, prompt_version=1))

    assert license_of(llama) is None
    assert license_of(tmp_path / "m.gguf") is None
