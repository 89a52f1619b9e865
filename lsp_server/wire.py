"""What the server and its engine process say to each other: JSON behind a four-byte length.

Code travels as text with the place of its unit, never as a Python object: the engine finds the
unit again, and neither side runs anything that the other sent.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.house.mood import Mood
from batdoc.source.house.style import HouseStyle
from batdoc.source.styles.sections import Role

HEADER = struct.Struct(">I")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine is to write.

    Attributes:
        task: The name of an `actions.Task`.
        language: Registry name.
        source: The text that the unit stands in.
        start: The unit's first byte in it.
        name: The unit's qualified name.
        file: The document's path, or None.
        model: The model's path, or None for the repository's own or the default one.
        style: The convention to write in, or None for the one in use.
        line_length: The longest line, in columns, or None for the repository's.
    """

    task: str
    language: str
    source: str
    start: int
    name: str
    file: str | None
    model: str | None
    style: str | None
    line_length: int | None


@dataclass(frozen=True, slots=True)
class DocstringAnswer:
    """Documentation, and the style that it is to be written in.

    Attributes:
        docstring: None if the model had nothing.
        house: The style.
        trust: How far to trust it, in words; '' where nothing is known.
        is_cut: The code was too long for the model, which saw its beginning alone.
    """

    docstring: Docstring | None
    house: HouseStyle
    trust: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """The body of a function.

    Attributes:
        body: Statements, dedented; None if the model had nothing.
        is_cut: The documentation was too long for the model, which saw its beginning alone.
    """

    body: str | None
    is_cut: bool = False


Answer = DocstringAnswer | BodyAnswer


def pack(message: Message) -> bytes:
    """Give the bytes of one message."""
    data = json.dumps(message).encode()
    return HEADER.pack(len(data)) + data


def read_message(read: Callable[[int], bytes]) -> Message | None:
    """Read one message from a blocking stream, or give None at its end.

    Args:
        read: Gives that many bytes, fewer only at the end.
    """
    header = read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    data = read(length)
    return unpack(data) if len(data) == length else None


def unpack(data: bytes) -> Message:
    """Read the part of a message behind its length."""
    message: Message = json.loads(data)
    return message


def request_message(number: int, request: Request) -> Message:
    """Spell a request."""
    return {"id": number, "request": asdict(request)}


def answer_message(number: int, answer: Answer) -> Message:
    """Spell an answer."""
    if isinstance(answer, BodyAnswer):
        return {"id": number, "body": answer.body, "is_cut": answer.is_cut}
    docstring = _spell_docstring(answer.docstring) if answer.docstring else None
    house = _spell_house(answer.house)
    return {
        "id": number,
        "docstring": docstring,
        "house": house,
        "trust": answer.trust,
        "is_cut": answer.is_cut,
    }


def read_answer(message: Message) -> Answer:
    """Read an answer."""
    if "body" in message:
        return BodyAnswer(message["body"], message["is_cut"])
    docstring = message["docstring"]
    return DocstringAnswer(
        docstring=_read_docstring(docstring) if docstring else None,
        house=_read_house(message["house"]),
        trust=message["trust"],
        is_cut=message["is_cut"],
    )


def _spell_house(house: HouseStyle) -> Message:
    order = [role.value for role in house.section_order]
    return asdict(house) | {"style": house.style.value, "section_order": order}


def _read_house(message: Message) -> HouseStyle:
    mood = Mood(message["mood"]) if message["mood"] else None
    order = tuple(Role(role) for role in message["section_order"])
    return HouseStyle(
        **message | {"style": Style(message["style"]), "mood": mood, "section_order": order}
    )


def _spell_docstring(docstring: Docstring) -> Message:
    return asdict(docstring) | {"style": docstring.style.value}


def _read_docstring(message: Message) -> Docstring:
    def entry(value: Message | None) -> Entry | None:
        return Entry(**value) if value else None

    return Docstring(
        summary=message["summary"],
        body=message["body"],
        params=tuple(Entry(**value) for value in message["params"]),
        returns=entry(message["returns"]),
        yields=entry(message["yields"]),
        raises=tuple(Entry(**value) for value in message["raises"]),
        examples=message["examples"],
        style=Style(message["style"]),
    )
