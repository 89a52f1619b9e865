import ast
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batdoc.models.backend import ScriptedBackend
from batdoc.models.document import UNITS_A_CALL, DocumentedFile, document
from batdoc.models.prompts import Prompt
from batdoc.models.trust import NO_ANSWER
from batdoc.source.docstring import Style
from batdoc.source.errors import Cancelled
from batdoc.source.files import decode_source
from batdoc.source.survey import HouseStyles, Survey, survey


def answer(prompt: Prompt) -> str:
    return "" if prompt.prefix or "mute" in prompt.code else "Give a number."


def surveys(*sources: bytes) -> Iterator[Survey]:
    for index, source in enumerate(sources):
        yield survey(decode_source(Path(f"m{index}.py"), source), include_private=False)


def functions(count: int, name: str = "f") -> bytes:
    return b"".join(f"def {name}{i}(): return {i}\n".encode() for i in range(count))


def run(
    found: Iterator[Survey], backend: ScriptedBackend | None = None, **options: object
) -> Iterator[DocumentedFile]:
    houses = HouseStyles(lambda: [], 88, Style.GOOGLE)
    return document(found, houses.of, backend or ScriptedBackend(answer), **options)


def names(results: Sequence[DocumentedFile]) -> list[str]:
    return [str(result.file.path) for result in results]


def test_files_come_out_in_order_and_those_that_lack_nothing_are_passed_over():
    results = list(run(surveys(functions(1), b"x = 1\n", functions(2))))
    assert names(results) == ["m0.py", "m2.py"]
    assert [p.unit.name for p in results[1].written] == ["f0", "f1"]
    assert results[1].after.count(b'"""Give a number."""') == 2
    assert results[1].left_alone == ()


def test_a_unit_without_an_answer_is_left_alone_and_the_others_are_not():
    (result,) = run(surveys(functions(1, "mute") + functions(1)))
    assert [p.unit.name for p in result.written] == ["f0"]
    assert [(left.unit.name, left.reason) for left in result.left_alone] == [("mute0", NO_ANSWER)]


def test_units_of_many_files_go_to_the_model_in_one_call():
    calls = []

    class Counting(ScriptedBackend):
        def generate(self, prompts, *rest):
            calls.append([p for p in prompts if not p.prefix])
            return super().generate(prompts, *rest)

    sources = [functions(10)] * 13
    results = list(run(surveys(*sources), Counting(answer)))
    assert len(results) == 13
    assert [len(call) for call in calls if call] == [UNITS_A_CALL, UNITS_A_CALL, 2]


def test_a_file_comes_out_before_later_ones_are_read():
    read = []

    def watched() -> Iterator[Survey]:
        for found in surveys(*[functions(UNITS_A_CALL)] * 3):
            read.append(found)
            yield found

    next(run(watched()))
    assert len(read) == 1


def test_a_file_larger_than_a_call_is_whole():
    (result,) = run(surveys(functions(2 * UNITS_A_CALL + 1)))
    assert len(result.written) == 2 * UNITS_A_CALL + 1


def test_progress_counts_up():
    seen: list[int] = []
    list(run(surveys(functions(UNITS_A_CALL), functions(3)), on_progress=seen.append))
    assert seen == [UNITS_A_CALL, UNITS_A_CALL + 3]


def test_cancel_ends_the_run_and_keeps_what_came_out():
    cancel = Event()
    results = run(surveys(*[functions(UNITS_A_CALL)] * 2), cancel=cancel)
    assert len(next(results).written) == UNITS_A_CALL
    cancel.set()
    with pytest.raises(Cancelled):
        next(results)


HOSTILE = st.lists(
    st.sampled_from(
        [
            *(
                '"""',
                "'''",
                "\\",
                "\n",
                "\r",
                "\t",
                " ",
                "\0",
                "\x0c",
                "\u2028",
                "\u202e",
                "\ud800",
            ),
            *(
                "Give it.",
                ":param a: ",
                ":returns: ",
                ":raises X:",
                "```python\n",
                "Args:\n    a: ",
            ),
            *(
                '"""\nimport os\n"""',
                "<|end|>",
                "<|im_end|>",
                "# coding: utf-16",
                "é🦇",
                "\n    return 1",
            ),
        ]
    )
    | st.text(max_size=5),
    max_size=10,
).map("".join)


@settings(deadline=None)
@given(st.lists(HOSTILE, min_size=24, max_size=24))
def test_whatever_the_model_answers_the_code_stays_the_same(replies: list[str]):
    source = b"# caf\xc3\xa9\ndef f(a, *b): return a\nclass C:\n\tdef g(self):\r\n\t\traise X\n"
    waiting = cycle(replies)
    (result,) = run(surveys(source), ScriptedBackend(lambda prompt: next(waiting)))
    before, after = ast.parse(source.decode()), ast.parse(result.after.decode())
    for node in ast.walk(after):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            del node.body[0]
    assert ast.dump(before) == ast.dump(after)
    assert len(result.written) + len(result.left_alone) == 3
