"""Many files checked, in their order; what is known of a file's bytes is not sought again."""

import os
import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from batdoc import __version__
from batdoc.source.cache import Cache, content_hash
from batdoc.source.errors import InputError
from batdoc.source.files import read_bytes
from batdoc.source.findings import Checked, from_line

CACHE_FILE = "check.sqlite3"


def check_files(
    files: Sequence[Path], codes: frozenset[str], include_private: bool, cache: Cache | None
) -> Iterator[Checked | InputError]:
    """Check files; of one that cannot be used, give what is wrong with it.

    Args:
        files: As the user named them.
        codes: Of the rules to follow.
        include_private: Also private units must have documentation.
        cache: Where results of earlier runs are; None to find all anew.
    """
    salt = _salt(include_private)
    has_any = cache is not None and cache.path.exists()
    keys = [_key(path, salt) if has_any else b"" for path in files]
    known = cache.read(filter(None, keys)) if cache else {}
    rest = [path for path, key in zip(files, keys, strict=True) if key not in known]
    fresh = _found_in(rest, include_private)
    added: dict[bytes, bytes] = {}
    try:
        for path, key in zip(files, keys, strict=True):
            line = known.get(key)
            if line is None:
                found = next(fresh)
                if isinstance(found, str):
                    yield InputError(found)
                    continue
                digest, line = found
                added[salt + digest] = line
            yield from_line(line, path, codes)
    finally:
        if cache:
            cache.write(added)


def _key(path: Path, salt: bytes) -> bytes:
    """Give what the findings of a file are kept by; empty where it cannot be read."""
    try:
        return salt + content_hash(path, read_bytes(path))
    except InputError:
        return b""


def _salt(include_private: bool) -> bytes:
    """Hash what else findings follow from: batdoc, Python, and what must be documented."""
    parts = [__version__, sys.version, str(include_private)]
    here = Path(__file__).parent
    for folder in (here, here / "languages", here / "styles"):  # of a batdoc in development
        for file in os.scandir(folder):
            status = file.stat()
            parts.append(f"{file.name} {status.st_mtime_ns} {status.st_size}")
    return blake2b("\n".join(sorted(parts)).encode(), digest_size=8).digest()


def _found_in(files: Sequence[Path], include_private: bool) -> Iterator[tuple[bytes, bytes] | str]:
    if not files:
        return iter(())
    from batdoc.source.check_workers import found_in  # loads all that reads code

    return found_in(files, include_private)
