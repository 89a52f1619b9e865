from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import torch

from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.catalogue import starter_path
from batdoc.models.checkpoint import load_trainable
from batdoc.models.prompts import KNOWN, TO_DOC
from batdoc.source.errors import Cancelled, ConfigError, ModelError
from batdoc.source.house.precedents import Known
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit
from batdoc.trainer.adapters import load_to_train
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import nothing_beside, read_corpus
from batdoc.trainer.ranked import Said
from batdoc.trainer.rollout import human_doc
from batdoc.trainer.supervised import examples, learn

CONFIG = replace(default_config(0, Asked()), rows_per_pass=4, save_after=0.0)
PASSES, RATE = 2, 1e-3

FALSE = '''def add(left, right):
    """Add two numbers.

    Args:
        left: The one.
        middle: There is no such thing.
    """
    total = left + right
    return total
'''


def units_of(repo: Path) -> list[CodeUnit]:
    return [unit.unit for unit in read_corpus(repo, 700, 0).train]


def test_examples_go_both_ways(repo: Path, tiny_checkpoint: Path) -> None:
    start = load_trainable(tiny_checkpoint)
    units = [unit for unit in units_of(repo) if unit.name in {"greet", "shout"}] or units_of(repo)
    tokenizer = HfTokenizer(start.tokenizer)
    told = [
        (tokenizer.decode(question), tokenizer.decode(answer))
        for question, answer in examples(units, start, {}, nothing_beside, 1)
    ]
    documented = [unit for unit in units if unit.docstring]
    assert len(told) == len(units) + len(documented)
    for unit in documented:
        doc = human_doc(unit)
        body = unit.code.splitlines()[-1].strip()
        assert any(answer == doc and body in question for question, answer in told)
        assert any(doc in question and body in answer for question, answer in told)
        assert not any(doc in question and body in question for question, answer in told)


def test_code_comes_from_all_that_is_said_and_a_person_has_the_word(
    repo: Path, tiny_checkpoint: Path
) -> None:
    start = load_trainable(tiny_checkpoint)
    (unit, *_) = (unit for unit in units_of(repo) if unit.docstring)
    tokenizer = HfTokenizer(start.tokenizer)
    pairs = examples(
        [unit], start, {unit.key: Said("Say it well.", ("Say it.", "Say."))}, nothing_beside, 5
    )
    told = [(tokenizer.decode(question), tokenizer.decode(answer)) for question, answer in pairs]
    docs = [human_doc(unit), "Say it well.", "Say it.", "Say.", human_doc(unit)]
    assert [answer for _, answer in told[::2]] == [human_doc(unit)] * 5
    assert all(doc in question for doc, (question, _) in zip(docs, told[1::2], strict=True))


def test_what_people_left_out_is_taught_as_a_model_says_it(tiny_checkpoint: Path) -> None:
    start = load_trainable(tiny_checkpoint)
    tokenizer = HfTokenizer(start.tokenizer)
    code = b'def add(left, right):\n    """Add two numbers."""\n    return left + right\n'
    (unit,) = get_language("python").units(code)
    own = "Add all.\n:param left: The one.\n:param right: The other.\n:returns: The sum."
    for said in (Said(own, ()), Said("", (own,))):
        ((_, answer), _) = examples([unit], start, {unit.key: said}, nothing_beside, 1)
        assert tokenizer.decode(answer) == own.replace("Add all.", "Add two numbers.")
    ((_, alone), _) = examples([unit], start, {}, nothing_beside, 1)
    assert tokenizer.decode(alone) == "Add two numbers."


def test_a_model_does_not_teach_itself_to_document(repo: Path, tiny_checkpoint: Path) -> None:
    start = load_trainable(tiny_checkpoint)
    units, tokenizer = units_of(repo), HfTokenizer(start.tokenizer)
    said = {unit.key: Said("Say it.", ()) for unit in units}
    pairs = list(examples(units, start, said, nothing_beside, 1))
    to_doc = tokenizer.control_id(TO_DOC)
    answers = {tokenizer.decode(answer) for question, answer in pairs if question[0] == to_doc}
    assert answers == {human_doc(unit) for unit in units if unit.docstring}
    questions = [tokenizer.decode(question) for question, _ in pairs if question[0] != to_doc]
    assert sum("Say it." in question for question in questions) == len(units) - len(answers)


