"""Which tokens share a step, on a real model with random weights."""

from collections.abc import Iterator, Sequence

import pytest

from batdoc.models.backend import Limits
from batdoc.models.backends.batching import Batcher, Call
from batdoc.models.backends.jobs import Scoring, Writing
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_library import AbortFlag
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.backends.sampling import Floats
from batdoc.models.backends.token_batch import Feed
from batdoc.source.errors import Cancelled

BEGINNING = list(range(20, 170))  # tokens that several prompts begin with


class WatchedContext(LlamaContext):
    """Keeps what it was asked to decode."""

    steps: list[list[Feed]]

    def decode(self, feeds: Sequence[Feed]) -> Floats:
        self.steps.append(list(feeds))
        return super().decode(feeds)

    def tokens_read(self) -> int:
        return sum(len(feed.tokens) for step in self.steps for feed in step)


@pytest.fixture(scope="module")
def opened(tiny_gguf) -> Iterator[WatchedContext]:
    context = WatchedContext(tiny_gguf, 1)
    yield context
    context.free()


@pytest.fixture
def context(opened: WatchedContext) -> WatchedContext:
    opened.clear()
    opened.steps = []
    return opened


def writing(context: LlamaContext, prompt: Sequence[int], tokens: int = 8) -> Writing:
    return Writing(prompt, Limits.greedy(tokens), 0, (), LlamaVocabulary(context.model))


def finish(batcher: Batcher) -> None:
    while batcher.calls:
        batcher.step()


def logprobs_alone(context: WatchedContext, prompt: Sequence[int], text: Sequence[int]):
    job = Scoring(prompt, text)
    context.clear()
    batcher = Batcher(context)
    batcher.add(Call([job]))
    finish(batcher)
    return job.logprobs()


def test_a_small_call_joins_a_large_one_and_is_answered_first(context):
    batcher = Batcher(context)
    large = Call([writing(context, [30 + i, *range(40, 90)], 30) for i in range(40)])
    batcher.add(large)
    for _ in range(5):
        assert batcher.step() == []
    small = Call([writing(context, range(100, 160), 4)])
    batcher.add(small)
    done = [call for _ in range(4) for call in batcher.step()]
    assert done == [small]  # its prompt was read in the first step, with one token of four
    assert any(job.is_done is False for job in large.jobs)
    finish(batcher)
    assert large.is_done


def test_a_call_leaves_one_slot_to_others(context):
    batcher = Batcher(context)
    batcher.add(Call([writing(context, [30 + i, 40, 41], 3) for i in range(40)]))
    batcher.step()
    assert len(context.steps[0]) == context.sequences - 1


def test_a_context_of_one_sequence_answers_one_job_after_another(tiny_gguf):
    context = WatchedContext(tiny_gguf, 1)
    context.steps, context.sequences = [], 1
    jobs = [writing(context, [30 + i, 40, 41], 3) for i in range(3)]
    batcher = Batcher(context)
    batcher.add(Call(jobs))
    finish(batcher)
    context.free()
    assert all(job.is_done for job in jobs)
    assert {len(step) for step in context.steps} == {1}


def test_a_beginning_that_prompts_share_is_read_once(context):
    batcher = Batcher(context)
    batcher.add(Call([writing(context, [*BEGINNING, 200 + i, 201], 1) for i in range(12)]))
    finish(batcher)
    assert context.tokens_read() == len(BEGINNING) + 12 * 2
    batcher.add(Call([writing(context, [*BEGINNING, 240, 241], 1)]))
    finish(batcher)
    assert context.tokens_read() == len(BEGINNING) + 13 * 2


def test_only_the_rows_that_are_wanted_leave_the_model(context):
    batcher = Batcher(context)
    batcher.add(Call([Scoring(range(20, 60), range(70, 80)), writing(context, range(20, 40), 1)]))
    finish(batcher)
    assert sum(feed.outputs for step in context.steps for feed in step) == 10 + 1


def test_a_score_that_needs_more_rows_than_a_step_gives_is_the_same(context, monkeypatch):
    prompt, text = range(20, 60), [(7 * i) % 200 + 20 for i in range(90)]
    at_once = logprobs_alone(context, prompt, text)
    monkeypatch.setattr(context, "most_outputs", 16)
    context.steps = []
    in_parts = logprobs_alone(context, prompt, text)
    assert [sum(feed.outputs for feed in step) for step in context.steps] == [16] * 5 + [10]
    assert in_parts == pytest.approx(at_once, abs=0.1)


def test_a_text_of_no_tokens_needs_no_step(context):
    job = Scoring([30, 31], [])
    assert Call([job]).is_done
    assert job.logprobs() == ()


def test_a_stopped_step_leaves_every_job_where_it_stood(context):
    flag = AbortFlag()
    context.abort_on(flag)
    prompts, texts = [range(20, 140), range(50, 90)], [range(60, 80), range(100, 110)]
    expected = [logprobs_alone(context, *both) for both in zip(prompts, texts, strict=True)]
    context.clear()
    jobs = [Scoring(*both) for both in zip(prompts, texts, strict=True)]
    batcher = Batcher(context)
    batcher.add(Call(jobs))
    for _ in range(3):
        flag.set()
        with pytest.raises(Cancelled):
            batcher.step()
        flag.clear()
    finish(batcher)
    for job, logprobs in zip(jobs, expected, strict=True):
        assert job.logprobs() == pytest.approx(logprobs, abs=0.1)


def test_what_a_dropped_call_has_read_serves_the_next(context):
    batcher = Batcher(context)
    dropped = Call([writing(context, [*BEGINNING, 200, 201], 50)])
    batcher.add(dropped)
    batcher.step()
    batcher.drop(dropped)
    assert batcher.calls == []
    batcher.add(Call([writing(context, [*BEGINNING, 210, 211], 1)]))
    finish(batcher)
    assert context.tokens_read() == len(BEGINNING) + 2 + 2
