"""From a model's words to documentation and code that can be trusted, whatever the words are."""

import textwrap
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from batdoc.models.authoring import Manner, Shown, write_bodies, write_docstrings, write_updates
from batdoc.models.backend import ScriptedBackend
from batdoc.models.confidence import Scale
from batdoc.models.entries import write_entries
from batdoc.models.fitting import fit
from batdoc.models.prompts import Direction, Prompt, to_code, to_doc
from batdoc.models.reading import read_body, read_doc
from batdoc.models.trust import NO_ROOM, Body, Unwritten, Written
from batdoc.source import sandbox
from batdoc.source.docstring import Docstring, Style
from batdoc.source.errors import Cancelled, ModelError
from batdoc.source.examples import Run
from batdoc.source.house.precedents import Exemplar, Known, Precedents
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import get_language
from batdoc.source.lexicon import Lexicon
from batdoc.source.merge import wanted
from batdoc.source.units import CodeUnit

FULL = HouseStyle(Style.GOOGLE, True, False, 88, True)
BRIEF = HouseStyle(Style.GOOGLE, False, False, 88, True)


def unit_of(source: str) -> CodeUnit:
    return get_language("python").units(textwrap.dedent(source).encode())[0]


def docstrings(*arguments: Any, **options: Any) -> list[Docstring | None]:
    written = write_docstrings(*arguments, **options)
    return [each.docstring if isinstance(each, Written) else None for each in written]


ADD = unit_of(
    """
    def add(left, *rest, scale=1):
        if not rest:
            raise ValueError("nothing to add")
        return scale * (left + sum(rest))
    """
)


def test_what_the_model_left_out_is_asked_for_by_name() -> None:
    def answer(prompt: Prompt) -> str:
        if not prompt.prefix:
            return "add numbers\n:param left: The first."
        return {
            ":param *rest:": " The others.",
            ":param scale:": " A factor.",
            ":returns:": " The scaled sum.",
            ":raises ValueError:": " If there is nothing to add.",
        }[prompt.prefix.split("\n")[1]]

    (doc,) = docstrings([ADD], ScriptedBackend(answer), FULL)
    assert doc is not None
    assert doc.summary == "Add numbers."
    assert [(e.name, e.text) for e in doc.params] == [
        ("left", "The first."),
        ("*rest", "The others."),
        ("scale", "A factor."),
    ]
    assert doc.returns is not None
    assert doc.returns.text == "The scaled sum."
    assert [(e.name, e.text) for e in doc.raises] == [("ValueError", "If there is nothing to add.")]


@pytest.mark.parametrize(
    ("scale", "confidence"), [(None, None), (Scale((-2.0, *[-1.0] * 19, 0.0)), 1.0)]
)
def test_how_sure_the_model_is_stands_beside_it(
    scale: Scale | None, confidence: float | None
) -> None:
    (written,) = write_docstrings([ADD], ScriptedBackend(["Add them."], scale=scale), BRIEF)
    assert isinstance(written, Written)
    assert written.trust.confidence == confidence


def test_the_best_of_several_has_the_fewest_faults() -> None:
    wrong = "Add them all.\n:param nobody: Is not there."
    replies = iter([wrong, wrong, "Add them up."])
    backend = ScriptedBackend(lambda prompt: "" if prompt.prefix else next(replies))
    manner = Manner(precedents=None, run=None, best_of=3)
    (doc,) = docstrings([ADD], backend, FULL, manner=manner)
    assert doc is not None
    assert doc.summary == "Add them up."


def test_the_best_of_several_is_what_the_code_comes_back_from() -> None:
    docs = iter(["Add numbers.", "Raise or give the scaled sum.", "Do it."])

    def answer(prompt: Prompt) -> str:
        if prompt.direction is Direction.TO_DOC:
            return next(docs)
        is_told = "scaled sum" in prompt.doc
        return "    return scale * (left + sum(rest))" if is_told else "    print(left)"

    manner = Manner(precedents=None, run=None, best_of=3, verifies=True)
    (written,) = write_docstrings([ADD], ScriptedBackend(answer), BRIEF, manner=manner)
    assert isinstance(written, Written)
    assert written.docstring.summary == "Raise or give the scaled sum."
    assert written.trust.verified is not None
    assert written.trust.verified > 0.3


