from dataclasses import replace
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest
import torch

from batdoc.models import prompts
from batdoc.models.backend import ScriptedBackend
from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import Direction, Prompt, encode
from batdoc.source.errors import Cancelled
from batdoc.source.language import get_language
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.likelihood import mean_logprobs
from batdoc.trainer.ranked import Ranking, read_docs
from batdoc.trainer.rollout import body_answer

UNITS = get_language("python").units(
    b"def add(first, second):\n    total = first + second\n    return total\n\n\n"
    b"def tell(name):\n    text = 'I am ' + name\n    print(text)\n"
)
CONFIG = replace(default_config(0, Asked(reward="roundtrip")), docs_per_round=6, rows_per_pass=2)
DOCS = ("Do something here.", "Give the sum of both.", "x")
ENTRIES = (
    "\n:param first: The first.\n:param second: The second.\n:returns: The returns.",
    "\n:param name: The name.",
)


def backend() -> ScriptedBackend:
    """Three summaries, over and over; only the sum lets the code come back."""
    docs = cycle(DOCS)

    def answer(prompt: Prompt) -> str:
        if prompt.prefix:
            return f"The {prompt.prefix.split()[-1].strip(':')}."
        if prompt.direction is Direction.TO_DOC:
            return next(docs)
        is_told = "sum" in prompt.doc and "add" in prompt.code
        return "    total = first + second\n    return total" if is_told else "    raise Oops(1)"

    return ScriptedBackend(answer)


def test_the_best_is_what_the_code_comes_back_from(tiny_checkpoint: Path, tmp_path: Path) -> None:
    ranking = Ranking(load_trainable(tiny_checkpoint), backend(), CONFIG, nothing_beside, seed=0)
    seen: list[tuple[int, int]] = []
    file = tmp_path / "docs.jsonl"
    ranking.find_docs(UNITS, file, lambda *done: seen.append(done), Event())
    others = [tuple(doc + entries for doc in DOCS[:2]) for entries in ENTRIES]
    added, told = (read_docs(file)[unit.key] for unit in UNITS)
    assert added.best == f"Give the sum of both.{ENTRIES[0]}"
    assert told.best == ""
    assert set(added.others) <= {others[0][0]}
    assert set(told.others) <= set(others[1])
    assert len(told.others) == len(set(told.others)) > 0
    assert seen == [(2, 2)]


def test_what_was_found_is_not_sought_again(tiny_checkpoint: Path, tmp_path: Path) -> None:
    model, file = load_trainable(tiny_checkpoint), tmp_path / "docs.jsonl"
    Ranking(model, backend(), CONFIG, nothing_beside, 0).find_docs(UNITS, file, print, Event())
    said = read_docs(file)
    with file.open("a") as stream:
        stream.write('["cut of')
    silent = ScriptedBackend([])
    Ranking(model, silent, CONFIG, nothing_beside, 0).find_docs(UNITS, file, print, Event())
    assert read_docs(file) == said
    assert silent.prompts == []


def test_a_cancel_ends_it(tiny_checkpoint: Path, tmp_path: Path) -> None:
    cancel = Event()
    cancel.set()
    ranking = Ranking(load_trainable(tiny_checkpoint), backend(), CONFIG, nothing_beside, 0)
    with pytest.raises(Cancelled):
        ranking.find_docs(UNITS, tmp_path / "docs.jsonl", print, cancel)


def test_by_likelihood_no_code_is_rebuilt(tiny_checkpoint: Path, tmp_path: Path) -> None:
    model, scripted = load_trainable(tiny_checkpoint), backend()
    config = replace(CONFIG, reward="likelihood")
    Ranking(model, scripted, config, nothing_beside, 0).find_docs(
        UNITS, tmp_path / "d", print, Event()
    )
    said = read_docs(tmp_path / "d")
    assert {prompt.direction for prompt in scripted.prompts} == {Direction.TO_DOC}
    tokenizer = HfTokenizer(model.tokenizer)
    for unit, entries in zip(UNITS, ENTRIES, strict=True):
        docs = [doc + entries for doc in DOCS[:2]]
        questions = [encode(prompts.to_code(unit, doc), tokenizer) for doc in ("", *docs)]
        answer = body_answer(unit, tokenizer)
        alone, *told = mean_logprobs(model.model, questions, [answer] * 3, rows=1)
        expected = docs[told.index(max(told))] if max(told) > alone else ""
        assert said[unit.key].best == expected


def test_mean_logprobs_are_those_of_one_row_alone(tiny_checkpoint: Path) -> None:
    model = load_trainable(tiny_checkpoint).model.eval()
    questions, answers = [[5, 6, 7], [8], [9, 10]], [[11], [12, 13, 14], [15, 16]]
    found = mean_logprobs(model, questions, answers, rows=2)
    for question, answer, mean in zip(questions, answers, found, strict=True):
        with torch.no_grad():
            logits = model(torch.tensor([question + answer])).logits[0, len(question) - 1 : -1]
        own = logits.log_softmax(-1)[range(len(answer)), answer].mean()
        assert mean == pytest.approx(float(own), abs=1e-4)
