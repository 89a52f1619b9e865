"""A change as a unified diff: bytes that `git apply` takes, or coloured text on a terminal."""

import re
import sys
from collections.abc import Iterator
from difflib import diff_bytes, unified_diff

import click

from batdoc.source.files import SourceFile, encode

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def show_diff(file: SourceFile, after: bytes) -> None:
    """Print how `after` (UTF-8) differs from the file, on stdout."""
    data = diff(file, after)
    if not sys.stdout.isatty():
        click.echo(data, nl=False)
        return
    for line in data.decode(file.encoding, "replace").splitlines():
        visible = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)
        click.secho(visible, fg=_COLOURS.get(line[:1]))


def diff(file: SourceFile, after: bytes) -> bytes:
    """Give the difference in the file's own encoding."""
    name = file.path.as_posix().lstrip("/").encode("utf-8", "surrogateescape")
    old, new = encode(file, file.text), encode(file, after)
    lines = diff_bytes(
        unified_diff, _LINE.findall(old), _LINE.findall(new), b"a/" + name, b"b/" + name
    )
    return b"".join(_ended(lines))


def _ended(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
