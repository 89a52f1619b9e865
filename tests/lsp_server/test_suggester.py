"""How often the model is asked while somebody types; it is a script here."""

import asyncio

import pytest

from batdoc.lsp_server.documents import take_snapshot
from batdoc.lsp_server.readings import Readings
from batdoc.lsp_server.suggester import Suggester
from batdoc.lsp_server.wire import BodyAnswer, DocstringAnswer
from batdoc.source.docstring import Docstring, Style
from batdoc.source.errors import ModelError
from batdoc.source.house.style import HouseStyle

WORDS = Docstring("Add 🦇 numbers.", "", (), None, None, (), "", Style.GOOGLE)
HOUSE = HouseStyle(Style.GOOGLE, True, False, 88, True)
OPENED = 'def add(a, b):\n    """|\n    return a + b\n'
CLOSED = OPENED.replace("|", '|"""')
BODY = 'def add(a, b):\n    """Add."""\n    |\n'

pytestmark = pytest.mark.asyncio


class Model:
    """Answers when it may, and counts."""

    def __init__(self):
        self.asked = 0
        self.cancelled = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, task, snapshot, block, unit):
        self.asked += 1
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if "broken" in unit.name:
            raise ModelError("no model")
        return BodyAnswer("return a + b") if task.value == "body" else DocstringAnswer(WORDS, HOUSE)


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def suggester(model):
    return Suggester(model.ask, Readings())


def place(text):
    before, after = text.split("|")
    snapshot = take_snapshot("untitled:1", 1, (before + after).encode(), "python", None)
    return snapshot, len(before.encode())


async def until(holds):
    while not holds():
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("text", [OPENED, CLOSED, BODY])
async def test_typing_along_asks_the_model_once(suggester, model, text):
    whole = await suggester.suggest(*place(text))
    before, after = text.split("|")
    typed = whole.text.decode()
    for count in range(1, len(typed)):
        left = await suggester.suggest(*place(f"{before}{typed[:count]}|{after}"))
        assert left.text.decode() == typed[count:]
        assert left.accepted == whole.accepted
    assert await suggester.suggest(*place(f"{before}{typed}|{after}")) is None
    assert model.asked == 1


async def test_going_back_to_the_place_asks_no_more(suggester, model):
    first = await suggester.suggest(*place(OPENED))
    assert (
        await suggester.suggest(*place(OPENED.replace("|", "").replace("a + b\n", "a + b\n|")))
        is None
    )
    assert await suggester.suggest(*place(OPENED)) == first
    assert model.asked == 1


async def test_another_word_ends_the_suggestion(suggester, model):
    await suggester.suggest(*place(OPENED))
    assert await suggester.suggest(*place(OPENED.replace("|", "Sub|"))) is None
    assert model.asked == 1


async def test_changed_code_elsewhere_is_asked_for_anew(suggester, model):
    await suggester.suggest(*place(OPENED))
    again = await suggester.suggest(*place(OPENED.replace("a + b", "a - b")))
    assert b"a - b" in again.accepted
    assert model.asked == 2


async def test_a_place_without_anything_asks_nobody(suggester, model):
    assert await suggester.suggest(*place("x = 1|\n")) is None
    assert model.asked == 0


async def test_quick_typing_asks_nobody(suggester, model):
    waiting = asyncio.create_task(suggester.suggest(*place(OPENED)))
    await asyncio.sleep(0.01)
    suggester.moved_on("untitled:1")
    assert await waiting is None
    assert model.asked == 0


async def test_requests_for_one_place_share_an_answer(suggester, model):
    model.may_answer.clear()
    first, second = (asyncio.create_task(suggester.suggest(*place(OPENED))) for _ in range(2))
    await until(lambda: model.asked)
    first.cancel()
    await until(first.done)
    model.may_answer.set()
    assert (await second).text.startswith(b"Add")
    assert (model.asked, model.cancelled) == (1, 0)


async def test_a_change_stops_the_model(suggester, model):
    model.may_answer.clear()
    waiting = asyncio.create_task(suggester.suggest(*place(OPENED)))
    await until(lambda: model.asked)
    suggester.moved_on("untitled:1")
    assert await waiting is None
    assert model.cancelled == 1


async def test_a_cancelled_request_stops_the_model(suggester, model):
    model.may_answer.clear()
    waiting = asyncio.create_task(suggester.suggest(*place(OPENED)))
    await until(lambda: model.asked)
    waiting.cancel()
    await until(lambda: model.cancelled)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_request_elsewhere_ends_the_first(suggester, model):
    model.may_answer.clear()
    first = asyncio.create_task(suggester.suggest(*place(OPENED)))
    await until(lambda: model.asked)
    second = asyncio.create_task(suggester.suggest(*place(BODY)))
    await until(lambda: model.asked == 2)
    model.may_answer.set()
    assert await first is None
    assert (await second).text == b"return a + b"
    assert model.cancelled == 1


async def test_a_model_that_fails_is_told_to_each(suggester):
    text = OPENED.replace("add", "broken")
    both = [suggester.suggest(*place(text)) for _ in range(2)]
    for problem in await asyncio.gather(*both, return_exceptions=True):
        assert isinstance(problem, ModelError)


@pytest.mark.parametrize("drop", [lambda s: s.clear(), lambda s: s.forget("untitled:1")])
async def test_other_settings_and_closing_drop_what_is_known(suggester, model, drop):
    await suggester.suggest(*place(OPENED))
    drop(suggester)
    await suggester.suggest(*place(OPENED))
    assert model.asked == 2
