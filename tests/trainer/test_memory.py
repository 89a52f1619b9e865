import platform
from pathlib import Path

import pytest

from batdoc.trainer.memory import free_memory, keep_freed_memory, left_in_group


def test_it_holds_where_the_allocator_can() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")


def test_what_is_loaded_counts_as_free() -> None:
    assert free_memory(2**50) - free_memory(0) == pytest.approx(2**50, rel=0.01)
    assert free_memory(0) > 2**20


def test_a_container_may_be_limited(tmp_path: Path) -> None:
    assert left_in_group(tmp_path) == []
    (tmp_path / "memory.current").write_text("300\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert left_in_group(tmp_path) == []
    (tmp_path / "memory.max").write_text("1000\n")
    assert left_in_group(tmp_path) == [700]
