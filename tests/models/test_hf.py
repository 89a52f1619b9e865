"""The transformers backend, on a real model with random weights."""

import shutil
import subprocess
import sys
import threading
import time
from contextlib import closing
from threading import Event

import pytest

from batdoc.models.backend import Finish, Limits
from batdoc.models.backends.hf import HfBackend
from batdoc.models.prompts import CONTROL_TOKENS, VERSION, Direction, Prompt, encode
from batdoc.source.errors import Cancelled, ModelError


def prompt_of(code: str) -> Prompt:
    return Prompt(Direction.TO_DOC, "python", "python function\nf", code, "", "", VERSION)


@pytest.fixture(scope="module")
def backend(tiny_checkpoint):
    with closing(HfBackend(tiny_checkpoint)) as opened:
        yield opened


@pytest.fixture(scope="module")
def tokenizer(backend):
    return backend._tokenizer


def test_control_tokens_in_the_users_text_stay_text(tokenizer):
    control = {tokenizer.control_id(token) for token in CONTROL_TOKENS}
    assert None not in control
    plain = tokenizer.encode_plain("".join(CONTROL_TOKENS))
    assert not control & set(plain)
    assert tokenizer.decode(plain) == "".join(CONTROL_TOKENS)
    assert set(tokenizer.encode_template("".join(CONTROL_TOKENS))) == control


@pytest.mark.parametrize("text", ["grüße 👩‍👩‍👧 日本語 é\t\r\n ", " " * 77, "a , b 's"])
def test_plain_text_survives_tokens_and_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode_plain(text)) == text


def test_a_character_that_lacks_bytes_is_not_in_the_text_yet(tokenizer):
    tokens = tokenizer.encode_plain("日")
    assert [tokenizer.decode(tokens[:i]) for i in (1, 2, 3)] == ["", "", "日"]


def test_log_probabilities_are_those_of_one_pass_over_the_whole_text(backend, tiny_checkpoint):
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_checkpoint)
    prompts = [prompt_of("x"), prompt_of("y" * 50)]  # of unlike length, so that one is padded
    for prompt, completion in zip(
        prompts, backend.generate(prompts, Limits(12, 1.0, 0.9, 3)), strict=True
    ):
        question = encode(prompt, backend._tokenizer)
        tokens = torch.tensor([*question, *completion.token_ids])
        with torch.inference_mode():
            logprobs = model(tokens[None]).logits[0].log_softmax(-1)
        expected = logprobs[len(question) - 1 : -1].gather(1, tokens[len(question) :, None])[:, 0]
        assert completion.logprobs == pytest.approx(expected.tolist(), abs=1e-4)


def test_scores_are_those_of_each_text_alone(backend, tiny_checkpoint):
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_checkpoint)
    prompts = [prompt_of("x"), prompt_of("y" * 50), prompt_of("z")]
    texts = ["Return it.", "No", ""]
    scores = backend.score(prompts, texts)
    assert scores[2] == ()
    for prompt, text, logprobs in zip(prompts, texts, scores, strict=True):
        question = encode(prompt, backend._tokenizer)
        tokens = torch.tensor([*question, *backend._tokenizer.encode_plain(text)])
        with torch.inference_mode():
            rows = model(tokens[None]).logits[0].log_softmax(-1)
        expected = rows[len(question) - 1 : -1].gather(1, tokens[len(question) :, None])[:, 0]
        assert logprobs == pytest.approx(expected.tolist(), abs=1e-4)


def test_every_prompt_has_a_generator_of_its_own(backend):
    first, other = (
        [c.token_ids for c in backend.generate([prompt_of("x")] * 3, Limits(20, 1.0, 1.0, seed))]
        for seed in (1, 2)
    )
    assert first[1:] == other[:2]  # prompt i is sampled with seed + i
    assert len({*first, *other}) == 4


def test_answers_end_at_the_end_token_and_show_no_control_token(backend):
    wild = Limits(max_tokens=60, temperature=50.0, top_p=1.0, seed=1)
    completions = backend.generate([prompt_of("x")] * 17, wild)
    assert {c.finish for c in completions} == {Finish.STOP, Finish.LENGTH}
    assert not any("<|" in c.text for c in completions)


def test_a_prompt_that_does_not_fit_is_refused(backend):
    with pytest.raises(ModelError, match=r"prompt of \d+ tokens .* context of 512"):
        backend.generate([prompt_of("y" * 900)], Limits.greedy(8))
    with pytest.raises(ModelError, match=r"prompt of \d+ tokens .* context of 512"):
        backend.score([prompt_of("x")], ["y" * 900])


def test_cancel_ends_a_running_call(backend):
    cancel = Event()
    threading.Timer(0.1, cancel.set).start()
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        backend.generate([prompt_of("x" * 100)] * 64, Limits.greedy(300), cancel=cancel)
    assert time.perf_counter() - start < 1.5
    assert backend.generate([prompt_of("x")], Limits.greedy(2))[0].token_ids


def test_an_instruct_model_is_asked_through_its_own_template(tiny_qwen):
    with closing(HfBackend(tiny_qwen)) as backend:
        longer, shorter = (backend.count_tokens(prompt_of(code)) for code in ("xy", "x"))
        assert longer == shorter + 1
        assert len(backend.generate([prompt_of("x")] * 2, Limits.greedy(3))) == 2


def test_close_can_be_called_again_and_ends_all_use(tiny_checkpoint):
    backend = HfBackend(tiny_checkpoint)
    backend.close()
    backend.close()
    with pytest.raises(ModelError, match="was closed"):
        backend.generate([prompt_of("x")], Limits.greedy(1))


def test_weights_that_are_not_safetensors_are_refused(tiny_checkpoint, tmp_path):
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="holds no safetensors"):
        HfBackend(folder)


def test_damaged_weights_are_one_sentence(tiny_checkpoint, tmp_path):
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "cut")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cut cannot be loaded") as caught:
        HfBackend(folder)
    assert "\n" not in str(caught.value)


def test_code_that_comes_with_a_model_is_not_run(tiny_checkpoint, tmp_path):
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "foreign")
    config = (folder / "config.json").read_text()
    foreign = '{"auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"},'
    (folder / "config.json").write_text(
        config.replace("{", foreign, 1).replace('"llama"', '"their_own"')
    )
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(ModelError):
        HfBackend(folder)
    assert not (tmp_path / "ran").exists()


def test_loading_and_answering_asks_nothing_of_the_network(tiny_checkpoint):
    script = """
import sys
asked = []
sys.addaudithook(lambda event, _: asked.append(event) if event.startswith("socket.") else None)
from pathlib import Path
from batdoc.models.backend import Limits
from batdoc.models.backends.hf import HfBackend
from batdoc.models.prompts import Direction, Prompt
asked.clear()  # libraries probe for IPv6 when they are imported
backend = HfBackend(Path(sys.argv[1]))
backend.generate([Prompt(Direction.TO_DOC, "python", "s", "x", "", "", 1)], Limits.greedy(2))
print(asked)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, tiny_checkpoint], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
