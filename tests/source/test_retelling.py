import pytest

from batdoc.source.house.retelling import retold
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit


def unit(source: str, name: str) -> CodeUnit:
    found = get_language("python").units(source.encode())
    return next(each for each in found if each.qualified_name == name)


def function(name: str, body: str = "return self.read()") -> CodeUnit:
    return unit(f"def {name}(self):\n    {body}\n", name)


@pytest.mark.parametrize(
    ("old", "new", "sentence", "told"),
    [
        ("get_name", "get_size", "Get the name of it.", "Get the size of it."),
        ("get_name", "get_size", "Names are given.", "Sizes are given."),
        ("from_dict", "from_text", "Make it from a dict.", "Make it from a text."),
        ("close", "close", "Close it for good.", "Close it for good."),
        ("get_name", "get_size", "Give what it is called.", None),
        ("date", "ctime", "Give a ``date`` object.", None),
        ("date", "ctime", "Give the date in ``UTC``.", "Give the ctime in ``UTC``."),
        ("get_name", "set_size", "Get the name.", None),
        ("get_name", "get_full_name", "Get the name.", None),
    ],
)
def test_one_word_of_the_name_is_replaced(old: str, new: str, sentence: str, told: str | None):
    assert retold(sentence, function(old), function(new)) == told


def test_what_only_its_own_function_has_is_not_said_of_another():
    queue = unit(
        "class TaskQueue:\n    def drop(self, item): self.items.pop(item)", "TaskQueue.drop"
    )
    table = unit("class Set:\n    def drop(self, item): self.items.pop(item)", "Set.drop")
    assert retold("Drop a task from the queue.", queue, table) is None
    assert retold("Drop one of the items.", queue, table) == "Drop one of the items."
    assert retold("Drop a task from the queue.", queue, queue) == "Drop a task from the queue."


def test_a_word_that_every_sentence_has_does_no_harm():
    one, other = function("close", "return self.x"), function("close", "self.x = 1")
    assert retold("Close it and return nothing.", one, other) == "Close it and return nothing."
