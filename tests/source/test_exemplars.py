from collections.abc import Sequence

from batdoc.source.house.exemplars import Exemplars
from batdoc.source.language import get_language
from batdoc.source.units import CodeUnit

COMPLETE = '''
def {name}({parameter}):
    """Read {what} from the disk.

    Args:
        {parameter}: Where they are.

    Returns:
        What was found there.
    """
    with open({parameter}) as file:
        return parse_{what}(file.read())
'''
BRIEF = '''
def {name}({parameter}):
    """Read {what} from the disk and give them back."""
    with open({parameter}) as file:
        return parse_{what}(file.read())
'''


def units(*sources: str) -> list[CodeUnit]:
    return get_language("python").units("".join(sources).encode())


def function(name: str, what: str, template: str = COMPLETE, parameter: str = "path") -> str:
    return template.format(name=name, what=what, parameter=parameter)


def names(known: Sequence[CodeUnit], wanted: CodeUnit) -> list[str]:
    found = Exemplars(lambda _: known).nearest(wanted)
    return [each.code.partition("(")[0].removeprefix("def ") for each in found]


(WANTED,) = units("def read_colours(path):\n    return parse_colours(open(path).read())\n")


def test_the_nearest_complete_functions_are_chosen_the_nearest_last():
    known = units(
        function("write_sounds", "sounds", parameter="target"),
        function("read_shapes", "shapes"),
        function("read_bright_colours", "colours"),
        function("read_old_colours", "colours", BRIEF),
    )
    assert names(known, WANTED) == ["read_shapes", "read_bright_colours"]
    assert names(known[::-1], WANTED) == ["read_shapes", "read_bright_colours"]


def test_an_example_has_code_without_documentation_and_documentation_as_models_write_it():
    (found,) = Exemplars(lambda _: units(function("read_shapes", "shapes"))).nearest(WANTED)
    assert '"""' not in found.code
    assert found.doc == (
        "Read shapes from the disk.\n:param path: Where they are.\n:returns: What was found there."
    )


def test_where_nothing_is_complete_brief_functions_serve():
    known = units(function("one", "shapes", BRIEF), function("two", "sounds", BRIEF))
    assert sorted(names(known, WANTED)) == ["one", "two"]


def test_what_is_wrong_private_or_odd_never_serves():
    wrong = function("read_a", "shapes").replace("path: Where", "gone: Where")
    long = function("read_b", "shapes").replace("    with", "    x = 1\n" * 200 + "    with")
    stub = 'def read_c(path):\n    """Read the shapes from the disk."""\n    ...\n'
    known = units(wrong, long, stub, function("_read_d", "shapes"))
    assert names(known, WANTED) == []


def test_a_function_is_no_example_for_itself():
    known = units(function("read_shapes", "shapes"), function("read_sounds", "sounds"))
    assert names(known, known[0]) == ["read_sounds"]


def test_each_language_is_looked_at_once():
    asked: list[str] = []

    def known(language: str) -> list[CodeUnit]:
        asked.append(language)
        return []

    exemplars = Exemplars(known)
    assert exemplars.nearest(WANTED) == exemplars.nearest(WANTED) == ()
    assert asked == ["python"]