def test_what_the_code_comes_back_from_is_complete_documentation() -> None:
    docs = iter(["Add numbers.", "Sum up.", "Do it."])
    asked = []

    def answer(prompt: Prompt) -> str:
        if prompt.direction is Direction.TO_CODE:
            asked.append(prompt.doc)
            return "    return scale * (left + sum(rest))"
        return f" The {prompt.prefix.split()[-1].strip(':')} one." if prompt.prefix else next(docs)

    manner = Manner(precedents=None, run=None, best_of=3, verifies=True)
    write_docstrings([ADD], ScriptedBackend(answer), FULL, manner=manner)
    assert len(asked) == 4  # three to choose from, and what is shown
    assert all(":returns: The returns one" in doc for doc in asked)


def test_a_class_is_not_rebuilt_from_its_docstring() -> None:
    backend = ScriptedBackend(lambda _: "Hold one number.")
    manner = Manner(precedents=None, run=None, best_of=2, verifies=True)
    (written,) = write_docstrings([unit_of("class One: x = 1")], backend, BRIEF, manner=manner)
    assert isinstance(written, Written)
    assert written.trust.verified is None
    assert {prompt.direction for prompt in backend.prompts} == {Direction.TO_DOC}


def test_a_brief_house_costs_one_line_and_one_call() -> None:
    backend = ScriptedBackend(["Add numbers.\n:param left: The first."])
    (doc,) = docstrings([ADD], backend, BRIEF)
    assert doc is not None
    assert (doc.summary, doc.params, doc.returns) == ("Add numbers.", (), None)


def test_claims_that_the_code_denies_do_not_pass() -> None:
    doc = read_doc(
        "Add numbers.\n:param wrong: No.\n:param rest: Yes.\n:raises KeyError: Never.\n"
        ":raises ValueError: Yes.\n:yields: Nothing.",
        ADD,
    )
    assert doc is not None
    assert [e.name for e in doc.params] == ["*rest"]
    assert [e.name for e in doc.raises] == ["ValueError"]
    assert doc.yields is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   \n",
        "Word",
        "Call get_to_to_to_it.",
        "the the the the the",
        "a value of a value of a value of it",
        "<|end|>",
    ],
)
def test_no_sentence_is_no_documentation(answer: str) -> None:
    assert read_doc(answer, ADD) is None


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        ('"""Add numbers."""', "Add numbers."),
        ("```\nAdd numbers.\n```", "Add numbers."),
        ("<|im_start|>Add numbers.<|im_end|>", "Add numbers."),
        ("sum() of numbers", "sum() of numbers."),
        ("Is it a sum?", "Is it a sum?"),
    ],
)
def test_wrapping_is_taken_off(answer: str, summary: str) -> None:
    doc = read_doc(answer, ADD)
    assert doc is not None
    assert doc.summary == summary


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The sum. :param left: Again.", "The sum."),
        ("param weight_path: The value.", None),
        ("The last parameter: see below.", "The last parameter: see below."),
        ("a of a of a of a of a of", None),
        ("The sum. E.g.::::", "The sum."),
    ],
)
def test_fields_do_not_leak_into_one_another(text: str, kept: str | None) -> None:
    doc = read_doc(f"Add numbers.\n:returns: {text}", ADD)
    assert doc is not None
    assert (doc.returns.text if doc.returns else None) == kept


def test_order_is_kept_over_many_calls() -> None:
    units = [unit_of(f"def f{i}(): return {i}") for i in range(150)]
    seen: list[int] = []
    backend = ScriptedBackend(lambda p: f"Give the number {p.code.split()[-1]}.")
    docs = docstrings(units, backend, BRIEF, on_progress=seen.append)
    assert [doc.summary if doc else None for doc in docs] == [
        f"Give the number {i}." for i in range(150)
    ]
    assert seen == [64, 128, 150]


def test_cancelled_before_it_began() -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        docstrings([ADD], ScriptedBackend(["Add numbers."]), BRIEF, cancel)


