"""Rounds: what is learned from is said by a model that was not taught the code."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from batdoc.models.catalogue import open_backend
from batdoc.models.checkpoint import load_trainable
from batdoc.source.lexicon import Lexicon
from batdoc.trainer import rounds
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import CorpusUnit, nothing_beside, read_corpus
from batdoc.trainer.halves import halves
from batdoc.trainer.plan import Plan
from batdoc.trainer.ranked import read_docs
from batdoc.trainer.rounds import Rounds
from batdoc.trainer.watcher import Watcher

CONFIG = replace(
    default_config(0, Asked(rounds=2, warmup_epochs=1)),
    docs_per_round=1,
    most_doc_tokens=8,
    most_code_tokens=8,
)
WATCHER = Watcher(Event(), lambda _: None, lambda _: None)


def test_halves_have_every_function_once(repo: Path) -> None:
    units = read_corpus(repo, 700, 0).train
    one, other = halves(units)
    assert abs(len(one) - len(other)) <= 1
    assert sorted(unit.key for unit in one + other) == sorted(each.unit.key for each in units)
    assert halves(units[::-1])[0][0].key in {unit.key for unit in one}


def test_files_are_kept_whole_but_for_one(repo: Path) -> None:
    (unit, *_) = read_corpus(repo, 700, 0).train
    units = [CorpusUnit(f"{n % 5}.py", replace(unit.unit, name=str(n))) for n in range(20)]
    files = {each.unit.name: each.file for each in units}
    one, other = ({files[unit.name] for unit in half} for half in halves(units))
    assert len(one & other) <= 1
    assert one | other == set(files.values())


def test_no_model_documents_what_it_was_taught(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught: dict[str, set[str]] = {}
    documented: list[tuple[str, set[str]]] = []
    teach, ranking = Rounds._teach, rounds.Ranking

    def spied_teach(self: Rounds, folder: Path, start: Path, units: Any, *rest: Any) -> None:
        taught[folder.name] = {unit.key for unit in units} | taught.get(start.name, set())
        teach(self, folder, start, units, *rest)

    class SpiedRanking(ranking):  # type: ignore[misc, valid-type]
        def find_docs(self, units: Any, *rest: Any) -> None:
            documented.append((self.model.folder.name, {unit.key for unit in units}))
            super().find_docs(units, *rest)

    monkeypatch.setattr(Rounds, "_teach", spied_teach)
    monkeypatch.setattr(rounds, "Ranking", SpiedRanking)
    units = read_corpus(repo, 700, 0).train
    model = str(tiny_checkpoint)
    plan = Plan(str(repo), model, model, "", False, CONFIG)
    lessons = Rounds(tmp_path, plan, units, nothing_beside, WATCHER)
    lessons.warm_up()
    lessons.learn_from_rounds()
    everything = {each.unit.key for each in units}
    assert len(documented) == 4
    assert all(keys and not keys & taught[name] for name, keys in documented)
    assert set.union(*(keys for _, keys in documented[:2])) == everything
    assert taught["last"] == everything
    assert sorted(path.name for path in (tmp_path / "rounds").iterdir()) == [
        "1.docs.jsonl",
        "2.docs.jsonl",
        "last",
        "warm-up",
    ]
    before = load_trainable(lessons.reached).model.state_dict()
    lessons.learn_from_rounds()  # nothing is left to do
    assert len(documented) == 4
    assert set(load_trainable(lessons.reached).model.state_dict()) == set(before)


def test_nothing_is_written_beside_the_first_model(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    start = tmp_path / "start"
    shutil.copytree(tiny_checkpoint, start)
    before = sorted(start.iterdir())
    config = replace(CONFIG, rounds=1, warmup_epochs=0)
    plan = Plan(str(repo), str(start), str(start), "", False, config)
    Rounds(
        tmp_path, plan, read_corpus(repo, 700, 0).train, nothing_beside, WATCHER
    ).learn_from_rounds()
    assert sorted(start.iterdir()) == before


def test_a_server_documents(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def spied(model: str, where: Path | None) -> Any:
        opened.append(model)
        return open_backend(model, where)

    monkeypatch.setattr(rounds, "open_backend", spied)
    url = f"http://127.0.0.1:{port}/v1"
    config = replace(CONFIG, rounds=1, warmup_epochs=0, docs_per_round=3, rollouts=url)
    model, units = str(tiny_checkpoint), read_corpus(repo, 700, 0).train
    plan = Plan(str(repo), model, model, "", False, config)
    lessons = Rounds(tmp_path, plan, units, nothing_beside, WATCHER)
    lessons.learn_from_rounds()
    assert opened == [url, url]
    said = read_docs(tmp_path / "rounds" / "1.docs.jsonl")
    assert said.keys() == {each.unit.key for each in units}
    assert any(each.best or each.others for each in said.values())
    assert lessons.reached == lessons.last


def test_words_of_the_repository_join_those_that_the_first_model_had_read(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    start = tmp_path / "start"
    shutil.copytree(tiny_checkpoint, start)
    units = read_corpus(repo, 700, 0).train
    word = next(name for each in units if len(name := each.unit.name) > 3 and name.isalpha())
    config = replace(CONFIG, rounds=0, warmup_epochs=1)
    plan = Plan(str(repo), str(start), str(start), "", False, config)
    assert Rounds(tmp_path, plan, units, nothing_beside, WATCHER).lexicon is None
    Lexicon(["marmalade"]).save(start)
    lessons = Rounds(tmp_path, plan, units, nothing_beside, WATCHER)
    lessons.warm_up()
    with closing(open_backend(lessons.served(lessons.warmed_up), None)) as backend:
        for lexicon in (lessons.lexicon, backend.lexicon):
            assert lexicon is not None
            assert lexicon.spelled(f"marmalade {word}", ()) is not None
            assert lexicon.spelled("marmelade", ()) is None
