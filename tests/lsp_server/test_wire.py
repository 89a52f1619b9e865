import io

from hypothesis import given
from hypothesis import strategies as st

from batdoc.lsp_server.wire import (
    BodyAnswer,
    DocstringAnswer,
    Request,
    answer_message,
    pack,
    read_answer,
    read_message,
    request_message,
)
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.style import HouseStyle

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
entries = st.builds(Entry, words, st.none() | words, words)
lists = st.lists(entries, max_size=3).map(tuple)
docstrings = st.builds(
    Docstring,
    summary=words,
    body=words,
    params=lists,
    returns=st.none() | entries,
    yields=st.none() | entries,
    raises=lists,
    examples=words,
    style=st.sampled_from(Style),
)
houses = st.builds(
    HouseStyle,
    style=st.sampled_from(Style),
    documents_params=st.booleans(),
    documents_types=st.booleans(),
    line_length=st.integers(40, 200),
    summary_on_opening_line=st.booleans(),
)


@given(docstrings, houses, words, st.booleans())
def test_documentation_arrives_as_it_was_sent(docstring, house, trust, is_cut):
    answer = DocstringAnswer(docstring, house, trust, is_cut)
    stream = io.BytesIO(pack(answer_message(7, answer)))
    message = read_message(stream.read)
    assert message["id"] == 7
    assert read_answer(message) == answer


@given(houses)
def test_nothing_arrives_as_nothing(house):
    empty = DocstringAnswer(None, house)
    assert read_answer(answer_message(1, empty)) == empty
    assert read_answer(answer_message(1, BodyAnswer(None))) == BodyAnswer(None)


@given(words, st.booleans())
def test_a_body_arrives_as_it_was_sent(body, is_cut):
    answer = BodyAnswer(body, is_cut)
    assert read_answer(answer_message(1, answer)) == answer


@given(words)
def test_a_request_arrives_as_it_was_sent(source):
    request = Request("body", "python", source, 3, "A.f", None, "/m.gguf", "numpy", 79)
    stream = io.BytesIO(pack(request_message(1, request)))
    assert Request(**read_message(stream.read)["request"]) == request


def test_a_message_cut_short_is_the_end():
    data = pack({"cancel": 1})
    for end in range(len(data)):
        assert read_message(io.BytesIO(data[:end]).read) is None
