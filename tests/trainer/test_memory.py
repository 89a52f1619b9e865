import platform

from batdoc.trainer.memory import keep_freed_memory


def test_it_holds_where_the_allocator_can() -> None:
    assert keep_freed_memory() is (platform.libc_ver()[0] == "glibc")
