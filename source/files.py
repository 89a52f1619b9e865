"""Files in and out: bytes to UTF-8 text and back to the same bytes, and the atomic write.

Leaves out which files to read (source.git) and what may change in them (source.proof).
"""

import codecs
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from batdoc.source.edits import digest
from batdoc.source.errors import DecodeError, InputError

MOST_BYTES = 5_000_000  # of one file; Python of that size takes 5 s and 370 MB to survey
TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".batdoc-", ".tmp"

_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as text, with all that is needed to write it back byte for byte.

    Attributes:
        path: As the user named it.
        text: UTF-8 without the byte order mark, newlines as in the file.
        encoding: The codec of the file's bytes.
        bom: The file's byte order mark, or nothing.
        digest: Of the file's own bytes.
    """

    path: Path
    text: bytes
    encoding: str
    bom: bytes
    digest: str


def read_source(path: Path) -> SourceFile:
    """Read a file in its own encoding.

    Raises:
        InputError: There is no such file, it is no regular file, too large or it cannot be read.
        DecodeError: Its bytes are not text in the encoding that it declares.
    """
    return decode_source(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Read a file that may be source.

    Raises:
        InputError: There is no such file, it is no regular file, too large or it cannot be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path} is a folder; name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path} is not a regular file; name one that is")
        if status.st_size > MOST_BYTES:
            size, most = status.st_size / 1e6, MOST_BYTES / 1e6
            raise InputError(f"{path} has {size:.0f} MB, more than {most:.0f}; split or exclude it")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_reason(error)}") from None


def decode_source(path: Path, data: bytes) -> SourceFile:
    """Turn a file's bytes into text, by its byte order mark or its coding line, else as UTF-8.

    Args:
        path: For messages, and for the result.
        data: The bytes.

    Raises:
        DecodeError: They are not text in the encoding that they declare, or could not be
            written back the same.
    """
    if data.startswith(_UTF16_BOMS):
        raise DecodeError(f"{path} is in UTF-16; save it as UTF-8")
    if b"\0" in data:
        raise DecodeError(f"{path} is a binary file; name a text file")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(bom) :]
    encoding = _encoding(path, body, is_utf8=bool(bom))
    try:
        decoded = body.decode(encoding)
        # Whatever is valid UTF-8 becomes the same bytes again.
        is_reversible = encoding == "utf-8" or decoded.encode(encoding) == body
    except UnicodeError:
        raise DecodeError(
            f"{path} is not valid {encoding}; correct its coding line or save it as UTF-8"
        ) from None
    if not is_reversible:
        raise DecodeError(f"{path} would not survive a round trip in {encoding}; save it as UTF-8")
    return SourceFile(path, decoded.encode("utf-8"), encoding, bom, digest(data))


def encode(file: SourceFile, text: bytes) -> bytes:
    """Give the bytes to write for new text, in the file's own encoding and with its mark.

    Args:
        file: Where the text goes; unchanged text gives the file's own bytes.
        text: UTF-8 without a byte order mark.

    Raises:
        InputError: The file's encoding cannot hold the text, or the text would be read in another.
    """
    try:
        data = file.bom + text.decode("utf-8").encode(file.encoding)
    except UnicodeError:
        raise InputError(
            f"{file.path} is in {file.encoding}, which lacks a character of the new text; "
            "save the file as UTF-8"
        ) from None
    again = decode_source(file.path, data)
    if (again.text, again.encoding) != (text, file.encoding):
        raise InputError(f"{file.path} would be read in another encoding; save it as UTF-8")
    return data


def write_atomic(path: Path, data: bytes, expects_hash: str) -> None:
    """Replace a file's content in one step: after a crash it is the old or the new, never half.

    Links are followed to the real file, whose mode and extended attributes are kept. Another hard
    link to the file keeps the old content. A killed process can leave a `.batdoc-*.tmp` file
    beside it, which nothing ever reads.

    Args:
        path: An existing file.
        data: Its new content.
        expects_hash: `digest` of the content that it must still have.

    Raises:
        InputError: The file changed since it was read, is read-only, or the disk refuses.
    """
    real = Path(os.path.realpath(path))
    if not os.access(real, os.W_OK):
        raise InputError(f"{path} cannot be written; check that it exists and its permissions")
    temporary: Path | None = None
    try:
        temporary = _write_beside(real, data)
        if digest(real.read_bytes()) != expects_hash:
            raise InputError(f"{path} changed while batdoc was at work; run batdoc again")
        temporary.replace(real)
        _sync_folder(real.parent)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {_reason(error)}") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _write_beside(real: Path, data: bytes) -> Path:
    """Write a temporary file in the same folder, on disk when this returns."""
    handle, name = tempfile.mkstemp(TEMPORARY_SUFFIX, TEMPORARY_PREFIX, real.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _copy_attributes(real, temporary)
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _copy_attributes(real: Path, temporary: Path) -> None:
    """Give the new file the old one's owner, mode and extended attributes, but today's time."""
    status = real.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only root may give files away
            os.chown(temporary, status.st_uid, status.st_gid)
    shutil.copystat(real, temporary)
    os.utime(temporary)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _encoding(path: Path, body: bytes, is_utf8: bool) -> str:
    """Find the codec that the first two lines declare (PEP 263); a byte order mark must agree."""
    name = _declared(body)
    try:
        codec = codecs.lookup(name).name.replace("utf-8-sig", "utf-8")
        is_for_source = "#".encode(codec) == b"#"
    except (LookupError, UnicodeError):
        is_for_source = False
    if not is_for_source:
        raise DecodeError(f"{path} declares {name}, which no source file can be in; correct it")
    if is_utf8 and codec != "utf-8":
        raise DecodeError(f"{path} has a UTF-8 mark but declares {name}; correct its coding line")
    return codec


def _declared(body: bytes) -> str:
    for line in _NEWLINE.split(body[:4096], maxsplit=2)[:2]:
        if found := _CODING.match(line):
            return found[1].decode("ascii", "replace")
        if not _BLANK_OR_COMMENT.match(line):
            break
    return "utf-8"


def _reason(error: Exception) -> str:
    """Tell what the system said, without the path that the message already names."""
    return (getattr(error, "strerror", None) or str(error)).lower()
