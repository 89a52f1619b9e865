"""What is found likely, by two engines and by training itself."""

from contextlib import closing
from pathlib import Path

import pytest

from batdoc.models import prompts
from batdoc.models.backend import ScriptedBackend
from batdoc.models.backends.hf import HfBackend
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import encode
from batdoc.source.language import get_language
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.export import export
from batdoc.trainer.likelihood import mean_logprobs
from batdoc.trainer.rollout import original_body
from batdoc.trainer.teacher_forced import code_lifts, human_logprobs

UNITS = get_language("python").units(
    b"def add(first, second):\n    total = first + second\n    return total\n\n\n"
    b"def tell(name):\n    print(name)\n"
)
DOC = "Add two numbers.\n:param first: One."


def test_engines_agree_with_training(tmp_path: Path, tiny_checkpoint: Path) -> None:
    export(tiny_checkpoint, tmp_path / "tiny.gguf", "f16")
    model = load_trainable(tiny_checkpoint)
    served = LlamaCppBackend(tmp_path / "tiny.gguf")
    with closing(HfBackend(tiny_checkpoint)) as hf, closing(served) as llama:
        told = [(UNITS[0], DOC), (UNITS[1], "")]
        lifted, unlifted = code_lifts(told, hf, None)
        assert unlifted == pytest.approx(0.0, abs=1e-4)
        assert code_lifts(told, llama, None) == pytest.approx([lifted, 0.0], abs=1e-3)
        questions = [encode(prompts.to_code(UNITS[0], doc), hf._tokenizer) for doc in (DOC, "")]
        body = hf._tokenizer.encode_plain(original_body(UNITS[0]))
    heard, alone = mean_logprobs(model.model, questions, [body] * 2, rows=2)
    assert abs(lifted) > 1e-3
    assert lifted == pytest.approx(heard - alone, abs=1e-4)


def test_what_people_wrote_is_found_as_likely_as_in_training(tiny_checkpoint: Path) -> None:
    model, sentence = load_trainable(tiny_checkpoint), "Add two numbers."
    with closing(HfBackend(tiny_checkpoint)) as hf:
        wrote = [(UNITS[0], sentence), (UNITS[1], "")]
        found, nothing = human_logprobs(wrote, hf, nothing_beside, None)
        question = encode(prompts.to_doc(UNITS[0]), hf._tokenizer)
        answer = hf._tokenizer.encode_plain(sentence)
    assert nothing is None
    assert [found] == pytest.approx(mean_logprobs(model.model, [question], [answer], 1), abs=1e-4)


def test_what_has_no_room_and_an_engine_that_cannot_tell_have_none(tiny_gguf: Path) -> None:
    (long,) = get_language("python").units(b"def f(x):\n" + b"    x = x + 123456789\n" * 200)
    with closing(LlamaCppBackend(tiny_gguf)) as llama:
        none, some = code_lifts([(long, DOC), (UNITS[0], DOC)], llama, None)
    assert (none, some is None) == (None, False)
    assert code_lifts([(UNITS[0], DOC)], ScriptedBackend([]), None) == [None]
