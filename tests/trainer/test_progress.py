import json
from pathlib import Path

from batdoc.trainer.progress import Journal, Pace, read_records

METRICS = {
    "reward": 0.25,
    "reward_std": 0.1,
    "flat": 0.25,
    "lift": 0.02,
    "similarity": 0.5,
    "valid_docs": 0.75,
    "kl": 0.002,
    "entropy": 1.5,
    "tokens": 120.0,
    "truncated": 0.25,
}


def test_a_line_a_step(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "metrics.jsonl", steps=4, done=0)
    journal.note(1, METRICS)
    progress = journal.note(2, METRICS | {"reward": 0.75})
    assert (progress.step, progress.steps) == (2, 4)
    told = "reward 0.500  likeness 0.500  lift +0.020  valid 75%  KL 0.0020  entropy 1.50  "
    assert progress.words.startswith(told)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2]
    assert lines[0]["tokens"] == 120


def test_a_lesson_tells_its_steps() -> None:
    pace = Pace("steps")
    assert pace.at(1, 3).seconds_left == 0.0
    progress = pace.at(3, 3)
    assert (progress.step, progress.steps, progress.what) == (3, 3, "steps")


def test_steps_that_are_made_again_are_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    file.write_text('{"step": 1}\n{"step": 2}\n{"step": 3}\n{"st')
    Journal(file, steps=9, done=2)
    assert file.read_text() == '{"step": 1}\n{"step": 2}\n'


def test_a_run_that_learns_nothing_says_why(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "metrics.jsonl", steps=20, done=0)
    nothing = METRICS | {"reward": 0.0, "reward_std": 0.0}
    notes = [journal.note(step, nothing).note for step in range(1, 11)]
    assert notes[8] == ""
    assert "every reward is 0" in notes[9]
    assert journal.note(11, METRICS).note == ""


def test_steps_are_read_back_and_damaged_lines_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    assert read_records(file) == []
    Journal(file, steps=4, done=0).note(1, METRICS)
    with file.open("a") as stream:
        stream.write('{"step": 2}\n[]\n{"st')
    (record,) = read_records(file)
    assert (record.step, record.reward, record.lift, record.tokens) == (1, 0.25, 0.02, 120)
