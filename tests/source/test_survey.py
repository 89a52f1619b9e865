from dataclasses import replace
from pathlib import Path

import pytest

from batdoc.source.docstring import Style
from batdoc.source.errors import InputError, ParseError
from batdoc.source.files import decode_source
from batdoc.source.house.mood import Mood
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.survey import HouseStyles, neighbours, survey
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
    assert [unit.name for unit in found.wanted] == ["f1"]


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


def test_what_a_file_does_not_show_is_learned_from_its_neighbours(tmp_path: Path):
    third = '"""Returns it.\n\n    Args:\n        a: It.\n    """'
    (tmp_path / "near.py").write_bytes(functions(third, third))
    own = '"""\n    The sum.\n\n    :param a: It."""'
    house = styles(tmp_path).of(units(functions(own, own, own)))
    assert (house.style, house.summary_on_opening_line) == (Style.REST, False)
    assert house.mood is Mood.THIRD_PERSON


def test_what_is_settled_wins_over_what_was_learned_and_what_is_asked_for_over_both():
    def settle(house: HouseStyle, language: str) -> HouseStyle:
        assert language == "python"
        return replace(house, style=Style.EPYTEXT, line_length=60)

    house = HouseStyles(lambda: [], None, Style.NUMPY, settle).of(units(functions(REST, REST)))
    assert (house.style, house.line_length) == (Style.NUMPY, 60)


def test_only_neighbours_in_the_same_language_are_read(tmp_path: Path):
    (tmp_path / "near.py").write_bytes(functions(REST, REST))
    (tmp_path / "near.js").write_bytes(b"/** Do it. */\nfunction f() {}\n")
    known = styles(tmp_path)
    assert known.evidence("python").documented == 2
    assert [unit.language for unit in known.units("javascript")] == ["javascript"]


def test_neighbours_are_the_repositorys_files_but_those_left_out(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    for name in ("a.py", "sub/b.go", "sub/c.txt"):
        (tmp_path / name).touch()
    assert neighbours(tmp_path / "sub") == [tmp_path / "a.py", tmp_path / "sub" / "b.go"]
    left = neighbours(tmp_path / "sub", lambda path: path.suffix == ".py")
    assert left == [tmp_path / "sub" / "b.go"]


def test_without_a_repository_only_the_folder_itself_is_looked_at(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    for name in ("a.py", "b.js", "sub/c.py", "d.txt"):
        (tmp_path / name).touch()
    assert neighbours(tmp_path) == [tmp_path / "a.py", tmp_path / "b.js"]
    assert neighbours(tmp_path / "gone") == neighbours(None) == []
