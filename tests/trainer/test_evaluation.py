from pathlib import Path

import pytest

from batdoc.source.errors import InputError
from batdoc.trainer.evaluation import FIGURES, Evaluation, interval


def evaluation(**figures: list[float | None]) -> Evaluation:
    count = len(next(iter(figures.values())))
    rows = {name: figures.get(name, [0.0] * count) for name in FIGURES}
    return Evaluation.of([{name: rows[name][at] for name in FIGURES} for at in range(count)])


def test_a_mean_is_over_the_functions_that_have_the_figure() -> None:
    found = evaluation(chrf=[10.0, None, 20.0], similarity_human=[None] * 3)
    assert (found.units, found.human_docs) == (3, 2)
    assert found.mean("chrf") == 15.0
    assert found.mean("similarity_human") is None


def test_a_change_is_over_the_functions_where_both_have_it() -> None:
    before = evaluation(chrf=[10.0, None, 20.0, 0.0])
    after = evaluation(chrf=[30.0, 50.0, None, 10.0])
    assert after.differences(before, "chrf") == [20.0, 10.0]
    change = after.change(before, "chrf")
    assert change is not None
    assert (change.difference, change.low, change.high) == (15.0, 10.0, 20.0)
    assert evaluation(chrf=[None]).change(evaluation(chrf=[1.0]), "chrf") is None


def test_the_interval_holds_the_mean_about_as_often_as_it_says() -> None:
    values = [at / 99 for at in range(100)]
    low, high = interval(values)
    assert low == pytest.approx(0.5 - 1.96 * 0.0291, abs=0.005)
    assert high == pytest.approx(0.5 + 1.96 * 0.0291, abs=0.005)
    assert interval(values) == (low, high)
    assert interval([0.25] * 9) == (0.25, 0.25)
    assert interval([]) == (0.0, 0.0)


@pytest.mark.parametrize("content", ["", "[]", '{"units": 2, "reward": 0.5}'])
def test_what_cannot_be_read_back_is_named(tmp_path: Path, content: str) -> None:
    found = evaluation(chrf=[10.0, None])
    file = tmp_path / "before.json"
    found.save(file)
    assert Evaluation.load(file) == found
    file.write_text(content)
    with pytest.raises(InputError, match=r"before\.json cannot be read; delete it"):
        Evaluation.load(file)
