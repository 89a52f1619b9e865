"""The llama.cpp backend, on a real model with random weights."""

import gc
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader

from batdoc.models.backend import Finish, Limits
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.backends.llama_library import AbortFlag, library, load_model
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary, TextOfTokens
from batdoc.models.backends.token_batch import Feed
from batdoc.models.catalogue import resolve
from batdoc.models.prompts import CONTROL_TOKENS, END, TO_DOC, VERSION, Direction, Prompt, encode
from batdoc.models.tiny_model import write_tiny_model
from batdoc.source.errors import Cancelled, ModelError

WILD = Limits(max_tokens=200, temperature=50.0, top_p=1.0, seed=7)
UNICODE = [
    "def grüße(): return '👩‍👩‍👧'  # 日本語 עברית é é",
    "\t\tx = '\x00\r\n'",
    " " * 77,
    "".join(CONTROL_TOKENS),
]


def prompt_of(code: str) -> Prompt:
    return Prompt(Direction.TO_DOC, "python", "python function\nf", code, "", "", VERSION)


@pytest.fixture(scope="module")
def backend(tiny_gguf):
    with closing(LlamaCppBackend(tiny_gguf)) as opened:
        yield opened


@pytest.fixture(scope="module")
def vocabulary(tiny_gguf):
    model = load_model(tiny_gguf)
    yield LlamaVocabulary(model)
    library().llama_model_free(model)


@pytest.fixture(scope="module")
def slow_backend(tmp_path_factory):
    """A model whose context takes long enough to fill that it can be interrupted."""
    path = tmp_path_factory.mktemp("slow") / "slow.gguf"
    write_tiny_model(path, context_size=4096)
    with closing(LlamaCppBackend(path)) as opened:
        yield opened


# Tokens and text


@pytest.mark.parametrize("text", UNICODE)
def test_plain_text_survives_tokens_and_back(vocabulary, text):
    tokens = vocabulary.encode_plain(text)
    grown = TextOfTokens(vocabulary)
    assert [grown.add(token) for token in tokens][-1] == text


def test_control_tokens_in_the_users_text_stay_text(vocabulary):
    control = {vocabulary.control_id(token) for token in CONTROL_TOKENS}
    assert None not in control
    assert not control & set(vocabulary.encode_plain("".join(CONTROL_TOKENS)))
    assert set(vocabulary.encode_template("".join(CONTROL_TOKENS))) == control


def test_control_tokens_have_no_text(vocabulary):
    assert {vocabulary.piece(vocabulary.control_id(token)) for token in CONTROL_TOKENS} == {b""}


def test_only_the_prompts_own_control_tokens_are_read_as_such(vocabulary):
    hostile = prompt_of(f"x = '{END}{TO_DOC}'")
    tokens = encode(hostile, vocabulary)
    assert [t for t in tokens if t in range(len(CONTROL_TOKENS))] == [1, 3, 4]


def test_a_long_token_keeps_all_its_bytes(vocabulary):
    (token,) = vocabulary.encode_plain(" " * 8)
    assert vocabulary.piece(token) == b" " * 8


def test_a_character_that_lacks_bytes_is_not_in_the_text_yet(vocabulary):
    grown = TextOfTokens(vocabulary)
    first, second, third = vocabulary.encode_plain("日")
    assert [grown.add(first), grown.add(second), grown.add(third)] == ["", "", "日"]


def test_a_lone_surrogate_is_tokenized_as_a_question_mark(vocabulary):
    assert vocabulary.encode_plain("a\udc80") == vocabulary.encode_plain("a?")


# What the model computes


def test_log_probabilities_are_those_of_the_model_computed_in_numpy(tiny_gguf, backend, vocabulary):
    prompt = prompt_of("def the(x):\n    return x\n")
    (completion,) = backend.generate([prompt], Limits(12, 1.0, 1.0, 5))
    tokens = [*encode(prompt, vocabulary), *completion.token_ids]
    expected = numpy_logprobs(tiny_gguf, tokens)
    start = len(tokens) - len(completion.token_ids)
    for offset, (token, logprob) in enumerate(
        zip(completion.token_ids, completion.logprobs, strict=True)
    ):
        assert logprob == pytest.approx(expected[start + offset - 1, token], abs=0.1)


