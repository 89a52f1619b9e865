import os
import textwrap
from dataclasses import replace

import pytest

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.examples import gathered, kept_examples
from batdoc.source.language import get_language
from batdoc.source.sandbox import Limits, Outcome, run

SOURCE = '''
SCALE = 2


def double(x):
    """Double a number.

    >>> double(0)
    'a person wrote this'
    """
    return SCALE * x


class Box:
    def size(self):
        return 3
'''
UNIT, BOX, SIZE = get_language("python").units(SOURCE.encode())
needs_posix = pytest.mark.skipif(os.name != "posix", reason="the sandbox needs POSIX")


def doc(examples: str) -> Docstring:
    text = textwrap.dedent(examples).strip("\n")
    return Docstring("Double a number.", "", (), None, None, (), text, Style.GOOGLE)


def kept(examples: str, unit=UNIT, source: str = SOURCE) -> str:
    return kept_examples(doc(examples), source, unit, run).examples


def test_examples_are_gathered_from_everywhere():
    scattered = Docstring(
        summary="Double.",
        body="More.\n\n>>> double(1)\n2\n\n```js\nf()\n```\nAnd more.",
        params=(Entry("x", None, "One.\n>>> double(2)\n4"),),
        returns=Entry("", None, "It.\n```\ng()"),
        yields=None,
        raises=(Entry("E", None, "Bad."),),
        examples="Prose.\n\n>>> double(1)\n2",
        style=Style.REST,
    )
    found = gathered(scattered)
    assert found.examples == (">>> double(1)\n2\n\n```js\nf()\n```\n\n>>> double(2)\n4\n\n```\ng()")
    assert found.body == "More.\n\n\nAnd more."
    assert found.params == (Entry("x", None, "One."),)
    assert found.returns == Entry("", None, "It.")
    assert found.raises == scattered.raises


@needs_posix
def test_examples_that_run_green_are_kept_and_others_dropped():
    green, wrong = ">>> double(2)\n4", ">>> double(2)\n5"
    assert kept(f"{wrong}\n\n{green}\n\nprose\n\n>>> double('a')\n'aa'") == (
        f"{green}\n\n>>> double('a')\n'aa'"
    )


@needs_posix
def test_examples_go_on_from_those_before():
    both = ">>> x = double(4)\n>>> x\n8\n\n>>> double(x)\n16"
    assert kept(both) == both


@pytest.mark.parametrize(
    "example",
    [
        ">>> double(2)",
        ">>> 1 + 1\n2",
        ">>> double(2)  # doctest: +SKIP\n5",
        ">>> double(2)  # doctest: +ELLIPSIS\n...",
        ">>>double(2)\n4",
        "```python\ndouble(2)\n```",
    ],
)
def test_examples_that_show_nothing_are_not_even_run(example: str):
    def fail(*_: object) -> object:
        raise AssertionError

    assert kept_examples(doc(example), SOURCE, UNIT, fail).examples == ""


@needs_posix
@pytest.mark.parametrize(
    "example",
    [
        ">>> import os; os._exit(double(0))\n0",
        ">>> double(2); raise SystemExit(0)\n4",
        ">>> double(2\n4",
        ">>> while double(1): pass\n2",
        ">>> open('/etc/batdoc', 'w') and double(1)\n2",
    ],
)
def test_examples_that_end_otherwise_are_dropped(example: str):
    def run_briefly(code: str, limits: Limits) -> Outcome:
        return run(code, replace(limits, seconds=0.5))

    assert kept_examples(doc(example), SOURCE, UNIT, run_briefly).examples == ""


def test_what_a_person_wrote_is_kept_and_never_run():
    def fail(*_: object) -> object:
        raise AssertionError

    own = doc(">>> double(0)\n'a person wrote this'")
    assert kept_examples(own, SOURCE, UNIT, fail) == own


@needs_posix
def test_a_unit_stands_alone_where_its_package_is_missing():
    source = "from .other import thing\n\ndef one(): return 1\n\ndef two(): return thing\n"
    one, two = get_language("python").units(source.encode())
    assert kept(">>> one()\n1", one, source) == ">>> one()\n1"
    assert kept(">>> two()\n1", two, source) == ""


@needs_posix
def test_methods_are_shown_on_their_class():
    assert kept(">>> Box().size()\n3", SIZE) == ">>> Box().size()\n3"


def test_examples_in_other_languages_are_dropped():
    (unit,) = get_language("javascript").units(b"function f() { return 1 }\n")
    assert kept("```js\nf()\n```", unit, "function f() { return 1 }\n") == ""
