"""Python's comments: where they stand, and how a grammar is kept from taking long over them."""

import io
import re
import tokenize
from collections.abc import Mapping

_MANY_LINES = re.compile(rb"(?:^[ \t]*#[^\n]*\n){50,}", re.MULTILINE)


def comments(source: bytes) -> Mapping[int, str]:
    """Give a file's comments by line, from 1; none of what cannot be read as Python."""
    text = source.decode("utf-8", "replace")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return {t.start[0]: t.string for t in tokens if t.type == tokenize.COMMENT}


def has_long_comments(source: bytes) -> bool:
    """Tell whether comments fill so many lines in a row that `shorten_comments` acts."""
    return _MANY_LINES.search(source) is not None


def shorten_comments(source: bytes) -> bytes:
    """Put blanks in the place of long comments, so that all else stands where it stood.

    The time that tree-sitter's grammar takes grows with the square of the number of lines that
    comments fill in a row: 6,000 take two seconds.
    """
    if not has_long_comments(source):
        return source
    lines = source.split(b"\n")
    for number in comments(source):
        line = lines[number - 1]
        if line.lstrip().startswith(b"#"):
            end = b"\r" if line.endswith(b"\r") else b""
            lines[number - 1] = b" " * (len(line) - len(end)) + end
    return b"\n".join(lines)