STUB = unit_of('def half(x):\n    """Halve a number."""\n')


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ("    return x / 2", "return x / 2"),
        ("return x / 2", "return x / 2"),
        ("    y = x\n    return y\n\ndef other():\n    pass", "y = x\nreturn y"),
        ("    return x /2\n    if x:", "return x /2"),
        ('    """Halve."""\n    return x / 2', "return x / 2"),
        ("```\n    return x / 2\n```", "return x / 2"),
        ("    return )", None),
        ("", None),
        ('    """Only words."""', None),
        ("    return get_to_to_to_to(x)", None),
        (f"    return [{'0, ' * 20}0]", None),
        (f"    return x{'.strip()' * 20}", None),
        ("    y = 0\n" + 9 * "    y += x\n", "y = 0\ny += x\ny += x"),
        (
            "    while x:\n" + 3 * "        x = 1\n\n        y = 2\n",
            "while x:\n" + 2 * "    x = 1\n\n    y = 2\n" + "    x = 1",
        ),
        (
            "    return [x * x - x + 1 for x in (x, x, x)]",
            "return [x * x - x + 1 for x in (x, x, x)]",
        ),
    ],
)
def test_a_body_is_the_longest_beginning_that_parses(answer: str, body: str | None) -> None:
    assert read_body(answer, STUB) == body


def test_a_body_is_written_from_header_and_documentation_alone() -> None:
    backend = ScriptedBackend(["    return x / 2"])
    assert write_bodies([STUB], backend) == [Body("return x / 2", is_cut=False)]
    (prompt,) = backend.prompts
    assert (prompt.direction, prompt.code, prompt.doc) == (
        Direction.TO_CODE,
        "def half(x):",
        "Halve a number.",
    )


def test_it_is_told_that_the_model_saw_only_the_beginning() -> None:
    long = unit_of("def count(items):\n" + "    print('one more of them')\n" * 40)
    backend = ScriptedBackend(lambda _: "Print them.", context_size=200)
    written = write_docstrings([long, ADD], backend, BRIEF)
    assert [isinstance(each, Written) and each.trust.is_cut for each in written] == [True, False]


def test_it_is_told_of_new_entries_in_old_documentation_as_well() -> None:
    head = 'def count(items, most):\n    """Count them.\n\n    :param most: Enough.\n    """\n'
    long = unit_of(head + "    print('one more of them')\n" * 80)
    backend = ScriptedBackend(lambda _: " What to count.", context_size=200)
    (written,) = write_entries([long], [wanted(long)], backend)
    (entry,) = written.docstring.params
    assert (entry.name, entry.text) == ("items", "What to count.")
    assert written.trust.is_cut


def test_code_that_does_not_fit_is_cut_at_a_line() -> None:
    lines = [f"    x{i} = {i}" for i in range(50)]
    unit = unit_of("def long():\n" + "\n".join(lines))
    backend = ScriptedBackend([], context_size=100)
    fitted = fit(to_doc(unit), backend, room=40)
    assert backend.count_tokens(fitted) <= 60
    assert unit.code.startswith(fitted.code + "\n")
    assert len(fitted.code.split("\n")) > 10


def test_documentation_is_cut_rather_than_a_header() -> None:
    backend = ScriptedBackend([], context_size=60)
    fitted = fit(to_code(STUB, "word " * 200), backend, room=20)
    assert fitted.code == STUB.header
    assert 0 < len(fitted.doc.split()) < 40


def test_a_unit_that_is_too_long_to_ask_about_does_not_end_the_others() -> None:
    giant = unit_of(f"def f({', '.join(f'p{i}' for i in range(30))}): return 1")
    backend = ScriptedBackend(["Halve a number."], context_size=110)
    too_long, written = write_docstrings([giant, STUB], backend, BRIEF)
    assert too_long == Unwritten(NO_ROOM)
    assert isinstance(written, Written)
    assert written.docstring.summary == "Halve a number."


def test_a_body_tells_that_its_documentation_was_cut() -> None:
    stub = unit_of(f'def half(x):\n    """Halve. {"So it is. " * 200}"""\n    ...')
    backend = ScriptedBackend(lambda _: "    return x / 2", context_size=200)
    assert write_bodies([stub], backend) == [Body("return x / 2", is_cut=True)]


def test_a_header_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ModelError, match="larger context"):
        fit(to_code(STUB, ""), ScriptedBackend([], context_size=21), room=20)


SIBLINGS = [
    unit_of(
        f'def {name}(left):\n    """Count all of the {name} on the left up by one."""\n'
        f"    return left + {at} + len({name!r})"
    )
    for at, name in enumerate(("apples", "pears"))
]
EXEMPLARS = (Exemplar("def one(): return 1", "Give one."), Exemplar("def two(): return 2", "Two."))


