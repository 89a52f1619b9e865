import pytest
from hypothesis import given
from hypothesis import strategies as st

from batdoc.lsp_server.positions import ByteOffset, ClientPosition, ColumnUnit, Positions
from batdoc.source.units import ByteSpan

LINE = "a🦇é\u2028\x0cz"


@pytest.mark.parametrize(
    ("unit", "columns"),
    [
        (ColumnUnit.UTF8, [0, 1, 5, 7, 10, 11, 12]),
        (ColumnUnit.UTF16, [0, 1, 3, 4, 5, 6, 7]),
        (ColumnUnit.UTF32, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_columns_are_counted_in_the_clients_unit(unit, columns):
    positions = Positions(f"x\n{LINE}\n".encode(), unit)
    offsets = [2 + len(LINE[:n].encode()) for n in range(len(LINE) + 1)]
    assert [positions.client(ByteOffset(o)) for o in offsets] == [
        ClientPosition(1, column) for column in columns
    ]
    assert [positions.offset(ClientPosition(1, column)) for column in columns] == offsets


def test_only_the_protocols_newlines_end_lines():
    positions = Positions("a\r\nb\rc\nd\x0b\x1c\x85e".encode(), ColumnUnit.UTF16)
    assert [positions.line(n) for n in range(5)] == [
        ByteSpan(0, 1),
        ByteSpan(3, 4),
        ByteSpan(5, 6),
        ByteSpan(7, 13),
        ByteSpan(13, 13),
    ]


def test_positions_outside_the_text_are_moved_into_it():
    positions = Positions(b"ab\r\nc", ColumnUnit.UTF8)
    assert positions.offset(ClientPosition(0, 99)) == 2
    assert positions.offset(ClientPosition(7, 3)) == 5


def test_a_column_inside_a_character_is_its_start():
    bat = Positions("🦇b".encode(), ColumnUnit.UTF16)
    assert bat.offset(ClientPosition(0, 1)) == 0
    assert Positions("🦇b".encode(), ColumnUnit.UTF8).offset(ClientPosition(0, 3)) == 0


def test_only_what_stands_between_two_characters_is_held():
    positions = Positions("a🦇\r\nb".encode(), ColumnUnit.UTF16)
    held = [(line, column) for line in range(3) for column in range(6)]
    held = [each for each in held if positions.holds(ClientPosition(*each))]
    assert held == [(0, 0), (0, 1), (0, 3), (1, 0), (1, 1)]


TEXTS = st.text(st.sampled_from("ab é🦇\n\r\t\x0c\u2028"), max_size=40)


@given(TEXTS, st.sampled_from(ColumnUnit))
def test_there_and_back_is_where_it_was(text, unit):
    source = text.encode()
    positions = Positions(source, unit)
    for n in range(len(text) + 1):
        if text[n - 1 : n + 1] == "\r\n":
            continue  # no position lies between the two
        offset = ByteOffset(len(text[:n].encode()))
        assert positions.offset(positions.client(offset)) == offset
