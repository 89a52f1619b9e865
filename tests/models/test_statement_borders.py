"""Where code is cut: behind statements, never within one, never in the signature."""

import pytest

from batdoc.models.statement_borders import borders

PYTHON = '''\
@cached(
    size=3,
)
def f(
    a,
    b,
):|
    x = g(
        a,
        b,
    )|
    table = {
        "a": 1,
        "b": 2,
    }|
    if x and \\
        b:
        y = """text

    more"""|
    else:
        y = (
            a
            + b
        )|
    for i in y:
        # why|
        print(i)|
    return x|'''
JAVASCRIPT = """\
async function f(a,
    b) {|
    const x = await g({
        a: 1,
        b: 2,
    });|
    if (x) {
        y = a +
            b +
            x;|
    } else {
        z();|
    }|
    return [
        x,
        y,
    ];|
}|"""
GO = """\
func F(a int,
	b int) int {|
	if a > b {
		a = b|
	}|
	return a|
}|"""
RUBY = """\
def f(a,
      b)|
  x = g(
    a,
    b
  )|
  if x
    y = 1|
  end|
  y|
end|"""
JAVA = """\
int f(int a)|
{
    if (a > 1) {
        return a;|
    }|
    return 2;|
}|"""


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", PYTHON),
        ("javascript", JAVASCRIPT),
        ("go", GO),
        ("ruby", RUBY),
        ("java", JAVA),
    ],
)
def test_the_marked_places_are_the_borders(language, marked):
    code = marked.replace("|", "")
    cut = [code[:at] for at in borders(code, language)]
    pieces = marked.split("|")[:-1]
    assert cut == ["".join(pieces[: i + 1]) for i in range(len(pieces))]


def test_code_that_cannot_be_read_is_cut_at_lines():
    assert borders("def f(:\n  é\nx", "python") == [7, 11, 13]
    assert borders("a\nb", "no such language") == [1, 3]


def test_a_body_on_the_line_of_its_signature_is_not_cut_off():
    assert borders("def f(x): return x", "python") == [18]


def test_characters_of_several_bytes_are_counted_once():
    code = "def f():\n    x = 'é日👩'\n    return x"
    assert [code[:at].count("\n") for at in borders(code, "python")] == [0, 1, 2]
    assert borders(code, "python")[-1] == len(code)
