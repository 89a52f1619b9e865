"""The words of a model: what is none is told from a name, a plural, and words run together."""

from pathlib import Path

import pytest

from batdoc.source.lexicon import Lexicon, words_of

LEXICON = Lexicon.of(["Return the data of a table, given to its JSONReader", "of the new view"])
OWN = words_of("def fill_right(csv, tableView, sources, props): ...")


@pytest.mark.parametrize(
    "text",
    [
        "Return the tableView of `fill_right`, given a CSV.",
        "Csvs, the views of FillRight and JSONReaders: 3 of them, at 1e5.",
        "Die Größe, ein Maß.",  # words with other letters are not judged
        "",
    ],
)
def test_what_was_read_and_what_the_code_has_are_words(text: str) -> None:
    lexicon = LEXICON | Lexicon(["views", "them", "and", "die", "ein", "jsonreaders"])
    assert lexicon.spelled(text, OWN) == text


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Return acsv.", "Return a csv."),
        ("Theprops of givensources.", "The props of given sources."),
        ("A newview.", None),  # the code has no view of its own
        ("Return the bottlen.", None),
        ("Return the propss.", None),
        ("The tableBottlen.", None),
        ("Thexprops.", None),
    ],
)
def test_what_is_run_together_is_taken_apart_and_the_rest_is_no_text(
    text: str, spelled: str | None
) -> None:
    own = OWN - {"view"}
    assert LEXICON.spelled(text, own) == spelled


def test_a_word_has_to_be_in_several_texts_where_that_is_asked_for() -> None:
    twice = Lexicon.of(["one slip, one slip", "another, one"], least=2)
    assert twice.spelled("one", ()) == "one"
    assert twice.spelled("slip", ()) is None


def test_words_stand_beside_a_file_and_in_a_folder(tmp_path: Path) -> None:
    file, folder = tmp_path / "mine-2.5.gguf", tmp_path / "mine-2.5"
    folder.mkdir()
    for model in (file, folder, folder / "model.gguf"):
        assert Lexicon.load(model) is None
    for model in (file, folder):
        LEXICON.save(model)
    assert {path.name for path in tmp_path.iterdir()} == {"mine-2.5", "mine-2.5.words.txt"}
    for model in (file, folder, folder / "model.gguf"):
        lexicon = Lexicon.load(model)
        assert lexicon is not None
        assert lexicon.spelled("Return the slip", ()) is None
        assert lexicon.spelled("return the data", ()) == "return the data"
    (tmp_path / "mine-2.5.words.txt").write_bytes(b"\xff\xfe\x00")
    assert Lexicon.load(file) is None
