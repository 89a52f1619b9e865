from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from batdoc.models.backends.hf import HfTokenizer
from batdoc.models.prompts import END, Direction
from batdoc.models.rebuilding import rebuild
from batdoc.source.language import get_language
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.rollout import Sampled, agrees_with, roll_out

UNITS = get_language("python").units(
    b"def add(first, second):\n    return first + second\n\n\n"
    b"def tell(name):\n    text = 'I am ' + name\n    print(text)\n"
)
GOOD = "Add two numbers.\n:param first: One.\n:param second: Other.\n:returns: The sum."
WRONG = "Add two numbers.\n:param third: There is none."


@pytest.fixture(scope="module")
def tokenizer(tiny_checkpoint: Path) -> HfTokenizer:
    return HfTokenizer(AutoTokenizer.from_pretrained(tiny_checkpoint))


class Script:
    """Answers from a script, as a model would: in tokens, with an end."""

    def __init__(self, tokenizer: HfTokenizer, docs: list[str], codes: list[str]) -> None:
        self._tokenizer = tokenizer
        self._replies = {Direction.TO_DOC: docs, Direction.TO_CODE: codes}
        self.asked: dict[Direction, list[str]] = {}

    def __call__(self, questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        end = self._tokenizer.control_id(END)
        assert end is not None
        self.asked[direction] = [self._tokenizer.decode(question) for question in questions]
        replies = self._replies[direction][: len(questions)]
        answers = [(*self._tokenizer.encode_plain(reply), end) for reply in replies]
        return [Sampled(ids, (-1.0,) * len(ids)) for ids in answers]


def test_a_round_trip(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, [GOOD, "?"], ["    return first + second"])
    good, unusable = roll_out(UNITS[:1], 2, 1, tokenizer, script, nothing_beside)
    assert good.reward.total == 1.0
    assert good.agrees
    assert good.rebuilt == ("def add(first, second):\n    return first + second\n",)
    assert [s.direction for s in good.slots] == [Direction.TO_DOC, *[Direction.TO_CODE] * 2]
    assert [s.reward for s in good.slots] == [1.0, 1.0, 0.0]
    assert unusable.reward.total == 0.0
    assert [s.counts_in_loss for s in unusable.slots] == [True, False, False]
    assert all(s.answer.ids for s in (*good.slots, *unusable.slots))


def test_the_body_is_never_shown_to_who_rebuilds_it(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, ["Tell a name."], ["    pass"])
    roll_out(UNITS[1:], 1, 1, tokenizer, script, nothing_beside)
    (question,) = script.asked[Direction.TO_CODE]
    assert "Tell a name." in question
    assert "def tell(name):" in question
    assert "I am" not in question
    assert "print" not in question


def test_each_stage_earns_its_own(tokenizer: HfTokenizer) -> None:
    codes = ["    return first + second", "    return first - second"]
    script = Script(tokenizer, ["Add two numbers."], codes)
    (rollout,) = roll_out(UNITS[:1], 1, 2, tokenizer, script, nothing_beside)
    doc, same, other, _ = rollout.slots
    assert same.reward == 1.0
    assert 0.0 <= other.reward < 1.0
    # Parameters and result are not documented: half of the mean of both rebuilds.
    assert doc.reward == pytest.approx(0.5 * (same.reward + other.reward) / 2)
    assert same.group == other.group != doc.group


def test_units_are_groups(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, ["Do a thing."] * 4, ["    pass"] * 4)
    rollouts = roll_out(UNITS, 2, 1, tokenizer, script, nothing_beside)
    assert [r.unit.name for r in rollouts] == ["add", "add", "tell", "tell"]
    assert [s.group for r in rollouts for s in r.slots] == [0, 1, 1] * 2 + [2, 3, 3] * 2


def test_the_original_is_an_answer_to_learn_from(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, ["Tell a name."], ["    pass"])
    (rollout,) = roll_out(UNITS[1:], 1, 1, tokenizer, script, nothing_beside)
    *sampled, original = rollout.slots
    assert [slot.is_original for slot in sampled] == [False, False]
    assert original.is_original
    assert original.prompt_ids == sampled[1].prompt_ids
    said = tokenizer.decode(original.answer.ids)
    assert said == "    text = 'I am ' + name\n    print(text)"
    assert original.answer.ids[-1] == tokenizer.control_id(END)


def test_an_answer_ends_at_a_stop_string(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, ["Add numbers."], ["    return 1\n```\nThat was it."])
    (rollout,) = roll_out(UNITS[:1], 1, 1, tokenizer, script, nothing_beside)
    said = tokenizer.decode(rollout.slots[1].answer.ids)
    assert "```" in said
    assert "That was it" not in said
    assert rollout.rebuilt == ("def add(first, second):\n    return 1\n",)


def test_checks_are_made_on_what_the_model_wrote() -> None:
    assert agrees_with(GOOD, UNITS[0])
    assert not agrees_with(WRONG, UNITS[0])


def test_what_is_no_body_is_not_rebuilt() -> None:
    assert rebuild("    return (", UNITS[0]) is None
    assert rebuild("", UNITS[0]) is None


def test_an_answer_that_was_cut_off_is_not_learned_from(tokenizer: HfTokenizer) -> None:
    script = Script(tokenizer, [GOOD, GOOD], ["    return first + second"] * 2)
    whole = [
        slot
        for r in roll_out(UNITS[:1], 2, 1, tokenizer, script, nothing_beside)
        for slot in r.slots
    ]
    assert all(slot.counts_in_loss for slot in whole)

    def cut_off(questions: Sequence[list[int]], direction: Direction) -> list[Sampled]:
        first, *others = script(questions, direction)
        return [replace(first, is_whole=False), *others]

    cut = [
        slot
        for r in roll_out(UNITS[:1], 2, 1, tokenizer, cut_off, nothing_beside)
        for slot in r.slots
    ]
    assert [slot.counts_in_loss for slot in cut] == [False, False, True, True, True, True]
    assert [slot.reward for slot in cut] == [slot.reward for slot in whole]
