"""What batdoc writes is right for other checkers too: ruff's D and DOC rules, and pydoclint."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Prompt

CODE = '''\
"""Functions of many kinds."""

from collections.abc import AsyncIterator, Iterator


def plain():
    print()


def total(first: int, second: int = 2, *more: int, unit: str = "m", **others: int) -> int:
    return first + second + sum(more) + sum(others.values()) + len(unit)


def either(first: object, second: object = None) -> object:
    return first or second


def root(number: float) -> float:
    if number < 0:
        raise ValueError("negative")
    return number**0.5


def lines(text: str) -> Iterator[str]:
    yield from text.split()


async def wait(seconds: float) -> None:
    if seconds < 0:
        raise OSError


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


class Box:
    def __init__(self, width: int, height: int = 1) -> None:
        self.width = width
        self.height = height

    @property
    def size(self) -> int:
        return self.width * self.height

    @classmethod
    def square(cls, width: int) -> "Box":
        return cls(width, width)

    def fill(self, item: str, /, *, times: int = 1) -> None:
        for _ in range(times):
            print(item)
'''
REPLIES = {
    "Box": "Box of two sizes.\n:param width: In metres.\n:param height: In metres.",
    "plain": "Print an empty line.",
    "total": "Add numbers.\n"
    ":param first: The first.\n"
    ":param second: The second.\n"
    ":param more: The others.\n"
    ":param unit: Of all.\n"
    ":param others: By name.\n"
    ":returns: The sum.",
    "either": "Choose one.\n"
    ":param first: This one.\n"
    ":param second: Or that one.\n"
    ":returns: The first.",
    "root": "Take the root.\n"
    ":param number: Not negative.\n"
    ":returns: The root.\n"
    ":raises ValueError: It is negative.",
    "lines": "Split a text.\n:param text: With spaces.\n:yields: Each word.",
    "wait": "Wait a while.\n:param seconds: How long.\n:raises OSError: The clock is broken.",
    "numbers": "Count up.\n:param count: How far.\n:yields: Each number.",
    "size": "Square metres that it covers.\n:returns: The size.",
    "square": "Make a square.\n:param width: Of each side.\n:returns: The box.",
    "fill": "Put something in.\n:param item: What.\n:param times: How often.",
}
CONVENTION = {"google": "google", "numpy": "numpy", "rest": "pep257"}
NAME = {"google": "google", "numpy": "numpy", "rest": "sphinx"}


def answer(prompt: Prompt) -> str:
    """Choose by what the code declares; to a question for one more entry there is no answer."""
    declared = re.search(r"(?:def|class) (\w+)", prompt.code)
    return REPLIES[declared[1]] if declared and not prompt.prefix else ""


@pytest.fixture(params=sorted(NAME))
def written(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Path]:
    """Document the code in one of the styles."""
    path = tmp_path / "a.py"
    path.write_text(CODE)
    monkeypatch.chdir(tmp_path)
    arguments = ["doc", "a.py", "--write", "--style", request.param]
    result = CliRunner().invoke(main, arguments, obj=lambda *_: ScriptedBackend(answer))
    assert result.exit_code == 0
    return request.param, path


def run(tool: str, *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).with_name(tool), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_everything_was_documented(batdoc, written: tuple[str, Path]):
    assert batdoc("check", "a.py").stderr.endswith("0 findings, 100% of 11 documented\n")


def test_ruff_finds_nothing(written: tuple[str, Path]):
    """Its DOC rules read no reST fields."""
    style, path = written
    rules = "--select=D" if style == "rest" else "--select=D,DOC"
    convention = f'lint.pydocstyle.convention="{CONVENTION[style]}"'
    output = run(
        *("ruff", "check", "--isolated", "--preview", rules, "--ignore=D105,D107"),
        *("--config", convention, "--output-format=concise", str(path)),
    )
    assert output == "All checks passed!\n"


def test_pydoclint_finds_nothing(written: tuple[str, Path]):
    """reST would read stars as emphasis, so batdoc leaves them out there."""
    style, path = written
    off = [word for option in ("-athd", "-crt", "-cyt", "-cca") for word in (option, "0")]
    stars = ("-oswdv", str(style == "rest"))
    output = run("pydoclint", "-q", f"--style={NAME[style]}", *stars, *off, str(path))
    assert output == ""
