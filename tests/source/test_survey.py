from pathlib import Path

import pytest

from batdoc.source.docstring import Style
from batdoc.source.errors import InputError, ParseError
from batdoc.source.files import decode_source
from batdoc.source.language import get_language
from batdoc.source.survey import HouseStyles, survey
from batdoc.source.units import CodeUnit

GOOGLE = '"""Do it.\n\n    Args:\n        a: It.\n    """'
REST = '"""Do it.\n\n    :param a: It.\n    """'


def functions(*docstrings: str) -> bytes:
    parts = (f"def f{i}(a):\n    {text}\n    use(a)\n" for i, text in enumerate(docstrings))
    return "".join(parts).encode()


def units(source: bytes) -> list[CodeUnit]:
    return get_language("python").units(source)


def styles(folder: Path, style: Style | None = None) -> HouseStyles:
    return HouseStyles(lambda: sorted(folder.iterdir()), 88, style)


def test_a_survey_tells_what_is_there_and_what_is_missing():
    file = decode_source(Path("a.py"), functions(GOOGLE, "pass"))
    found = survey(file, include_private=False)
    assert [unit.name for unit in found.units] == ["f0", "f1"]
    assert [unit.name for unit in found.missing] == ["f1"]


def test_a_file_that_cannot_be_surveyed_is_named():
    with pytest.raises(ParseError, match=r"^bad\.py cannot be parsed: line 1"):
        survey(decode_source(Path("bad.py"), b"def"), include_private=False)
    with pytest.raises(InputError, match=r"^notes\.txt is in no language"):
        survey(decode_source(Path("notes.txt"), b""), include_private=False)


def test_a_file_that_shows_a_style_keeps_it(tmp_path: Path):
    (tmp_path / "near.py").write_bytes(functions(GOOGLE, GOOGLE, GOOGLE, GOOGLE))
    assert styles(tmp_path).of(units(functions(REST, REST, REST))).style is Style.REST


def test_a_file_that_shows_little_takes_its_neighbours_style(tmp_path: Path):
    (tmp_path / "bad.py").write_bytes(b"def")
    (tmp_path / "near.py").write_bytes(functions(REST, REST))
    assert styles(tmp_path).of(units(functions(GOOGLE, "pass"))).style is Style.REST


def test_a_style_that_is_told_wins_and_the_length_is_kept(tmp_path: Path):
    house = HouseStyles(lambda: [], 72, Style.NUMPY).of(units(functions(REST, REST, REST)))
    assert (house.style, house.line_length) == (Style.NUMPY, 72)


def test_neighbours_are_not_looked_for_where_they_are_not_needed():
    def fail() -> list[Path]:
        raise AssertionError

    assert HouseStyles(fail, 88, None).of(units(functions(REST, REST, REST))).style is Style.REST
