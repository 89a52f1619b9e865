from dataclasses import replace

from batdoc.source.language import get_language
from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.order import unit_order

UNITS = get_language("python").units(
    b"\n\n".join(b"def f%d():\n    return %s\n" % (n, b"1" * (n * 7 % 10 + 1)) for n in range(10))
)
BY_LENGTH = sorted(range(10), key=lambda i: len(UNITS[i].code))
CONFIG = default_config(0, Asked(steps=6, seed=3))


def test_the_longest_come_first_and_then_all_in_rounds() -> None:
    order = unit_order(UNITS, CONFIG, at_once=2)
    assert len(order) == 12
    assert set(order[:2]) == set(BY_LENGTH[-2:])
    assert sorted(order[2:]) == list(range(10))
    assert order[2:] != BY_LENGTH
    assert order == unit_order(UNITS, CONFIG, at_once=2)
    assert order != unit_order(UNITS, replace(CONFIG, seed=4), at_once=2)


def test_more_steps_go_on_where_fewer_ended() -> None:
    longer = unit_order(UNITS, replace(CONFIG, steps=20), at_once=2)
    assert longer[:12] == unit_order(UNITS, CONFIG, at_once=2)


def test_a_curriculum_goes_from_short_to_long_once() -> None:
    order = unit_order(UNITS, replace(CONFIG, steps=11, curriculum=True), at_once=2)
    assert order[2:12] == BY_LENGTH
    assert sorted(order[12:]) == list(range(10))
    assert order[12:] != BY_LENGTH


def test_each_update_of_a_step_has_its_units() -> None:
    order = unit_order(UNITS, replace(CONFIG, updates_per_step=2), at_once=2)
    once = unit_order(UNITS, CONFIG, at_once=2)
    assert order[:8] == [*once[:2], *once[:2], *once[2:4], *once[2:4]]
