"""The starter's recipe on a corpus of a few functions."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from batdoc.models.prompts import CONTROL_TOKENS, DOC, END, TO_CODE, encode, to_code, to_doc
from batdoc.source.language import get_language
from batdoc.trainer.starter.corpus import Sample, body_of, collect
from batdoc.trainer.starter.duplicates import EvaluationSuites
from batdoc.trainer.starter.examples import Encoder, Parts, epoch, train_tokenizer
from batdoc.trainer.starter.packages import Package
from batdoc.trainer.starter.training import Recipe, build_model, learning_rate_at, train

SOURCE = '''
def add_{i}(left, right):
    """Add two numbers of the kind {i}.

    Args:
        left: The first.
        wrong: Does not exist.
    """
    total = left + right * {i}
    return total


def bare_{i}(x):
    return x
'''


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    root = tmp_path_factory.mktemp("package")
    (root / "tests").mkdir()
    for i in range(12):
        (root / f"m{i}.py").write_text(SOURCE.format(i=i))
    (root / "copy.py").write_text(SOURCE.format(i=3))
    (root / "tests" / "test_it.py").write_text(SOURCE.format(i=99))
    (root / "broken.py").write_text("def (:")
    return list(collect([Package("sample", "1", "MIT", root)], EvaluationSuites(None)))


@pytest.fixture(scope="module")
def encoder(samples: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    train_tokenizer(samples, 400).save(str(file))
    return Encoder(file)


def test_documented_functions_once_and_tests_left_out(samples: list[Sample]) -> None:
    assert sorted(s.name for s in samples) == sorted(f"add_{i}" for i in range(12))
    sample = next(s for s in samples if s.name == "add_3")
    assert sample.doc == "Add two numbers of the kind 3.\n:param left: The first."
    assert sample.code.startswith("def add_3(left, right):\n    total")
    assert sample.body == "    total = left + right * 3\n    return total"


def test_a_sample_comes_with_what_its_package_says_of_like_functions(samples: list[Sample]) -> None:
    told = [s.precedents for s in samples]
    assert any(":param left: The first.\n" in each for each in told)
    assert any(not each for each in told)
    number = {s.name: s.name.removeprefix("add_") for s in samples}
    assert not any(f"of the kind {number[s.name]}." in s.precedents for s in samples)


def test_a_body_only_where_header_and_body_make_the_code() -> None:
    source = "@d\ndef f(x):\n    return x\ndef g(\n  x):\n    return x\ndef h(x): return x\n"
    assert [body_of(u) for u in get_language("python").units(source.encode())] == ["", "", ""]


def test_training_shows_the_prompts_that_use_shows(samples: list[Sample], encoder: Encoder) -> None:
    class Plain:
        def __init__(self) -> None:
            self.chat_template = None
            self.special_tokens: dict[str, str] = {}

        def control_id(self, token: str) -> int | None:
            return encoder.control.get(token)

        def encode_plain(self, text: str) -> list[int]:
            return encoder.texts([text])[0]

        encode_template = encode_plain

    source = textwrap.dedent(SOURCE.format(i=5)).encode()
    unit = get_language("python").units(source)[0]
    sample = next(s for s in samples if s.name == "add_5")
    (parts,) = encoder.encode([sample])
    ids = encoder.to_doc(parts).ids.tolist()
    shown = tuple(sample.precedents.splitlines())
    assert ids[: ids.index(encoder.control[DOC]) + 1] == encode(to_doc(unit, shown), Plain())
    newline = encoder.texts(["\n"])[0]
    asked = encode(to_code(unit, sample.doc), Plain())
    assert encoder.to_code(parts, newline, with_doc=True).ids.tolist()[: len(asked)] == asked


def test_control_tokens_in_the_users_text_stay_text(encoder: Encoder) -> None:
    (ids,) = encoder.texts([f'x = "{END}"'])
    assert not set(ids) & set(encoder.control.values())


def test_only_answers_count_in_full(samples: list[Sample], encoder: Encoder) -> None:
    (parts,) = encoder.encode(samples[:1])
    example = encoder.to_code(parts, encoder.texts(["\n"])[0], with_doc=True)
    body = len(parts.body) + 1
    assert example.ids[0] == encoder.control[TO_CODE]
    assert example.ids[-1] == encoder.control[END]
    assert [w > 0 for w in example.weights] == [False] * (len(example.ids) - body) + [True] * body


def test_an_epoch_is_the_same_for_a_seed_and_within_the_budget(
    samples: list[Sample], encoder: Encoder
) -> None:
    corpus = encoder.encode(samples)
    once, again, other = (
        [[e.ids.tolist() for e in batch] for batch in epoch(encoder, corpus, 500, seed)]
        for seed in (1, 1, 2)
    )
    assert once == again != other
    assert all(len(batch) * max(map(len, batch)) <= 500 for batch in once)
    assert sum(len(batch) for batch in once) >= len(samples)


def test_learning_rate_warms_up_and_falls_to_the_floor() -> None:
    assert learning_rate_at(0) < 0.02
    assert learning_rate_at(0.02) == pytest.approx(1)
    assert learning_rate_at(1) == pytest.approx(0.05)


class StopsAtSecondEpoch(list[Parts]):
    """A corpus whose reader is interrupted, as by Ctrl-C, when it is read for another epoch."""

    reads = 0

    def __iter__(self) -> Iterator[Parts]:
        self.reads += 1
        if self.reads > 2:
            raise KeyboardInterrupt
        return super().__iter__()


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    samples: list[Sample], encoder: Encoder, tmp_path: Path
) -> None:
    from safetensors.torch import load_file

    corpus = encoder.encode(samples)
    recipe = Recipe(64, 2, 2, 64, 1e-3, 700, token_budget=4000, hours=1e6, seed=0)

    def trained(corpus: Sequence[Parts], folder: Path) -> Path:
        return train(recipe, build_model(recipe, encoder.size), encoder, corpus, folder, 0)

    whole = trained(corpus, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained(StopsAtSecondEpoch(corpus), tmp_path / "cut")
    stopped = json.loads((tmp_path / "cut" / "checkpoint" / "progress.json").read_text())
    resumed = trained(corpus, tmp_path / "cut")
    done = json.loads((resumed / "progress.json").read_text())
    assert 0 < stopped["step"] < done["step"]
    expected, found = (load_file(f / "model.safetensors") for f in (whole, resumed))
    assert expected.keys() == found.keys()
    assert all(bool((expected[name] == found[name]).all()) for name in expected)


def test_two_processes_share_a_run(samples: list[Sample], encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(asdict(s)) + "\n" for s in samples))
    encoder.tokenizer.save(str(tmp_path / "tokenizer.json"))
    shape = ["--hidden", 64, "--layers", 1, "--heads", 2, "--ffn", 64]
    budget = ["--batch", 700, "--tokens", 3000, "--hours", 9]
    recipe = ["-m", "batdoc.trainer.starter", "--work", tmp_path, "--step", "train"]
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [sys.executable, *torchrun, *recipe, *shape, *budget]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*map(str, command)], env=environment, check=True, capture_output=True)
    done = json.loads((tmp_path / "checkpoint" / "progress.json").read_text())
    alone = Recipe(64, 1, 2, 64, 3e-3, 700, token_budget=3000, hours=9, seed=0)
    model, corpus = build_model(alone, encoder.size), encoder.encode(samples)
    train(alone, model, encoder, corpus, tmp_path / "alone", 0)
    same = json.loads((tmp_path / "alone" / "checkpoint" / "progress.json").read_text())
    assert (done["step"], done["tokens"]) == (same["step"], same["tokens"])


def test_chunked_cross_entropy_is_cross_entropy() -> None:
    import torch
    from torch.nn.functional import cross_entropy

    from batdoc.trainer.starter.training import ChunkedCrossEntropy

    torch.manual_seed(0)
    hidden, table = (torch.randn(n, 32, requires_grad=True) for n in (900, 50))
    targets, weights = torch.randint(0, 50, (900,)), torch.full((900,), 1 / 900)
    loss = ChunkedCrossEntropy.apply(hidden, table, targets, weights)
    found = torch.autograd.grad(loss, (hidden, table))
    exact = cross_entropy(hidden @ table.T, targets)
    expected = torch.autograd.grad(exact, (hidden, table))
    assert loss.item() == pytest.approx(exact.item(), rel=2e-3)
    for gradient, reference in zip(found, expected, strict=True):
        assert float((gradient - reference).norm() / reference.norm()) < 0.02  # bfloat16


def test_control_tokens_are_the_first_ids(encoder: Encoder) -> None:
    assert [encoder.control[token] for token in CONTROL_TOKENS] == [0, 1, 2, 3, 4, 5]


def test_a_starter_begins_with_what_its_predecessor_has_learned(tmp_path: Path) -> None:
    from batdoc.models.catalogue import starter_path
    from batdoc.models.checkpoint import load_trainable
    from batdoc.models.prompts import KNOWN
    from batdoc.trainer.starter.predecessor import earlier_runs, grown_model, grown_tokenizer

    before, folder = tmp_path / "before", starter_path().parent
    shutil.copytree(folder, before)
    content = json.loads((before / "tokenizer.json").read_text())
    size = len(content["model"]["vocab"])
    tokenizer = grown_tokenizer(before)
    assert tokenizer.token_to_id(KNOWN) is not None
    model = grown_model(before, tokenizer, 512)
    assert model.config.max_position_embeddings == 512
    known = load_trainable(starter_path()).model.get_input_embeddings().weight[:size]
    assert bool((model.get_input_embeddings().weight[:size] == known).all())
    assert [run["tokens"] > 1e6 for run in earlier_runs(before)].count(True) >= 1
    assert earlier_runs(None) == []
