import json
import shutil
import socket
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
import torch
from safetensors.torch import load_file

from batdoc.models.catalogue import current_path, runs_folder, starter_path
from batdoc.source.errors import Cancelled, ConfigError, InputError, ModelError
from batdoc.trainer.card import Verdict
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.corpus import read_corpus
from batdoc.trainer.evaluation import FIGURES, Evaluation
from batdoc.trainer.held_out import held_out_units
from batdoc.trainer.plan import Plan, Request, make_plan, run_folder
from batdoc.trainer.progress import Progress
from batdoc.trainer.publish import decide
from batdoc.trainer.run import train, worth
from batdoc.trainer.watcher import Watcher

SMALL = replace(
    default_config(0, Asked(steps=2, reward="both", warmup_epochs=3)),
    docs_per_round=2,
    docs_per_unit=2,
    most_doc_tokens=8,
    most_code_tokens=8,
    save_after=0.0,
).for_units(4)
NOW = datetime(2026, 1, 1)
_FOLDERS = ("rounds/warm-up", "checkpoint")
BETTER = Verdict(True, "it rose")
WORSE = Verdict(False, "it fell")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))


def resumed(repo: Path, folder: Path | None, seed: int | None = None) -> Request:
    return Request(repo, folder, None, Asked(seed=seed), resume=True)


def plan_for(repo: Path, model: Path) -> Plan:
    digest = read_corpus(repo, SMALL.longest_code, 0).digest
    return Plan(str(repo), str(model), str(model), digest, True, SMALL)


