import shutil
from dataclasses import replace

import numpy as np
import pytest

from batdoc.models.backends.logits import LogitReader
from batdoc.models.gguf import GgufLabel, write_gguf
from batdoc.models.parity import compare, compare_strictly, distance, read_reference
from batdoc.models.parity_texts import TEXTS
from batdoc.source.errors import ExportError

LABEL = GgufLabel("tiny", None, prompt_version=1)


@pytest.fixture(scope="module")
def reference(tiny_checkpoint):
    return read_reference(tiny_checkpoint)


@pytest.fixture(scope="module")
def exported(tiny_checkpoint, tmp_path_factory):
    file = tmp_path_factory.mktemp("exported") / "m.gguf"
    write_gguf(tiny_checkpoint, file, LABEL)
    return file


def test_there_are_200_different_texts():
    assert len(set(TEXTS)) == len(TEXTS) == 200


def test_distance_by_hand():
    expected = np.array([[1.0, 3.0], [5.0, 5.0]], np.float32)
    got = np.array([[1.0, 4.0], [5.0, 5.0]], np.float32)

    # The difference has norm 1; the spread around the rows' means is [-1, 1], [0, 0].
    assert distance(got, expected) == pytest.approx(1 / np.sqrt(2))


def test_an_equal_file_is_equal(exported, reference):
    parity = compare_strictly(exported, reference, 0.001)

    assert parity.distance < 1e-5
    assert parity.greedy_agreement == 1
    assert parity.first_change is None


def test_a_model_without_a_first_token_is_given_none(exported):
    with LogitReader(exported, 8) as reader:
        assert "bos_token" not in reader.vocabulary.special_tokens
        assert reader.vocabulary.special_tokens["eos_token"] == "<|end|>"


def test_the_first_token_that_differs_is_named(exported, reference):
    ids = ((*reference.ids[0][:-1], 5), *reference.ids[1:])
    at = len(ids[0]) - 1

    with pytest.raises(ExportError, match=rf"'x = 1' differ at {at}, .* against \(5,\)"):
        compare(exported, replace(reference, ids=ids), 0.001)


def test_a_control_token_that_is_read_as_text_is_named(exported, reference):
    control = reference.control_ids | {"<|new|>": 700}

    with pytest.raises(ExportError, match=r"'<\|new\|>'"):
        compare(exported, replace(reference, control_ids=control), 0.001)


def test_logits_that_are_too_far_are_told(exported, reference):
    readings = tuple(
        replace(reading, logits=reading.logits + np.float32(0.1) * reading.logits)
        for reading in reference.readings
    )

    with pytest.raises(ExportError, match=r"logits of passage 1 are 0.09\d? away and 0.05 is"):
        compare(exported, replace(reference, readings=readings), 0.05)


def test_logits_that_are_not_numbers_are_too_far(exported, reference):
    readings = tuple(replace(r, logits=r.logits * np.nan) for r in reference.readings)

    with pytest.raises(ExportError, match="nan away"):
        compare(exported, replace(reference, readings=readings), 1e9)


def test_another_greedy_text_is_named(exported, reference):
    first = reference.readings[0]
    logits = first.logits.copy()
    logits[first.passage_length + 2, first.ids[first.passage_length + 3]] += 100
    wanted = list(first.ids)
    wanted[first.passage_length + 3] = 699
    logits[first.passage_length + 2, 699] += 200
    changed = replace(first, ids=tuple(wanted), logits=logits)
    readings = (changed, *reference.readings[1:])

    with pytest.raises(ExportError, match="token 4 after passage 1"):
        compare_strictly(exported, replace(reference, readings=readings), 1e9)


def test_a_broken_model_is_far(tiny_checkpoint, tmp_path, reference):
    """Rows in the wrong order are what a broken converter writes."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(tiny_checkpoint)
    shutil.copytree(tiny_checkpoint, tmp_path / "broken")
    with torch.no_grad():
        for layer in model.model.layers:
            layer.mlp.up_proj.weight.copy_(layer.mlp.up_proj.weight.flip(0))
    model.save_pretrained(tmp_path / "broken")
    write_gguf(tmp_path / "broken", tmp_path / "m.gguf", LABEL)

    with pytest.raises(ExportError, match="logits of passage 1"):
        compare(tmp_path / "m.gguf", reference, 0.05)
