import pytest

from batdoc.source.merge.renames import Named, renames


def named(text: str) -> list[Named]:
    """Read "a, b: int" as parameters."""
    parts = (part.partition(":") for part in text.split(",") if part.strip())
    return [Named(name.strip(), type_.strip() or None) for name, _, type_ in parts]


def found(documented: str, declared: str, may_be_other: bool = False) -> dict[str, str]:
    return renames(named(documented), named(declared), may_be_other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("path", "file_path"),
        ("file_path", "path"),
        ("lr_scheduler", "scheduler"),
        ("colour", "color"),
        ("fileName", "file_name"),
        ("param", "parameters"),
        ("config", "cfg"),
        ("src", "source"),
        ("names", "name"),
        ("größen", "größe"),
    ],
)
def test_names_that_are_alike(old, new):
    assert found(f"a, {old}, b", f"b, a, c, {new}") == {old: new}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("links", "no_links"),
        ("check", "skip_check"),
        ("start", "end"),
        ("min_width", "max_width"),
        ("漢", "字"),
    ],
)
def test_names_that_are_not_alike(old, new):
    assert found(f"{old}, a", f"a, {new}") == {}


def test_the_likest_of_several_is_meant():
    assert found("train_file, test_file", "train_file_name, x, test_file_name") == {
        "train_file": "train_file_name",
        "test_file": "test_file_name",
    }


def test_one_that_is_as_like_as_another_is_not_meant():
    assert found("width", "min_width, max_width") == {}


@pytest.mark.parametrize(
    ("documented", "declared", "expected"),
    [
        ("a, b, c", "a, x, c", {"b": "x"}),
        ("b", "x", {"b": "x"}),
        ("a, b", "x, a", {}),
        ("a, b, c", "a, x, y, c", {}),
        ("a, b, d, c", "a, x, c", {}),
        ("a, b: int", "a, x: int", {"b": "x"}),
        ("a, b: int", "a, x: str", {}),
    ],
)
def test_the_place_of_the_only_one(documented, declared, expected):
    assert found(documented, declared) == expected


def test_a_place_is_no_evidence_where_any_keyword_is_taken():
    assert found("a, b, c", "a, x, c", may_be_other=True) == {}