@pytest.mark.parametrize(
    ("context", "is_patient", "whole", "lines"),
    [(4096, True, 2, 0), (4096, False, 0, 0), (4095, True, 0, 2)],
)
def test_a_model_with_room_is_shown_functions_and_others_lines(
    context: int, is_patient: bool, whole: int, lines: int
) -> None:
    backend = ScriptedBackend(["Add numbers."], context)
    manner = Manner(Precedents(lambda _: ()), None, is_patient=is_patient)
    shown = [manner.shown(ADD, SIBLINGS, backend)]
    docstrings([ADD], backend, BRIEF, manner=manner, shown=shown)
    (prompt,) = backend.prompts
    assert (len(prompt.exemplars), len(prompt.precedents)) == (whole, lines)


def test_words_of_precedents_are_no_inventions() -> None:
    backend = ScriptedBackend(lambda _: "Count fnords up.", lexicon=Lexicon(["count"]))
    told = Shown(known=Known(("count: Count fnords.",), (), {}))
    assert docstrings([ADD], backend, BRIEF) == [None]
    (doc,) = docstrings([ADD], backend, BRIEF, shown=[told])
    assert doc is not None
    assert doc.summary == "Count fnords up."


class ChatBackend(ScriptedBackend):
    """Counts what a chat model would be shown."""

    def count_tokens(self, prompt: Prompt) -> int:
        return sum(len(message["content"].split()) for message in prompt.messages())


class Scorer(ScriptedBackend):
    """Finds every text likely."""

    def score(self, prompts: Any, texts: Any, cancel: Any = None) -> list[tuple[float, ...]]:
        return [(-0.1,) for _ in texts]


def test_an_update_takes_over_only_what_is_lacking() -> None:
    doc = "Add.\n\n    Args:\n        left: Mine.\n    "
    stale = unit_of(f'def add(left, right):\n    """{doc}"""\n    return left')
    told = {"left": "Another one.", "right": "The second one."}
    entries = {("params", name): text for name, text in told.items()}
    shown = Shown(known=Known((), (), entries))
    (written,) = write_updates([stale], [shown], Scorer(lambda _: "It.", 400))
    assert [(e.name, e.text) for e in written.docstring.params] == [("right", "The second one.")]


def test_what_people_say_of_a_like_function_is_taken_over() -> None:
    (other,) = SIBLINGS[:1]
    same = unit_of("def apples(left): return left + 2 + len('apples')")
    manner = Manner(Precedents(lambda _: ()), None)
    for best_of, told in (
        (1, "Count all of the apples on the left up by one."),
        (2, "Add numbers."),
    ):
        backend = Scorer(lambda _: "Add numbers.", 400)
        shown = [manner.shown(same, [other], backend)]
        chosen = replace(manner, best_of=best_of)
        (doc,) = docstrings([same], backend, BRIEF, manner=chosen, shown=shown)
        assert doc is not None
        assert doc.summary == told


def test_code_is_cut_before_precedents_are_left_out() -> None:
    unit = unit_of("def f(x):\n" + "    x = x + 1\n" * 40 + "    return x")
    prompt = replace(to_doc(unit), precedents=("count: Count it up.",))
    fitted = fit(prompt, ScriptedBackend([], 120), room=20)
    assert fitted.precedents == prompt.precedents
    assert fitted.code.startswith("def f(x):\n    x = x + 1")
    assert len(fitted.code) < len(unit.code)
    least = ScriptedBackend([]).count_tokens(replace(to_doc(unit), code="def f(x):\n"))
    assert fit(prompt, ScriptedBackend([], least + 20), room=20).precedents == ()


def test_examples_are_left_out_before_code_is_cut() -> None:
    prompt = replace(to_doc(ADD), exemplars=EXEMPLARS)
    bare = ChatBackend([]).count_tokens(to_doc(ADD))
    assert fit(prompt, ChatBackend([], bare + 50), room=20).exemplars == EXEMPLARS
    fitted = fit(prompt, ChatBackend([], bare + 20), room=20)
    assert (fitted.exemplars, fitted.code) == ((), ADD.code)


@pytest.mark.parametrize(("run", "examples"), [(None, ""), (sandbox.run, ">>> add(1)\n1")])
def test_examples_pass_only_where_they_will_be_verified(run: Run | None, examples: str) -> None:
    backend = ScriptedBackend(lambda p: "" if p.prefix else "Add numbers.\n\n>>> add(1)\n1")
    (doc,) = docstrings([ADD], backend, FULL, manner=Manner(None, run))
    assert doc is not None
    assert (doc.examples, doc.body) == (examples, "")
