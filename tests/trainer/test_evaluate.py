import pytest

from batdoc.models.backend import ScriptedBackend
from batdoc.models.prompts import Direction, Prompt
from batdoc.source.language import get_language
from batdoc.trainer.corpus import nothing_beside
from batdoc.trainer.evaluate import measure, summarize

UNITS = get_language("python").units(
    b'def add(first, second):\n    """Add two numbers."""\n    return first + second\n\n\n'
    b"def tell(name):\n    text = 'I am ' + name\n    print(text)\n"
)
ADD = "Add two numbers.\n:param first: One.\n:param second: Other.\n:returns: The sum."


def answer(prompt: Prompt) -> str:
    is_add = "add" in prompt.code
    if prompt.prefix:
        return "Of a person."
    if prompt.direction is Direction.TO_DOC:
        return ADD if is_add else "Tell it.\n:param nobody: Is not there."
    if not prompt.doc:
        return "    raise Oops(1)"
    return "    return first + second" if is_add else "    raise Oops(2)"


def test_every_number() -> None:
    result = summarize(measure(UNITS, ScriptedBackend(answer), nothing_beside))
    assert (result.units, result.human_docs) == (2, 1)
    both = result.figures
    assert both["reward"][0] == 1.0
    assert both["lift"][0] == pytest.approx(1.0)
    differences = zip(both["similarity"], both["similarity_alone"], strict=True)
    assert both["lift"] == tuple(told - alone for told, alone in differences)
    assert both["valid_docs"] == both["parsed"] == (1.0, 1.0)
    assert both["chrf"] == both["rouge_l"] == (pytest.approx(100.0), None)
    assert both["similarity_human"] == (1.0, None)
    assert both["leaking_docs"] == (0.0, 0.0)
    assert both["doc_words"] == (12.0, 7.0)


def test_the_human_docstring_is_not_shown() -> None:
    backend = ScriptedBackend(answer)
    measure(UNITS, backend, nothing_beside)
    assert not any('"""' in prompt.code for prompt in backend.prompts)


def test_what_an_answer_lacks_is_asked_for_by_name() -> None:
    (_, told) = measure(UNITS, ScriptedBackend(answer), nothing_beside)
    assert told.doc is not None
    assert [(entry.name, entry.text) for entry in told.doc.params] == [("name", "Of a person.")]
    assert told.agrees


def test_no_human_docstrings() -> None:
    result = summarize(measure(UNITS[1:], ScriptedBackend(answer), nothing_beside))
    assert (result.mean("chrf"), result.human_docs, result.mean("similarity_human")) == (
        None,
        0,
        None,
    )


def test_progress() -> None:
    seen: list[int] = []
    measure(UNITS * 20, ScriptedBackend(answer), nothing_beside, on_progress=seen.append)
    assert seen == [32, 40]


def test_what_cannot_be_used_does_not_pass() -> None:
    result = summarize(measure(UNITS, ScriptedBackend(lambda _: "?"), nothing_beside))
    assert (result.mean("valid_docs"), result.mean("reward")) == (0.0, 0.0)
