"""The contract, held by every backend that ships."""

from contextlib import closing
from threading import Event

import pytest

from batdoc.models.backend import Finish, Limits, ScriptedBackend, check_fits
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.errors import Cancelled, ModelError


def prompt_of(code: str) -> Prompt:
    return Prompt(Direction.TO_DOC, "python", "python function\nf", code, "", "", VERSION)


PROMPTS = [prompt_of(f"def f{i}(x):\n" + "    x += 1\n" * i) for i in range(20)]


@pytest.fixture(scope="module", params=["llama.cpp", "transformers", "scripted"])
def backend(request):
    if request.param == "scripted":
        opened = ScriptedBackend(lambda prompt: f"Says what {prompt.code} does. And goes on.")
    elif request.param == "transformers":
        from batdoc.models.backends.hf import HfBackend

        opened = HfBackend(request.getfixturevalue("tiny_checkpoint"))
    else:
        from batdoc.models.backends.llama_cpp import LlamaCppBackend

        opened = LlamaCppBackend(request.getfixturevalue("tiny_gguf"))
    with closing(opened):
        yield opened


def test_many_prompts_get_the_answers_that_each_gets_alone_in_order(backend):
    together = backend.generate(PROMPTS, Limits.greedy(12))
    alone = [backend.generate([prompt], Limits.greedy(12))[0] for prompt in PROMPTS]
    assert [c.text for c in together] == [c.text for c in alone]
    assert [c.token_ids for c in together] == [c.token_ids for c in alone]
    assert len({c.text for c in together}) > 1


def test_every_token_has_a_log_probability(backend):
    for completion in backend.generate(PROMPTS[:3], Limits.greedy(9)):
        assert len(completion.token_ids) == len(completion.logprobs) <= 9
        assert all(logprob <= 0 for logprob in completion.logprobs)


def test_max_tokens_ends_an_answer(backend):
    (completion,) = backend.generate(PROMPTS[:1], Limits.greedy(3))
    assert completion.finish is Finish.LENGTH
    assert len(completion.token_ids) == 3


def test_a_stop_string_ends_an_answer_and_is_left_out(backend):
    (whole,) = backend.generate(PROMPTS[:1], Limits.greedy(24))
    stop = whole.text[3:6]
    (cut,) = backend.generate(PROMPTS[:1], Limits.greedy(24), stop=[stop])
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish is Finish.STOP
    assert cut.token_ids == whole.token_ids[: len(cut.token_ids)]


def test_no_prompts_no_answers(backend):
    assert backend.generate([], Limits.greedy(5)) == []


def test_a_set_flag_cancels_at_once(backend):
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        backend.generate(PROMPTS, Limits.greedy(300), cancel=cancel)


def test_a_longer_prompt_has_more_tokens(backend):
    assert backend.count_tokens(PROMPTS[1]) < backend.count_tokens(PROMPTS[9])


def test_check_fits_names_the_numbers():
    check_fits(500, Limits.greedy(12), 512)
    with pytest.raises(ModelError, match=r"prompt of 501 tokens and an answer of 12 .* 512"):
        check_fits(501, Limits.greedy(12), 512)


def test_a_script_answers_in_order_and_says_when_it_ends():
    backend = ScriptedBackend(["one", "two three"])
    assert [c.text for c in backend.generate(PROMPTS[:2], Limits.greedy(9))] == ["one", "two three"]
    assert backend.prompts == PROMPTS[:2]
    with pytest.raises(IndexError):
        backend.generate(PROMPTS[:1], Limits.greedy(9))
