from collections.abc import Sequence
from dataclasses import replace

from batdoc.source.house.precedents import Precedents
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
    found = Precedents(lambda _: known).exemplars(wanted, ())
    return [each.code.partition("(")[0].removeprefix("def ") for each in found]


def lines(
    known: Sequence[CodeUnit], wanted: CodeUnit, file: Sequence[CodeUnit] = ()
) -> Sequence[str]:
    return Precedents(lambda _: known).known(wanted, file).lines


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
    (found,) = Precedents(lambda _: ()).exemplars(WANTED, units(function("read_shapes", "shapes")))
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

    precedents = Precedents(known)
    assert precedents.exemplars(WANTED, ()) == precedents.known(WANTED, ()).lines == ()
    assert asked == ["python"]


SHAPES = function("read_shapes", "shapes")
SOUNDS = function("write_sounds", "sounds", parameter="target")


def test_lines_tell_the_summaries_of_the_likest_and_what_is_said_of_like_entries():
    assert lines(units(SOUNDS, SHAPES), WANTED) == (
        "write sounds: Read sounds from the disk.",
        ":param path: Where they are.",
        ":returns: What was found there.",
        "read shapes: Read shapes from the disk.",
    )


def test_a_result_is_told_of_where_there_is_one():
    assert ":returns: What was found there." in lines(units(SHAPES), WANTED)
    (nothing,) = units("def read_colours(path):\n    parse_colours(open(path).read())\n")
    assert not any("returns" in line for line in lines(units(SHAPES), nothing))


def test_what_stands_in_the_file_goes_before_what_is_known_of_it():
    old, new = units(SHAPES), units(SHAPES.replace("from the disk", "as they are now"))
    assert lines(old, WANTED, new)[-1] == "read shapes: Read shapes as they are now."
    bare = [replace(unit, docstring=None) for unit in old]
    assert lines(old, WANTED) != ()
    assert lines(old, WANTED, bare) == ()


def test_a_function_never_tells_of_itself():
    known = units(SHAPES)
    assert lines(known, known[0], known) == ()


def test_there_is_a_bound_to_what_is_told():
    many = ", ".join(f"argument_{i}" for i in range(40))
    entries = "".join(f"\n        argument_{i}: {'Long ' * 30}." for i in range(40))
    known = units(f'def one({many}):\n    """Do it.\n\n    Args:{entries}\n    """\n    go()\n')
    (wanted,) = units(f"def two({many}):\n    stay()\n")
    told = lines(known, wanted)
    assert 2 < len(told) < 8
    assert sum(map(len, told)) <= 360


def test_one_sentence_is_told_of_each():
    text = SHAPES.replace("Where they are.", "Where, e.g. here. Not there.")
    assert ":param path: Where, e.g. here." in lines(units(text), WANTED)


def test_what_is_said_of_like_parameters_is_kept_whole_where_it_may_be_said():
    long = "Where the shapes are " + "and are " * 20 + "kept."
    around = units(SOUNDS, SHAPES.replace("Where they are.", long))
    wanted = WANTED
    result = {("returns", ""): "What was found there."}
    assert Precedents(lambda _: around).known(wanted, ()).entries == result  # no shapes of its own
    told = long.replace("shapes", "things")
    around = units(SOUNDS, SHAPES.replace("Where they are.", f"{told} Not here."))
    known = Precedents(lambda _: around).known(wanted, ())
    assert known.entries == {("params", "path"): told, **result}
    assert known.lines[1] == f":param path: {told[:80].rstrip()}"


def test_a_name_that_the_house_puts_first_is_not_told():
    said = "// BindXML is a shortcut for Bind(v, XML).\n"
    code = f"{said}func BindXML(v any) error {{ return Bind(v, XML) }}\n"
    go = get_language("go")
    (wanted,) = go.units(b"func BindYAML(v any) error { return Bind(v, YAML) }\n")
    known = Precedents(lambda _: go.units(code.encode())).known(wanted, ())
    assert known.lines == ("bind xml: Is a shortcut for Bind(v, XML).",)
    assert known.retold == ("Is a shortcut for Bind(v, YAML).",)


def test_of_a_list_not_one_line_is_said_again():
    listed = SHAPES.replace("What was found there.", "* True if found. * False if not.")
    known = Precedents(lambda _: units(listed)).known(WANTED, ())
    assert set(known.entries) == {("params", "path")}


def test_what_is_said_of_the_likest_is_said_of_the_function():
    assert Precedents(lambda _: units(SOUNDS, SHAPES)).known(WANTED, ()).retold == (
        "Read colours from the disk.",
    )
