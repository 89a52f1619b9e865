"""The judge of drift with the real starter, on a code base of two dozen functions."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.catalogue import starter_path
from batdoc.models.semantic_drift import ENOUGH, Described, Drifted, DriftJudge, described
from batdoc.source.errors import Cancelled
from batdoc.source.language import get_language

SHOP = Path(__file__).parents[1] / "data" / "drift" / "shop.py"


def functions() -> list[Described]:
    units = get_language("python").units(SHOP.read_bytes())
    return [said for said in map(described, units) if said is not None]


@pytest.fixture(scope="module")
def backend() -> Iterator[LlamaCppBackend]:
    with closing(LlamaCppBackend(starter_path())) as opened:
        yield opened


def judged(functions: list[Described], backend: LlamaCppBackend) -> dict[str, Drifted]:
    judge = DriftJudge(functions, backend)
    found = judge.drifted(range(len(functions)), Event(), lambda _: None)
    return {functions[at].unit.name: drifted for at, drifted in found}


def told_as(function: Described, other: Described) -> Described:
    return replace(other, unit=function.unit)


def test_true_docstrings_are_not_listed(backend):
    said = functions()
    assert len(said) >= ENOUGH
    assert judged(said, backend) == {}


def test_swapped_docstrings_are_listed_with_whom_they_fit(backend):
    said = functions()
    one = next(at for at, each in enumerate(said) if each.unit.name == "parse_address")
    other = next(at for at, each in enumerate(said) if each.unit.name == "convert_currency")
    said[one], said[other] = told_as(said[one], said[other]), told_as(said[other], said[one])
    found = judged(said, backend)
    assert set(found) == {"parse_address", "convert_currency"}
    assert found["convert_currency"].rival is said[one].unit
    assert found["parse_address"].rival is said[other].unit
    assert all(len(drifted.fresh.split()) > 1 for drifted in found.values())


def test_a_docstring_of_nothing_around_is_listed_without_a_rival(backend):
    said = functions()
    at = next(at for at, each in enumerate(said) if each.unit.name == "read_catalogue")
    said[at] = replace(said[at], summary="Invert the matrix.", text="Invert the matrix.")
    found = judged(said, backend)
    assert list(found) == ["read_catalogue"]
    assert found["read_catalogue"].rival is None


def test_twins_of_one_name_are_no_rivals(backend):
    said = functions()
    twin = replace(said[0], unit=replace(said[0].unit, qualified_name="AsyncShop.add_customer"))
    measured = DriftJudge([*said, twin], backend).measure([(0, said[0])])[0]
    assert measured.lead > 0
    assert measured.rival not in (0, len(said))


def test_where_most_docstrings_fit_badly_that_is_how_people_write_there(backend):
    said = functions()
    rotated = [told_as(each, said[at - 7]) for at, each in enumerate(said)]
    assert len(judged(rotated, backend)) <= 1


def test_each_measure_tells_true_from_swapped(backend):
    said = functions()
    judge = DriftJudge(said, backend)
    true = judge.measure(list(enumerate(said)))
    wrong = judge.measure([(at, said[at - 7]) for at in range(len(said))])
    for measure in ("words", "lead", "lift", "odds"):
        pairs = zip(true, wrong, strict=True)
        better = sum(getattr(a, measure) > getattr(b, measure) for a, b in pairs)
        assert better >= 0.85 * len(said)


def test_a_stop_is_heard_and_progress_is_told(backend):
    judge, told = DriftJudge(functions(), backend), []
    assert list(judge.drifted([0, 1, 2], Event(), told.append)) == []
    assert told == [3]
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        list(judge.drifted([0], cancel, told.append))


@pytest.mark.parametrize(
    "source",
    [
        'class Box:\n    """A box for several things."""\n',
        'def f():\n    """Return it."""\n    return 1\n',
        'def f():\n    """Do what must be done."""\n',
        'def f():\n    """\u8fd4\u56de\u7528\u6237\u7684\u540d\u79f0\u3002"""\n    return 1\n',
        "def f():\n    return 1\n",
    ],
    ids=["a class", "two words", "a stub", "no English", "no docstring"],
)
def test_what_cannot_be_judged_is_not(source):
    (unit,) = get_language("python").units(source.encode())
    assert described(unit) is None


def test_what_is_said_of_parameters_is_left_out():
    source = '''
def area(width):
    """Compute the area of a square.

    Args:
        width: Inches.

    Returns:
        Square inches.

    Raises:
        ValueError: Not finite.
    """
    return width**2
'''
    (unit,) = get_language("python").units(source.encode())
    said = described(unit)
    assert said is not None
    assert said.summary == "Compute the area of a square."
    assert said.text.split("\n") == [said.summary, "", "", "Square inches.", "Not finite."]
