"""Real models, made small: random weights, a tokenizer trained on the spot, every file as shipped.

torch and transformers are imported inside the fixtures, so that tests of the lower floors stay
quick. No test may reach the network.
"""

import json
import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from batdoc.models.catalogue import starter_path
from batdoc.models.prompts import CONTROL_TOKENS, END

os.environ["HF_HUB_OFFLINE"] = "1"

_QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_SIZES = {
    "hidden_size": 256,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 512,
    "tie_word_embeddings": True,
}


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the journal of the person who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BATDOC_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama with batdoc's control tokens, as the starter is: a Hugging Face folder."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("tiny_llama")
    tokenizer = _train_tokenizer(ByteLevel(add_prefix_space=False), CONTROL_TOKENS)
    config = LlamaConfig(vocab_size=tokenizer.get_vocab_size(), num_key_value_heads=4, **_SIZES)
    _save(folder, LlamaForCausalLM, config, tokenizer, {"eos_token": END, "pad_token": END})
    return folder


@pytest.fixture(scope="session")
def tiny_qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen2 with grouped heads, its pre-tokenizer, NFC and a chat template."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    return _make_qwen(tmp_path_factory.mktemp("tiny_qwen"), Qwen2ForCausalLM, Qwen2Config)


@pytest.fixture(scope="session")
def tiny_qwen3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen3: no biases, norms of queries and keys, heads wider than their share."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    folder = tmp_path_factory.mktemp("tiny_qwen3")
    return _make_qwen(folder, Qwen3ForCausalLM, Qwen3Config, head_dim=128)


def _make_qwen(folder: Path, model_class, config_class, **sizes) -> Path:
    from tokenizers import Regex, normalizers
    from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

    words = Split(Regex(_QWEN_WORDS), behavior="isolated")
    bytes_ = ByteLevel(add_prefix_space=False, use_regex=False)
    special = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    tokenizer = _train_tokenizer(Sequence([words, bytes_]), special)
    tokenizer.normalizer = normalizers.NFC()
    words_known = tokenizer.get_vocab_size()
    config = config_class(vocab_size=words_known + 5, num_key_value_heads=2, **_SIZES, **sizes)
    names = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "chat_template": _CHATML}
    _save(folder, model_class, config, tokenizer, names)
    return folder


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama with batdoc's control tokens and F32 weights: made and loaded in no time."""
    from gguf import GGMLQuantizationType

    from batdoc.models.tiny_model import write_tiny_model

    path = tmp_path_factory.mktemp("tiny_gguf") / "tiny.gguf"
    write_tiny_model(path, GGMLQuantizationType.F32)
    return path


def _train_tokenizer(pre_tokenizer, special):
    """Train a byte-level BPE of about 700 tokens on a module of the standard library."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=list(special),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        max_token_length=32,
        show_progress=False,
    )
    tokenizer.train_from_iterator([Path(textwrap.__file__).read_text("utf-8")], trainer)
    return tokenizer


def _save(folder, model_class, config, tokenizer, tokenizer_config):
    """Write a seeded random model and its tokenizer the way transformers would find them."""
    import torch

    config.bos_token_id = None
    config.eos_token_id = tokenizer.token_to_id(tokenizer_config["eos_token"])
    config.pad_token_id = tokenizer.token_to_id(tokenizer_config["pad_token"])
    torch.manual_seed(5)  # with most others the tiny model only repeats a control token
    model = model_class(config)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    plain = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    text = json.dumps(plain | tokenizer_config, indent=2)
    (folder / "tokenizer_config.json").write_text(text, "utf-8")


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """Start llama-cpp-python's own server with the starter; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = int(server.getsockname()[1])
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(starter_path())]
    options = f"--port {number} --n_ctx 512 --n_threads 1 --chat_format chatml".split()
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
        process.kill()
