"""The engine under many callers at once, on a real model with random weights."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from batdoc.models.backend import Limits
from batdoc.models.backends.batching import Call
from batdoc.models.backends.engine_thread import EngineThread
from batdoc.models.backends.jobs import Scoring, Writing
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.errors import Cancelled, ModelError


def prompt_of(number: int) -> Prompt:
    code = f"def f{number}(a, b):\n    return a + {number} * b\n"
    return Prompt(Direction.TO_DOC, "python", f"python function\nf {number}", code, "", "", VERSION)


def test_random_calls_and_cancels_from_many_threads_are_as_right_as_one_at_a_time(tiny_gguf):
    limits, text = Limits.greedy(8), "Add them."
    with closing(LlamaCppBackend(tiny_gguf)) as backend:
        prompts = [prompt_of(number) for number in range(12)]
        written = [backend.generate([prompt], limits)[0].token_ids for prompt in prompts]
        scored = [backend.score([prompt], [text])[0] for prompt in prompts]

        def submit(seed: int) -> bool:
            chance, cancel = random.Random(seed), threading.Event()
            timer = threading.Timer(chance.expovariate(100), cancel.set)
            if chance.random() < 0.5:
                timer.start()
            picked = [chance.randrange(12) for _ in range(chance.randint(1, 5))]
            asked = [prompts[i] for i in picked]
            try:
                if chance.random() < 0.3:
                    scores = backend.score(asked, [text] * len(asked), cancel)
                    for i, logprobs in zip(picked, scores, strict=True):
                        assert logprobs == pytest.approx(scored[i], abs=0.1)
                else:
                    answers = backend.generate(asked, limits, cancel=cancel)
                    assert [a.token_ids for a in answers] == [written[i] for i in picked]
            except Cancelled:
                return False
            finally:
                timer.cancel()
            return True

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(submit, range(400)))
        assert not backend._engine._tickets
        assert not backend._engine._batcher.calls
    assert 50 < sum(outcomes) < 390


def test_a_call_that_comes_meanwhile_does_not_wait_for_the_end(tiny_gguf):
    with closing(LlamaCppBackend(tiny_gguf)) as backend, ThreadPoolExecutor(1) as pool:
        cancel = threading.Event()
        wild = Limits(400, 9.0, 1.0, 0)
        long = pool.submit(backend.generate, [prompt_of(1)] * 40, wild, (), cancel)
        time.sleep(0.05)
        assert len(backend.generate([prompt_of(2)], Limits.greedy(3))) == 1
        assert not long.done()
        cancel.set()
        with pytest.raises(Cancelled):
            long.result(timeout=5)


def test_a_failed_step_ends_the_calls_in_it_and_not_the_engine(tiny_gguf):
    context = LlamaContext(tiny_gguf, 1)
    engine = EngineThread(context, "tiny.gguf")
    wrong = engine.submit(Call([Scoring([10**6, 30], [31])]))  # no such token
    with pytest.raises(ModelError, match="the engine failed with code"):
        wrong.outcome.result(timeout=5)
    job = Writing([30, 31], Limits.greedy(3), 0, (), LlamaVocabulary(context.model))
    engine.submit(Call([job])).outcome.result(timeout=5)
    assert job.is_done
    engine.close()


def test_closing_ends_calls_on_their_way_with_an_error(tiny_gguf):
    backend = LlamaCppBackend(tiny_gguf)
    with ThreadPoolExecutor(1) as pool:
        wild = Limits(400, 9.0, 1.0, 0)
        call = pool.submit(backend.generate, [prompt_of(1)] * 40, wild)
        time.sleep(0.05)
        backend.close()
        with pytest.raises(ModelError, match="was closed"):
            call.result(timeout=5)


def test_an_outcome_is_there_even_if_a_call_is_given_up_when_it_is_done(tiny_gguf):
    context = LlamaContext(tiny_gguf, 1)
    engine = EngineThread(context, "tiny.gguf")
    ticket = engine.submit(Call([Scoring([30, 31], [32])]))
    assert ticket.outcome.result(timeout=5) is None
    engine.give_up(ticket)
    later = engine.submit(Call([Scoring([30, 31], [32])]))
    assert later.outcome.result(timeout=5) is None
    engine.close()
