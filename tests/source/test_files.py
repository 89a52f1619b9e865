import codecs
import os
import stat
from pathlib import Path

import pytest

from batdoc.source import files
from batdoc.source.errors import DecodeError, InputError
from batdoc.source.files import decode_source, encode, read_source, write_atomic

LATIN = b"# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", b"", "utf-8"),
        (b"x = 1", b"x = 1", "utf-8"),
        (b"a\r\nb\rc\n", b"a\r\nb\rc\n", "utf-8"),
        (codecs.BOM_UTF8 + b"x = '\xc3\xa9'\n", b"x = '\xc3\xa9'\n", "utf-8"),
        (LATIN, b"# -*- coding: latin-1 -*-\nname = 'Zo\xc3\xab'\n", "iso8859-1"),
        (
            b"#!/bin/sh\r# coding=cp1252\r'\x80'\r",
            "#!/bin/sh\r# coding=cp1252\r'€'\r".encode(),
            "cp1252",
        ),
        (b"x = 1\n# coding: latin-1\n", b"x = 1\n# coding: latin-1\n", "utf-8"),
        (b"# coding: utf-8-sig\nx\n", b"# coding: utf-8-sig\nx\n", "utf-8"),
        (b"# coding: shift_jis\n'\x83\x65'\n", "# coding: shift_jis\n'テ'\n".encode(), "shift_jis"),
    ],
)
def test_text_is_decoded_and_comes_back_byte_for_byte(data: bytes, text: bytes, encoding: str):
    file = decode_source(Path("a.py"), data)
    assert (file.text, file.encoding) == (text, encoding)
    assert encode(file, file.text) == data


def test_new_text_is_written_in_the_files_own_encoding():
    file = decode_source(Path("a.py"), LATIN)
    assert encode(file, file.text + "# é\n".encode()) == LATIN + b"# \xe9\n"


@pytest.mark.parametrize("character", ["→", "\N{BAT}"])
def test_a_character_that_the_encoding_lacks_is_refused(character: str):
    file = decode_source(Path("a.py"), LATIN)
    with pytest.raises(InputError, match=r"^a\.py is in iso8859-1, which lacks a character"):
        encode(file, file.text + character.encode())


def test_text_that_would_be_read_in_another_encoding_is_refused():
    file = decode_source(Path("a.py"), b"x = 1\n")
    with pytest.raises(InputError, match="another encoding"):
        encode(file, b"# coding: latin-1\n" + "'é'\n".encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("x".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (b"\x7fELF\0\0", "binary file"),
        (b"x = '\xff'\n", "not valid utf-8"),
        (b"# coding: nonsense\n", "declares nonsense"),
        (b"# coding: rot13\n", "declares rot13"),
        (b"# coding: utf-16\n", "declares utf-16"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "round trip"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "UTF-8 mark but declares latin-1"),
    ],
)
def test_bytes_that_are_no_text_are_refused_in_one_sentence(data: bytes, message: str):
    with pytest.raises(DecodeError, match=message) as caught:
        decode_source(Path("a.py"), data)
    assert "\n" not in str(caught.value)


def test_paths_that_cannot_be_read_are_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"gone\.py does not exist"):
        read_source(tmp_path / "gone.py")
    with pytest.raises(InputError, match="is a folder"):
        read_source(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(InputError, match="not a regular file"):
        read_source(tmp_path / "pipe.py")
    with pytest.raises(InputError, match="cannot be read"):
        read_source(Path("a\0b.py"))


def test_an_empty_file_is_fine(tmp_path: Path):
    (tmp_path / "a.py").touch()
    assert read_source(tmp_path / "a.py").text == b""


def test_write_replaces_the_content_and_keeps_the_mode(tmp_path: Path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write_atomic(path, b"new", read_source(path).digest)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_write_goes_through_a_link_to_the_real_file(tmp_path: Path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "a.py"
    real.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(real)
    write_atomic(link, b"new", read_source(link).digest)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_another_hard_link_keeps_the_old_content(tmp_path: Path):
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    write_atomic(path, b"new", read_source(path).digest)
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")


def test_a_file_that_changed_meanwhile_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    read = read_source(path)
    path.write_bytes(b"edited by someone else")
    with pytest.raises(InputError, match="changed while batdoc was at work"):
        write_atomic(path, b"new", read.digest)
    assert path.read_bytes() == b"edited by someone else"
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_a_file_that_is_gone_meanwhile_stays_gone(tmp_path: Path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    read = read_source(path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be written"):
        write_atomic(path, b"new", read.digest)
    assert not list(tmp_path.iterdir())


def test_a_long_name_can_be_written(tmp_path: Path):
    path = tmp_path / ("n" * 252 + ".py")
    path.write_bytes(b"old")
    write_atomic(path, b"new", read_source(path).digest)
    assert path.read_bytes() == b"new"


def test_a_temporary_file_that_a_crash_leaves_is_recognisable_and_no_source():
    name = files.TEMPORARY_PREFIX + "abc" + files.TEMPORARY_SUFFIX
    assert name.startswith(".")
    assert not name.endswith(".py")
