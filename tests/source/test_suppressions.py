from pathlib import Path

import pytest

from batdoc.source.check import check
from batdoc.source.files import decode_source
from batdoc.source.rules import choose
from batdoc.source.suppressions import waves_through
from batdoc.source.survey import survey


def findings(source: str) -> list[tuple[str, int]]:
    found = survey(decode_source(Path("a.py"), source.encode()), False)
    checked = check(found.file, found.language, found.units, choose((), ()), False, lambda _: True)
    return [(finding.rule.code, finding.line) for finding in checked.findings]


@pytest.mark.parametrize(
    ("comment", "holds"),
    [
        ("# noqa", True),
        ("#NOQA", True),
        ("# noqa: BD101", True),
        ("# noqa:bd101", True),
        ("# noqa: D103, BD101", True),
        ("# noqa: D103 BD1", True),
        ("# type: ignore  # noqa: BD101", True),
        ("# noqa: BD102", False),
        ("# noqa: D103", False),
        ("# noqa: see below", False),
        ("# noqas", False),
        ("", False),
    ],
)
def test_a_comment_names_rules_or_means_all(comment, holds):
    assert waves_through({3: comment}, [2, 3], "BD101") is holds
    assert not waves_through({3: comment}, [2], "BD101")


@pytest.mark.parametrize(
    "source",
    [
        "def f():  # noqa: BD101\n    do()\n",
        "def f(\n    a,\n    b,  # noqa\n):\n    do()\n",
        "@wrap(\n    1\n)\ndef f():  # noqa\n    do()\n",
        "class C:  # noqa\r\n    x = 1\r\n",
        'def f(a):\n    """Do it.\n\n    :param b: One.\n    """  # noqa: BD201, BD202\n    do()\n',
    ],
)
def test_a_comment_counts_on_the_declaration_and_behind_the_docstring(source):
    assert findings(source) == []
    assert findings(source.replace("noqa", "note"))


@pytest.mark.parametrize(
    "source",
    [
        'def f(a="# noqa"):\n    do()\n',
        "@wrap  # noqa\ndef f():\n    do()\n",
        "def f():\n    do()  # noqa\n",
    ],
)
def test_elsewhere_and_in_text_it_does_not(source):
    assert [code for code, _ in findings(source)] == ["BD101"]


def test_text_of_a_docstring_waves_nothing_through():
    assert findings('def f(a):\n    """# noqa\n\n    :param b: # noqa"""\n    do()\n')


def test_a_finding_stands_where_the_declaration_starts():
    assert findings("@wrap(\n    1,\n)\nasync def f():\n    do()\n") == [("BD101", 4)]
