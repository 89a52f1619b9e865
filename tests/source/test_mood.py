import pytest

from batdoc.source.house.mood import Mood, in_mood, mood_of


@pytest.mark.parametrize(
    ("summary", "mood"),
    [
        ("Return the sum.", Mood.IMPERATIVE),
        ("Returns the sum.", Mood.THIRD_PERSON),
        ("Recursively copies a folder.", Mood.THIRD_PERSON),
        ("Fetches.", Mood.THIRD_PERSON),
        ("Test whether it is empty.", Mood.IMPERATIVE),
        ("Set of names.", None),
        ("Tests for the parser.", None),
        ("Return value of the last call.", None),
        ("Format string for dates.", None),
        ("return: the sum", None),
        ("The sum.", None),
        ("", None),
    ],
)
def test_the_first_verb_tells_the_mood(summary: str, mood: Mood | None):
    assert mood_of(summary) is mood


@pytest.mark.parametrize(
    ("imperative", "third_person"),
    [
        ("Return the sum.", "Returns the sum."),
        ("Fetch a page.", "Fetches a page."),
        ("Apply it to all.", "Applies it to all."),
        ("Destroy the pool.", "Destroys the pool."),
        ("Do it.", "Does it."),
        ("Lazily load the model.", "Lazily loads the model."),
        ("Remove a name, then notify all.", "Removes a name, then notifies all."),
        ("Parse a line and return its words.", "Parses a line and returns its words."),
        ("Compare the inputs and results.", "Compares the inputs and results."),
        ("Close it. Return to the pool.", "Closes it. Return to the pool."),
    ],
)
def test_a_summary_is_put_into_a_mood(imperative: str, third_person: str):
    assert in_mood(imperative, Mood.THIRD_PERSON) == third_person
    assert in_mood(imperative, Mood.IMPERATIVE) == imperative
    assert in_mood(third_person, Mood.THIRD_PERSON) == third_person


def test_a_summary_in_the_third_person_is_put_into_the_imperative():
    summary = "Carries the value and pushes it; removes the rest."
    assert in_mood(summary, Mood.IMPERATIVE) == "Carry the value and push it; remove the rest."


@pytest.mark.parametrize(
    "summary",
    [
        "Set of names.",
        "Check type and return value.",
        "Try to parse and return the value.",
        "Let users read and write it.",
        "A list of names.",
        "`Return` the sum.",
        "",
    ],
)
def test_what_is_not_certain_stays_as_it_is(summary: str):
    assert in_mood(summary, Mood.THIRD_PERSON) == summary
    assert in_mood(summary, Mood.IMPERATIVE) == summary
