import pytest

from batdoc.lsp_server.completion import find_spot
from batdoc.lsp_server.wire import BodyAnswer
from batdoc.source.errors import ProofError
from batdoc.source.language import get_language

PYTHON = get_language("python")
CURSOR = "|"

FUNCTION = '''
def add(a, b):
    """Add two numbers."""
    |
'''
METHOD = '''
class Sum:
    """Adds."""

    @staticmethod
    async def add(
        a: int,
        b: int,
    ) -> int:
        """Add two numbers.

    Even badly indented ones.
        """

        |

    def other(self): return (
'''
TABS = 'class A:\n\tdef add(self, b):\n\t\t"""Add."""\n\t\t|\n'
LAST = 'def add(a, b):\n    """Add."""\n    |'
HALF_TYPED_AROUND = f"def broken(:\n    x = [1,\n\nimport\n{FUNCTION}\nclass B(\n"


def spot_in(text):
    before, after = text.split(CURSOR)
    source = (before + after).encode()
    return find_spot(source, len(before.encode()), PYTHON, PYTHON.units)


def written(text, body):
    spot = spot_in(text)
    assert spot is not None
    return spot.suggestion(BodyAnswer(body)).accepted.decode()


@pytest.mark.parametrize("text", [FUNCTION, METHOD, TABS, LAST, HALF_TYPED_AROUND])
def test_the_cursor_under_signature_and_docstring_is_a_spot(text):
    spot = spot_in(text)
    assert spot.unit.name == "add"
    assert spot.unit.docstring.startswith("Add")


def test_crlf_is_kept():
    text = written(FUNCTION.replace("\n", "\r\n"), "if a:\n    return b\nreturn a")
    assert "    if a:\r\n        return b\r\n    return a\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


def test_the_body_is_indented_like_the_cursor():
    assert written(TABS, "x = 1\nreturn x") == TABS.replace("|", "x = 1\n\t\treturn x")
    assert "\n        x = 1\n        return x\n\n    def other" in written(
        METHOD, "x = 1\nreturn x"
    )


def test_what_is_completed_is_valid():
    text = written(FUNCTION, "total = a + b\nreturn total")
    (unit,) = PYTHON.units(text.encode())
    assert unit.docstring == "Add two numbers."
    assert unit.code.endswith("    total = a + b\n    return total")


@pytest.mark.parametrize(
    "text",
    [
        "|",
        "x = 1\n|",
        "    |",
        "def f():\n    |\n",  # nothing says what it should do
        'def f():\n    """Doc."""\n    x = 1\n    |\n',  # it has a body
        'def f():\n    """Doc."""\n    |\n\n    return 1\n',  # the body follows
        'def f():\n    """Doc."""\n    |  # later\n',
        'def f():\n    """Doc."""\n    x|\n',
        'def f():\n    """Doc."""\n        |\n',
        'def f():\n    """Doc."""\n  |\n',
        'def f():\n    """Doc."""\n|\n',  # the next definition may come here
        'class A:\n    """Doc."""\n    |\n',
        "if x:\n    |\n",
        'def f():\n    """Doc."""\n    if x:\n        |\n',
        'def f():\n    """Doc.\n    |\n',  # inside the docstring
        'def f():\n    """Doc.\n\n    def g():\n        |\n    """\n',
    ],
)
def test_other_places_are_none(text):
    assert spot_in(text) is None


@pytest.mark.parametrize("body", ["return 1\nclass X: pass\n\0", "return ("])
def test_a_body_that_does_not_fit_is_refused(body):
    with pytest.raises(ProofError):
        written(FUNCTION, body)


def test_a_long_file_before_the_cursor_costs_nothing():
    start = "x = 1\n" * 200_000
    assert spot_in(start + FUNCTION).unit.name == "add"
