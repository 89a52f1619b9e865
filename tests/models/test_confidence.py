"""A scale is the model's own: of what it was measured by, which share was it less sure of?"""

import json
from pathlib import Path

import pytest

from batdoc.models.backend import Completion, Finish
from batdoc.models.catalogue import starter_path
from batdoc.models.confidence import Scale

SCALE = Scale.of(float(value) for value in range(-100, 1))


@pytest.mark.parametrize(
    ("logprob", "confidence"), [(-200.0, 0.0), (-75.0, 0.25), (-50.0, 0.5), (0.0, 1.0)]
)
def test_the_middle_one_is_a_half(logprob: float, confidence: float) -> None:
    assert SCALE is not None
    assert SCALE.confidence(logprob) == pytest.approx(confidence)


def test_a_few_lines_are_no_scale() -> None:
    assert Scale.of([-1.0] * 19) is None
    assert Scale.of([-1.0] * 20) is not None


def test_a_scale_belongs_to_one_file(tmp_path: Path) -> None:
    assert SCALE is not None
    model = tmp_path / "model.gguf"
    assert Scale.load(model) is None
    model.write_bytes(b"GGUF")
    SCALE.save(model)
    assert Scale.load(model) == SCALE
    model.write_bytes(b"GGUF of another size")
    assert Scale.load(model) is None


@pytest.mark.parametrize("text", ["", "[]", '{"model_bytes": 4, "quantiles": 5}', "{}"])
def test_a_damaged_scale_is_none(tmp_path: Path, text: str) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    (tmp_path / "model.confidence.json").write_text(text)
    assert Scale.load(model) is None


def test_the_model_that_ships_has_one() -> None:
    scale = Scale.load(starter_path())
    assert scale is not None
    assert list(scale.quantiles) == sorted(scale.quantiles)
    assert json.loads(starter_path().with_suffix(".confidence.json").read_text())["model_bytes"] > 0


@pytest.mark.parametrize(
    ("text", "starts", "expected"),
    [
        ("One two", (0, 3), -1.5),
        ("One\nmore", (0, 3), -1.0),
        ("\nOne\nmore", (0, 4), -1.0),
        ("", (), None),
    ],
)
def test_the_first_line_counts(text: str, starts: tuple[int, ...], expected: float | None) -> None:
    logprobs = (-1.0, -2.0)[: len(starts)]
    answer = Completion(text, (0, 1)[: len(starts)], logprobs, Finish.STOP, starts)
    assert answer.first_line_logprob == expected


def test_an_engine_that_tells_no_probabilities_has_no_confidence() -> None:
    assert Completion("One two", (), (), Finish.STOP).first_line_logprob is None
