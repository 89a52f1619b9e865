"""The shapes that the public suites come in: a line of JSON to a task.

HumanEval (Chen et al. 2021, arXiv:2107.03374) and HumanEvalPack (Muennighoff et al. 2023,
arXiv:2308.07124) bring headers. MBPP (Austin et al. 2021, arXiv:2108.07732) brings none: that of
its own solution is shown, and all else that stands in the solution's file stays there. Figures on
MBPP are therefore not to be compared with those of prompts that show the tests.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batdoc.source.errors import InputError
from batdoc.trainer.suites.task import Task, last_function

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Format:
    """How a suite's lines are read.

    Attributes:
        language: Tells which language a line's task is in.
        task: Reads a line in a language whose tasks can be run.
    """

    language: Callable[[Record], str]
    task: Callable[[Record], Task]


def _python(_: Record) -> str:
    return "python"


def _humaneval(record: Record) -> Task:
    prompt, name = _text(record, "prompt"), _text(record, "entry_point")
    return Task(
        name=_text(record, "task_id"),
        unit=last_function(prompt, "python"),
        doc=_words_under_header(prompt, name),
        above=prompt,
        below="",
        tests=f"{_text(record, 'test')}\ncheck({name})\n",
        solution=prompt + _text(record, "canonical_solution"),
        buggy=None,
    )


def _words_under_header(prompt: str, name: str) -> str:
    """Give the string that a function ends with; an import may stand above it."""
    for node in ast.parse(prompt).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            match node.body[-1]:
                case ast.Expr(ast.Constant(str(words))):
                    return inspect.cleandoc(words)
    raise InputError(f"{name} says nothing of what it is to do")


_CLOSING = {"python": "", "javascript": "}\n"}  # what a prompt lacks to be a file


def _pack_language(record: Record) -> str:
    return _text(record, "task_id").partition("/")[0].lower()


def _humanevalpack(record: Record) -> Task:
    prompt, language = _text(record, "prompt"), _pack_language(record)
    return Task(
        name=_text(record, "task_id"),
        unit=last_function(prompt + _CLOSING[language], language),
        doc=_text(record, "docstring").strip(),
        above=prompt,
        below=_CLOSING[language],
        tests=f"{_text(record, 'test')}\n",
        solution=prompt + _text(record, "canonical_solution"),
        buggy=prompt + _text(record, "buggy_solution"),
    )


def _mbpp(record: Record) -> Task:
    code = _text(record, "code").replace("\r\n", "\n")
    tests = _lines(record, "test_list")
    unit = last_function(code, "python", _tested(code, tests))
    before = code.encode()[: unit.span.start].decode()
    after = code.encode()[unit.span.end :].decode()
    return Task(
        name=f"MBPP/{record.get('task_id')}",
        unit=unit,
        doc=_text(record, "text").strip(),
        above=f"{before}{unit.header}\n",
        below=after,
        tests="\n".join([_text(record, "test_setup_code"), *tests, ""]),
        solution=f"{code}\n",
        buggy=None,
    )


def _tested(code: str, tests: Sequence[str]) -> str:
    """Find which of a file's functions the tests call."""
    defined = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
    called = (name for test in tests for name in _called(test) if name in defined)
    if (name := next(called, None)) is None:
        raise InputError("its tests call no function that its code defines")
    return name


def _called(test: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(test)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise InputError(f'it has no text called "{key}"')
    return value


def _lines(record: Record, key: str) -> list[str]:
    value = record.get(key)
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise InputError(f'it has no list of texts called "{key}"')
    return value


FORMATS = {
    "humaneval": Format(_python, _humaneval),
    "humanevalpack": Format(_pack_language, _humanevalpack),
    "mbpp": Format(_python, _mbpp),
}
