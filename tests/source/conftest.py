from collections.abc import Callable

import pytest

from batdoc.source.edits import apply_edits
from batdoc.source.language import get_language
from batdoc.source.proof import prove

Facts = dict[str, object]


@pytest.fixture
def facts_of() -> Callable[[str, str], Facts]:
    """Give a function that tells what a language reads of the last unit of a source."""

    def facts(language: str, source: str) -> Facts:
        unit = get_language(language).units(source.encode())[-1]
        signature = unit.signature
        return {
            "name": unit.qualified_name,
            "kind": unit.kind.value,
            "header": unit.header,
            "footer": unit.footer,
            "params": [p.display for p in signature.parameters],
            "types": [p.annotation for p in signature.parameters],
            "defaults": [p.default for p in signature.parameters],
            "type": signature.returns,
            "returns": signature.returns_value,
            "yields": signature.yields,
            "async": signature.is_async,
            "raises": list(signature.raises),
            "calls": list(unit.calls),
            "private": unit.is_private,
            "nested": unit.is_nested,
            "overload": unit.is_overload,
            "stub": unit.is_stub,
            "doc": unit.docstring,
        }

    return facts


@pytest.fixture
def document() -> Callable[[str, str, str], str]:
    """Give a function that documents the last unit of a source, and proves it."""

    def place(language: str, source: str, words: str) -> str:
        spoken, data = get_language(language), source.encode()
        edit = spoken.place(data, spoken.units(data)[-1], words.split("\n"))
        after = apply_edits(data, [edit])
        prove(data, after, [edit], spoken)
        return after.decode()

    return place