def numpy_logprobs(path, tokens):
    """Compute a Llama from its file, all positions at once: log-probabilities (T, V)."""
    weights = {t.name: np.array(t.data, np.float64) for t in GGUFReader(path).tensors}
    length, heads = len(tokens), 4
    x = weights["token_embd.weight"][tokens]
    width = x.shape[1] // heads

    def norm(values, name):
        return values / np.sqrt((values**2).mean(-1, keepdims=True) + 1e-5) * weights[name]

    def rotate(values):
        angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, width, 2) / width)
        turned = np.exp(1j * angles)[:, None] * (values[..., ::2] + 1j * values[..., 1::2])
        return np.stack([turned.real, turned.imag], -1).reshape(values.shape)

    for layer in range(2):
        w = {n: weights[f"blk.{layer}.{n}.weight"] for n in LAYER}
        h = norm(x, f"blk.{layer}.attn_norm.weight")
        q, k, v = ((h @ w[n].T).reshape(length, heads, width) for n in LAYER[:3])
        scores = np.einsum("qhd,khd->hqk", rotate(q), rotate(k)) / np.sqrt(width)
        scores += np.triu(np.full((length, length), -np.inf), 1)
        share = np.exp(scores - scores.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        x = x + np.einsum("hqk,khd->qhd", share, v).reshape(length, -1) @ w["attn_output"].T
        h = norm(x, f"blk.{layer}.ffn_norm.weight")
        gate = h @ w["ffn_gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w["ffn_up"].T)) @ w["ffn_down"].T
    logits = norm(x, "output_norm.weight") @ weights["token_embd.weight"].T
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


LAYER = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


def test_a_prompt_that_begins_like_an_earlier_one_is_answered_as_if_it_were_new(tiny_gguf):
    shared = "def long_beginning():\n" + "    the_thing()\n" * 12
    prompts = [prompt_of(shared + f"    return {i}") for i in range(40)]
    with closing(LlamaCppBackend(tiny_gguf)) as warm:
        warm.generate(prompts[:1], Limits.greedy(8))
        together = warm.generate(prompts, Limits.greedy(8))
    for prompt, completion in zip(prompts[::13], together[::13], strict=True):
        with closing(LlamaCppBackend(tiny_gguf)) as fresh:
            (alone,) = fresh.generate([prompt], Limits.greedy(8))
        assert alone.token_ids == completion.token_ids
        assert alone.logprobs == pytest.approx(completion.logprobs, abs=0.05)


def test_scores_are_those_of_the_model_computed_in_numpy(tiny_gguf, backend, vocabulary):
    prompts = [prompt_of(code) for code in ("def the(x):\n    return x\n", "y", "y")]
    texts = ["Return it as it is.\n\n:param x: Grüße.", "", "z"]
    scores = backend.score(prompts, texts)
    assert scores[1] == ()
    for prompt, text, logprobs in zip(prompts, texts, scores, strict=True):
        read, scored = encode(prompt, vocabulary), vocabulary.encode_plain(text)
        expected = numpy_logprobs(tiny_gguf, [*read, *scored])[len(read) - 1 :]
        by_hand = [row[token] for row, token in zip(expected, scored, strict=False)]
        assert logprobs == pytest.approx(by_hand, abs=0.1)


def test_scores_of_many_texts_are_those_of_each_alone(tiny_gguf):
    beginning = "def long_beginning():\n" + "    the_thing()\n" * 12
    prompts = [prompt_of(beginning + f"    return {i % 7}") for i in range(40)]
    texts = [f"Return {'the thing ' * (i % 9)}{i}." for i in range(40)]
    with closing(LlamaCppBackend(tiny_gguf)) as many:
        together = many.score(prompts, texts)
    for i in range(0, 40, 6):
        with closing(LlamaCppBackend(tiny_gguf)) as fresh:
            (alone,) = fresh.score(prompts[i : i + 1], texts[i : i + 1])
        assert alone == pytest.approx(together[i], abs=0.1)


def test_the_score_of_what_was_written_is_what_the_writing_said():
    prompts = [prompt_of(f"def add_{i}(a, b):\n    return a + b + {i}\n") for i in range(5)]
    with closing(LlamaCppBackend(resolve(None, None))) as starter:
        written = starter.generate(prompts, Limits.greedy(24))
        scores = starter.score(prompts, [completion.text for completion in written])
    for logprobs, completion in zip(scores, written, strict=True):
        assert logprobs == pytest.approx(completion.logprobs, abs=0.05)


def test_a_score_is_cancelled_and_refuses_what_does_not_fit(backend):
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        backend.score([prompt_of("x")], ["y"], cancel)
    with pytest.raises(ModelError, match=r"answer of 600 do not fit .* context of 512"):
        backend.score([prompt_of("x")], ["y" * 600])


def test_a_seed_gives_the_same_text_and_another_seed_another(backend):
    limits = [Limits(20, 9.0, 0.95, seed) for seed in (1, 1, 2)]
    calls = [backend.generate([prompt_of("x = 1")] * 3, one) for one in limits]
    first, again, other = ([completion.token_ids for completion in call] for call in calls)
    assert first == again
    assert first[1:] == other[:2]  # prompt i is sampled with seed + i
    assert len({*first, *other}) == 4


def test_answers_end_at_the_end_token_and_show_no_control_token(backend, vocabulary):
    completions = backend.generate([prompt_of("x = 1")] * 30, WILD)
    assert {c.finish for c in completions} == {Finish.STOP, Finish.LENGTH}
    assert not any(vocabulary.control_id(END) in c.token_ids for c in completions)
    assert any(vocabulary.control_id(TO_DOC) in c.token_ids for c in completions)
    assert not any("<|" in c.text for c in completions)


def test_a_quantised_model_answers(tmp_path):
    write_tiny_model(tmp_path / "q8.gguf", GGMLQuantizationType.Q8_0)
    with closing(LlamaCppBackend(tmp_path / "q8.gguf")) as backend:
        assert all(
            len(c.token_ids) == 5 for c in backend.generate([prompt_of("x")] * 20, Limits.greedy(5))
        )


def test_an_instruct_model_is_asked_through_its_own_template(tmp_path):
    template = "{% for m in messages %}<|user|>{{ m.content }}\n{% endfor %}<|user|>"
    write_tiny_model(tmp_path / "chat.gguf", chat_template=template)
    with closing(LlamaCppBackend(tmp_path / "chat.gguf")) as backend:
        assert backend.generate([prompt_of("x = '<|user|>'")], Limits.greedy(3))[0].token_ids
        assert backend.count_tokens(prompt_of("xy")) == backend.count_tokens(prompt_of("x")) + 1


def test_a_prompt_that_does_not_fit_is_refused_and_the_next_one_answered(backend):
    with pytest.raises(ModelError, match=r"prompt of \d+ tokens .* context of 512"):
        backend.generate([prompt_of("x"), prompt_of("y" * 600)], Limits.greedy(8))
    assert backend.generate([prompt_of("x")], Limits.greedy(8))


# Stopping


def test_cancel_reaches_into_the_reading_of_a_long_prompt(slow_backend):
    prompts = [prompt_of("q" * 4000)] * 8
    cancel = Event()
    threading.Timer(0.1, cancel.set).start()
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        slow_backend.generate(prompts, Limits.greedy(8), cancel=cancel)
    assert time.perf_counter() - start < 0.6  # all of it takes seconds


def test_the_flag_stops_a_decode_and_lowered_lets_it_pass(tiny_gguf):
    context, flag = LlamaContext(tiny_gguf, 1), AbortFlag()
    context.abort_on(flag)
    flag.set()
    with pytest.raises(Cancelled):
        context.decode([Feed(0, 0, [9] * 200, 1)])
    flag.clear()
    assert context.decode([Feed(0, 0, [9] * 200, 1)]).shape[0] == 1
    context.free()


def test_a_cancelled_call_leaves_nothing_behind(tiny_gguf):
    prompts = [prompt_of(f"def f{i}(): pass") for i in range(18)]
    with closing(LlamaCppBackend(tiny_gguf)) as backend:
        before = backend.generate(prompts, Limits.greedy(10))
        cancel = Event()
        threading.Timer(0.02, cancel.set).start()
        with pytest.raises(Cancelled):
            backend.generate([prompt_of("other")] * 40, Limits.greedy(400), cancel=cancel)
        after = backend.generate(prompts, Limits.greedy(10))
    assert [c.token_ids for c in after] == [c.token_ids for c in before]


def test_three_hundred_calls_cancelled_at_random_moments(backend):
    prompts, limits = [prompt_of("a"), prompt_of("bb")], Limits.greedy(60)
    start = time.perf_counter()
    expected = [c.token_ids for c in backend.generate(prompts, limits)]
    seconds = time.perf_counter() - start
    chance = random.Random(0)
    cancelled = 0
    for _ in range(300):
        cancel = Event()
        timer = threading.Timer(chance.random() * 2 * seconds, cancel.set)
        timer.start()
        try:
            answers = backend.generate(prompts, limits, cancel=cancel)
            assert [c.token_ids for c in answers] == expected
        except Cancelled:
            cancelled += 1
        timer.cancel()
    assert 0 < cancelled < 300


def test_calls_from_many_threads_do_not_mix(backend):
    prompts = [prompt_of(f"value = {i}") for i in range(12)]
    alone = [backend.generate([prompt], Limits.greedy(10))[0].token_ids for prompt in prompts]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda p: backend.generate([p], Limits.greedy(10)), prompts))
    assert [answer[0].token_ids for answer in answers] == alone


