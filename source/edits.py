"""Edits by bytes: each says what it replaces, by hash, and is refused where that changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from batdoc.source.errors import ProofError
from batdoc.source.units import ByteSpan


def digest(data: bytes) -> str:
    """Hash bytes that an edit expects to find (hex SHA-256)."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a file's UTF-8 bytes; an empty span inserts.

    Attributes:
        span: What is replaced.
        new: What stands there afterwards.
        expects: `digest` of the bytes at `span`.
    """

    span: ByteSpan
    new: bytes
    expects: str


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Apply edits that were all made for this source.

    Raises:
        ProofError: Two edits overlap, or the bytes at a span are not the ones expected.
    """
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.start < at:
            raise ProofError("two edits overlap; nothing was written")
        if digest(source[edit.span.start : edit.span.end]) != edit.expects:
            raise ProofError("the file changed under the edit; run batdoc again")
        parts += [source[at : edit.span.start], edit.new]
        at = edit.span.end
    return b"".join([*parts, source[at:]])
