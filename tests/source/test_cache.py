import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from batdoc.source.cache import Cache

WRITER = """
import sys
from pathlib import Path
from batdoc.source.cache import Cache
cache = Cache(Path(sys.argv[1]), print)
for number in range(40):
    cache.write({f"{sys.argv[2]}-{number}".encode(): b"x" * 1000})
"""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, told: list[str]) -> Cache:
    return Cache(tmp_path / "deep" / "cache.sqlite3", told.append)


def test_what_was_written_is_read(cache: Cache, told: list[str]):
    assert cache.read([b"a"]) == {}
    cache.write({b"a": b"1", b"b": b"2"})
    assert cache.read([b"a", b"c", b"b", b"a"]) == {b"a": b"1", b"b": b"2"}
    assert told == []


def test_many_keys_are_read_at_once(cache: Cache):
    values = {str(number).encode(): b"v" for number in range(2000)}
    cache.write(values)
    assert cache.read(values) == values


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_only_its_owner_may_read_it(cache: Cache):
    cache.write({b"a": b"1"})
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but long enough to be one" * 99])
def test_a_damaged_file_is_begun_anew(cache: Cache, told: list[str], damage: bytes):
    cache.write({b"a": b"1"})
    cache.path.write_bytes(damage)
    assert cache.read([b"a"]) == {}
    cache.write({b"a": b"2"})
    assert cache.read([b"a"]) == {b"a": b"2"}
    assert len(told) == bool(damage)


def test_a_file_cut_in_the_middle_loses_no_more_than_its_values(cache: Cache):
    cache.write({str(number).encode(): b"v" * 500 for number in range(500)})
    whole = cache.path.read_bytes()
    cache.path.write_bytes(whole[: len(whole) // 2])
    cache.read([b"1", b"499"])
    cache.write({b"new": b"1"})
    cache.write({b"new": b"2"})
    assert cache.read([b"new"]) == {b"new": b"2"}


def test_a_table_of_another_kind_is_begun_anew(cache: Cache):
    cache.path.parent.mkdir()
    with sqlite3.connect(cache.path) as database:
        database.execute("CREATE TABLE kept (something TEXT)")
    database.close()
    cache.write({b"a": b"1"})
    cache.write({b"a": b"1"})
    assert cache.read([b"a"]) == {b"a": b"1"}


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path):
    cache = Cache(tmp_path / "c.sqlite3", print, most_bytes=10_000)
    cache.write({b"old": b"x" * 4000})
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE kept SET used = 1")
    database.close()
    cache.write({b"newer": b"x" * 4000})
    cache.write({b"newest": b"x" * 3000})
    assert cache.read([b"old", b"newer", b"newest"]).keys() == {b"newer", b"newest"}


def test_reading_counts_as_use(tmp_path: Path):
    cache = Cache(tmp_path / "c.sqlite3", print, most_bytes=10_000)
    cache.write({b"read": b"x" * 4000, b"not read": b"x" * 4000})
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE kept SET used = 1")
    database.close()
    cache.read([b"read"])
    cache.write({b"newest": b"x" * 3000})
    assert cache.read([b"read", b"not read", b"newest"]).keys() == {b"read", b"newest"}


def test_a_folder_that_cannot_be_is_no_hindrance(tmp_path: Path, told: list[str]):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache.sqlite3", told.append)
    cache.write({b"a": b"1"})
    assert cache.read([b"a"]) == {}


def test_two_processes_write_at_once(cache: Cache, told: list[str]):
    command = [sys.executable, "-c", WRITER, str(cache.path)]
    both = [subprocess.Popen([*command, name]) for name in ("one", "two")]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    keys = [f"{name}-{number}".encode() for name in ("one", "two") for number in range(40)]
    assert len(cache.read(keys)) == 80