def test_a_server_that_is_not_there_is_told_of_first(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    asked = Request(repo, tmp_path / "run", str(tiny_checkpoint), Asked(rollouts=url), False)
    with pytest.raises(ModelError, match="cannot be reached; start the server"):
        train(asked, Watcher(Event(), lambda _: None, lambda _: None))
    assert not (tmp_path / "run").exists()


def test_a_stopped_run_goes_on(repo: Path, tiny_checkpoint: Path) -> None:
    folder = runs_folder(repo) / "20260101-000000"
    folder.mkdir(parents=True)
    plan_for(repo, tiny_checkpoint).save(folder)
    request = resumed(repo, None)
    _stop(request, "", "stopped after step 1 of 2 of a lesson")
    _stop(request, "reward", "stopped after step 1 of 2")
    assert not (folder / "card.json").exists()
    stages: list[str] = []
    steps: list[int] = []
    finished = train(request, Watcher(Event(), stages.append, lambda p: steps.append(p.step)))
    assert finished.folder == folder
    assert steps == [2]
    done = ("first model on", "warm", "round")
    assert not any(word in stage for stage in stages for word in done)
    _check_files(folder, repo)
    assert train(replace(request, output=folder), Watcher(Event(), print, print)) == finished


def test_a_warm_up_alone_is_a_run(repo: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    output, model = tmp_path / "run", str(tiny_checkpoint)
    asked = Asked(steps=0, warmup_epochs=1, rounds=0)
    request = Request(repo, output, model, asked, resume=False)
    finished = train(request, Watcher(Event(), print, print))
    assert finished.card["between"] == {}
    assert finished.card["after"]["units"] > 0
    weights = [load_file(finished.folder / name / "model.safetensors") for name in _FOLDERS]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    with pytest.raises(ConfigError, match="nothing is trained; make --warmup, --rounds or --steps"):
        train(
            replace(request, output=tmp_path / "none", asked=replace(asked, warmup_epochs=0)),
            Watcher(Event(), print, print),
        )


def test_a_run_in_four_bits_ends_in_whole_weights(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    config = replace(SMALL, adapter_rank=2, four_bit=True, warmup_epochs=1)
    replace(plan_for(repo, tiny_checkpoint), config=config).save(folder)
    finished = train(resumed(repo, folder), Watcher(Event(), print, print))
    assert finished.card["after"]["units"] > 0
    warmed = load_file(folder / "rounds" / "warm-up" / "model.safetensors")
    assert {weights.dtype for weights in warmed.values()} == {torch.float32}
    assert list((folder / "steps").glob("checkpoint-*/adapter_model.safetensors"))
    assert (folder / "model.gguf").is_file()


def test_what_came_later_and_did_worse_is_not_kept(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    config = replace(SMALL, steps=0)
    replace(plan_for(repo, tiny_checkpoint), config=config).save(folder)
    _stop(resumed(repo, folder), "", "stopped after step 1 of 2 of a lesson")
    cancel = Event()
    stages = {"round 1": cancel.set}
    with pytest.raises(Cancelled):
        train(
            resumed(repo, folder),
            Watcher(cancel, lambda stage: stages.get(stage[:7], int)(), lambda _: None),
        )
    warmed = Evaluation.load(folder / "warm.json")
    high = (0.9,) * warmed.units
    Evaluation({**warmed.figures, "reward": high}).save(folder / "warm.json")
    card = train(resumed(repo, folder), Watcher(Event(), print, print)).card
    assert list(card["between"]) == ["warm-up", "last"]
    weights = [load_file(folder / name / "model.safetensors") for name in _FOLDERS]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_stage_that_would_come_into_use_goes_before_one_that_earns_more() -> None:
    def measured(reward: float, chrf: float) -> Evaluation:
        row = dict.fromkeys(FIGURES, 0.5) | {"reward": reward, "chrf": chrf}
        return Evaluation.of([row] * 40)

    before, warm = measured(0.1, 25.0), measured(0.2, 30.0)
    assert worth(before, measured(0.3, 20.0)) < worth(before, warm)
    assert worth(before, measured(0.3, 29.0)) > worth(before, warm)
    assert worth(before, measured(0.1, 25.0)) < worth(before, warm)


def _stop(request: Request, during: str, message: str) -> None:
    """Cancel a run after the first step of a stage."""
    cancel = Event()

    def on_step(progress: Progress) -> None:
        if progress.words.startswith(during):
            cancel.set()

    with pytest.raises(Cancelled, match=message):
        train(request, Watcher(cancel, lambda _: None, on_step))


def _check_files(folder: Path, repo: Path) -> None:
    assert (folder / "model.gguf").read_bytes()[:4] == b"GGUF"
    metrics = (folder / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in metrics] == [1, 2]
    card = json.loads((folder / "card.json").read_text())
    assert card["reward"] == "both"
    assert list(card["between"]) == ["warm-up", "rounds"]
    assert card["before"]["units"] == card["after"]["units"] == len(held_out_units(folder, repo)[0])
    assert card["verdict"]["is_better"] is False
    assert card["in_use"].startswith("what was before, because")
    assert current_path(repo) is None
    written = (folder / "card.json").read_text() + "\n".join(metrics)
    assert "result += price" not in written


def test_a_changed_repository_is_not_resumed(repo: Path, tiny_checkpoint: Path) -> None:
    folder = repo.parent / "run"
    folder.mkdir()
    replace(plan_for(repo, tiny_checkpoint), corpus="another").save(folder)
    with pytest.raises(InputError, match="has changed since the run began"):
        train(resumed(repo, folder), Watcher(Event(), print, print))


def test_seed_and_reward_cannot_change(repo: Path, tiny_checkpoint: Path) -> None:
    folder = repo.parent / "run"
    folder.mkdir()
    plan_for(repo, tiny_checkpoint).save(folder)
    with pytest.raises(ConfigError, match="--reward both, not roundtrip; leave --reward out"):
        train(
            replace(resumed(repo, folder), asked=Asked(reward="roundtrip")),
            Watcher(Event(), print, print),
        )
    with pytest.raises(ConfigError, match="--warmup 3, not 0; leave --warmup out"):
        train(
            replace(resumed(repo, folder), asked=Asked(warmup_epochs=0)),
            Watcher(Event(), print, print),
        )
    with pytest.raises(ConfigError, match="--seed 0, not 3"):
        train(resumed(repo, folder, seed=3), Watcher(Event(), print, print))
    with pytest.raises(ConfigError, match="--rows 12, not 8; leave --rows out"):
        train(
            replace(resumed(repo, folder), asked=Asked(rows_per_pass=8)),
            Watcher(Event(), print, print),
        )


def test_a_used_folder_is_refused(repo: Path) -> None:
    with pytest.raises(InputError, match="is not empty; pass --resume"):
        run_folder(Request(repo, repo, None, Asked(), False), NOW)


def test_nothing_to_resume(repo: Path) -> None:
    with pytest.raises(InputError, match="no stopped run"):
        run_folder(resumed(repo, None), NOW)
    with pytest.raises(InputError, match="holds no run"):
        Plan.load(repo)


def _finished(repo: Path, name: str) -> Path:
    folder = runs_folder(repo) / name
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"GGUF")
    return folder


def test_training_anew_starts_from_what_the_model_in_use_started_from(
    repo: Path, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny_checkpoint, base)
    plan_for(repo, base).save(_finished(repo, "1"))
    _promote_by_hand(repo, "1")
    request = Request(repo, None, None, Asked(), resume=False)
    assert make_plan(request, None)[0].first_model == str(base)
    shutil.rmtree(base)
    assert make_plan(request, None)[0].first_model == str(starter_path().resolve())


def test_a_better_model_comes_into_use(repo: Path) -> None:
    old, new = _finished(repo, "1"), _finished(repo, "2")
    first = replace(plan_for(repo, old / "model.gguf"), promotes=True)

    def unasked(_: Path) -> Verdict:
        raise AssertionError

    _promote_by_hand(repo, "1")
    assert decide(first, new, WORSE, unasked) == "what was before, because it fell"
    assert current_path(repo) == old / "model.gguf"
    assert decide(replace(first, promotes=False), new, BETTER, unasked).startswith("what was")
    assert decide(first, new, BETTER, unasked) == "this model"
    assert current_path(repo) == new / "model.gguf"


def test_a_model_from_elsewhere_must_beat_the_one_in_use(repo: Path) -> None:
    old, new = _finished(repo, "1"), _finished(repo, "2")
    _promote_by_hand(repo, "1")
    plan = plan_for(repo, repo / "elsewhere.gguf")
    assert "because against it it fell" in decide(plan, new, BETTER, lambda _: WORSE)
    assert current_path(repo) == old / "model.gguf"
    asked: list[Path] = []
    assert decide(plan, new, BETTER, lambda p: asked.append(p) or BETTER) == "this model"
    assert asked == [old / "model.gguf"]


def _promote_by_hand(repo: Path, run: str) -> None:
    (runs_folder(repo) / "current.json").write_text(json.dumps({"run": run}))