def test_nothing_replaces_a_person_who_names_what_the_code_has_not(
    repo: Path, tiny_checkpoint: Path
) -> None:
    start = load_trainable(tiny_checkpoint)
    tokenizer = HfTokenizer(start.tokenizer)
    (unit,) = get_language("python").units(FALSE.replace("two numbers", "a :class:`Sum`").encode())
    pairs = examples([unit], start, {unit.key: Said("Add it.", ())}, nothing_beside, 2)
    told = [(tokenizer.decode(question), tokenizer.decode(answer)) for question, answer in pairs]
    assert len(told) == 2
    assert all("total = left" in answer for _, answer in told)


def test_only_what_is_true_of_the_code_is_learned() -> None:
    (unit,) = get_language("python").units(FALSE.encode())
    assert human_doc(unit) == "Add two numbers.\n:param left: The one."
    (bare,) = get_language("python").units(b"def add(left):\n    return left + 1\n")
    assert human_doc(bare) == ""


def test_a_stopped_lesson_ends_with_the_same_weights(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    units = units_of(repo)

    def run(folder: Path, stop_after: int | None) -> dict[str, torch.Tensor]:
        cancel = Event()

        def on_step(step: int, steps: int) -> None:
            assert steps > 1
            if step == stop_after:
                cancel.set()

        start = load_trainable(tiny_checkpoint)
        pairs = examples(units, start, {}, nothing_beside, PASSES)
        return learn(start, pairs, RATE, CONFIG, folder, on_step, cancel).model.state_dict()

    whole = run(tmp_path / "whole", None)
    with pytest.raises(Cancelled, match="stopped after step 1 of 3 of a lesson"):
        run(tmp_path / "parts", 1)
    resumed = run(tmp_path / "parts", None)
    before = load_trainable(tiny_checkpoint).model.state_dict()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert any(not torch.equal(whole[name], before[name]) for name in whole)


def test_an_adapter_is_merged(repo: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    start = load_trainable(tiny_checkpoint)
    names = set(start.model.state_dict())
    config, pairs = (
        replace(CONFIG, adapter_rank=2),
        examples(units_of(repo), start, {}, nothing_beside, PASSES),
    )
    learned = learn(start, pairs, RATE, config, tmp_path, lambda *_: None, Event())
    assert set(learned.model.state_dict()) == names


def test_an_adapter_beside_four_bits_is_merged_into_whole_weights(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, adapter_rank=2, four_bit=True)
    before = load_trainable(tiny_checkpoint).model.state_dict()
    start = load_to_train(tiny_checkpoint, config)
    rounded = next(p for n, p in start.model.named_parameters() if "q_proj" in n)
    assert rounded.dtype == torch.uint8
    pairs = examples(units_of(repo), start, {}, nothing_beside, PASSES)
    learned = learn(start, pairs, RATE, config, tmp_path, lambda *_: None, Event())
    after = learned.model.state_dict()
    assert after.keys() == before.keys()
    for name, weights in after.items():
        assert weights.dtype == torch.float32
        # A rank of 2 on top of the whole weights, not of the rounded ones.
        change = weights - before[name]
        is_adapted = "_proj" in name
        assert bool(change.any()) == is_adapted, name
        if is_adapted:
            assert int(torch.linalg.matrix_rank(change.double(), rtol=1e-3)) <= 2


def test_four_bits_need_an_adapter_and_a_folder() -> None:
    with pytest.raises(ConfigError, match="pass --adapter 16 as well"):
        replace(CONFIG, adapter_rank=0, four_bit=True)
    config = replace(CONFIG, adapter_rank=2, four_bit=True)
    with pytest.raises(ModelError, match="needs a Hugging Face folder"):
        load_to_train(starter_path(), config)


def test_documentation_is_asked_for_with_precedents(repo: Path, tiny_checkpoint: Path) -> None:
    start = load_trainable(tiny_checkpoint)
    units, tokenizer = units_of(repo), HfTokenizer(start.tokenizer)
    known = Known(("one: Give one.",), (), {})
    shown = [q for q, _ in examples(units, start, {}, lambda _: known, 1)]
    bare = [q for q, _ in examples(units, start, {}, nothing_beside, 1)]
    assert {tokenizer.control_id(KNOWN) in question for question in bare} == {False}
    to_doc = tokenizer.control_id(TO_DOC)
    assert all((tokenizer.control_id(KNOWN) in q) == (q[0] == to_doc) for q in shown)