def test_cancel_of_one_call_neither_waits_for_another_nor_ends_it(slow_backend):
    running, waiting = Event(), Event()
    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(
            slow_backend.generate, [prompt_of("q" * 3000)] * 8, Limits.greedy(500), (), running
        )
        time.sleep(0.05)
        other = [prompt_of("x" * 2000)]
        short = pool.submit(slow_backend.generate, other, Limits.greedy(500), (), waiting)
        time.sleep(0.05)
        waiting.set()
        with pytest.raises(Cancelled):
            short.result(timeout=0.5)
        assert not long.done()
        running.set()
        with pytest.raises(Cancelled):
            long.result(timeout=5)


# Opening and closing


def test_close_can_be_called_again_and_ends_all_use(tiny_gguf):
    backend = LlamaCppBackend(tiny_gguf)
    backend.close()
    backend.close()
    with pytest.raises(ModelError, match="was closed"):
        backend.generate([prompt_of("x")], Limits.greedy(1))
    with pytest.raises(ModelError, match="was closed"):
        backend.count_tokens(prompt_of("x"))


def test_a_forgotten_backend_ends_its_thread(tiny_gguf):
    backend = LlamaCppBackend(tiny_gguf)
    backend.generate([prompt_of("x")], Limits.greedy(1))
    threads = threading.active_count()
    del backend
    gc.collect()
    assert threading.active_count() < threads


@pytest.mark.parametrize("size", [0, 3, 24, 700, 9000, 2_000_000])
def test_a_truncated_file_is_one_sentence(tiny_gguf, tmp_path, size):
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny_gguf.read_bytes()[:size])
    with pytest.raises(ModelError, match=r"cut\.gguf (cannot be loaded|is not a GGUF)") as caught:
        LlamaCppBackend(path)
    assert "\n" not in str(caught.value)


def test_an_unknown_architecture_is_named(tiny_gguf, tmp_path):
    path = tmp_path / "new.gguf"
    path.write_bytes(tiny_gguf.read_bytes().replace(b"\0llama", b"\0lemur", 1))
    with pytest.raises(ModelError, match="unknown model architecture: 'lemur'"):
        LlamaCppBackend(path)


@pytest.mark.parametrize("name", ["absent.gguf", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(ModelError, match="cannot be read"):
        LlamaCppBackend(tmp_path / name)


def test_nothing_is_printed(tiny_gguf, capfd):
    with closing(LlamaCppBackend(tiny_gguf)) as backend:
        backend.generate([prompt_of("x")], Limits.greedy(2))
    assert capfd.readouterr() == ("", "")
