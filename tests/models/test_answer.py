"""How an answer grows and ends."""

import pytest

from batdoc.models.backend import Finish, Limits
from batdoc.models.backends.answer import Answer


def grown(pieces, stop=(), max_tokens=99):
    """Feed pieces of text as tokens 0, 1, ... until the answer ends."""
    answer = Answer(Limits.greedy(max_tokens), stop)
    text = ""
    for token, piece in enumerate(pieces):
        text += piece
        answer.grow(token, -float(token), text)
        if answer.finish:
            break
    else:
        answer.end()
    return answer.completion()


def test_without_stop_strings_all_is_kept():
    completion = grown(["a", "b"])
    assert (completion.text, completion.token_ids) == ("ab", (0, 1))
    assert completion.logprobs == (0.0, -1.0)
    assert completion.starts == (0, 1)
    assert completion.finish is Finish.STOP


@pytest.mark.parametrize(
    ("pieces", "text", "tokens"),
    [
        (["x", "\n```", "y"], "x", (0,)),  # a token of its own
        (["x", "\n", "`", "``", "y"], "x", (0,)),  # over several tokens
        (["x\n", "```"], "x", (0,)),  # begins within a token that also says something
        (["x", "y\n```z"], "xy", (0, 1)),  # within one token
        (["\n```"], "", ()),  # at the very beginning
    ],
)
def test_a_stop_string_is_found_over_token_borders(pieces, text, tokens):
    completion = grown(pieces, stop=["\n```"])
    assert (completion.text, completion.token_ids) == (text, tokens)
    assert len(completion.logprobs) == len(tokens)
    assert completion.finish is Finish.STOP


def test_the_first_of_several_stop_strings_counts():
    assert grown(["one two three"], stop=["three", "two"]).text == "one "


def test_an_empty_stop_string_stops_nothing():
    assert grown(["a", "b"], stop=[""]).text == "ab"


def test_the_limit_ends_an_answer_and_a_stop_string_in_its_last_token_wins():
    assert grown("abc", max_tokens=2).finish is Finish.LENGTH
    assert grown("abc", stop=["b"], max_tokens=2).finish is Finish.STOP


def test_tokens_without_text_count_as_long_as_the_text_goes_on():
    # Bytes of one character may come in several tokens; only the last of them gives text.
    assert grown(["", "é", "", "END"], stop=["END"]).token_ids == (0, 1)
