import pytest

from batdoc.source.merge.types import agrees, retyped


@pytest.mark.parametrize(
    ("spelled", "annotation"),
    [
        ("int", "int"),
        ("int, optional", "int | None"),
        ("int, default 3", "int"),
        ("str or None", "Optional[str]"),
        ("str or bytes", "bytes | str"),
        ("Union[str, bytes]", "typing.Union[bytes, str]"),
        ("list", "list[int]"),
        ("List[int]", "list[int]"),
        ("Sequence", "list[int]"),
        ("dict", "Mapping[str, int]"),
        ("pathlib.Path", "Path"),
        (":class:`Path`", "pathlib.Path"),
        ("`~pathlib.Path`", "Path"),
        ("string", "str"),
        ("function", "Callable[[int], str]"),
        ("int", "Annotated[int, Gt(0)]"),
        ("Node", '"Node"'),
        ("number", "float"),
        ("Array", "Array<number>"),
    ],
)
def test_one_type_in_two_spellings(spelled, annotation):
    assert agrees(spelled, annotation)
    assert retyped(spelled, annotation, are_repeated=True) is None


@pytest.mark.parametrize(
    ("spelled", "annotation", "expected"),
    [
        ("int", "str", "str"),
        ("int, optional", "str | None", "str | None, optional"),
        ("str", "str | Path", "str | Path"),
        ("list[int]", "list[str]", "list[str]"),
        ("str or int", "str", "str"),
        ("Optional[int]", "float", "float"),
    ],
)
def test_a_plain_type_that_changed(spelled, annotation, expected):
    assert retyped(spelled, annotation, are_repeated=False) == expected


@pytest.mark.parametrize(
    ("spelled", "annotation"),
    [("Foo", "Bar"), ("ndarray", "ArrayLike"), ("str", "StrPath"), ("Foo | None", "Bar | None")],
)
def test_a_type_that_may_be_a_looser_word(spelled, annotation):
    assert retyped(spelled, annotation, are_repeated=False) is None
    assert retyped(spelled, annotation, are_repeated=True) == annotation


@pytest.mark.parametrize(
    "spelled",
    ["list of str", "ndarray of shape (n,)", "{'a', 'b'}", "a number", "1-D array", "`int`s"],
)
def test_words_are_never_replaced(spelled):
    assert retyped(spelled, "bytes", are_repeated=True) is None
