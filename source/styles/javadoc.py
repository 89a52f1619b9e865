"""Javadoc: `@param name text`, types left to the code; `@param <T>` is no parameter of a call."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import TagStyle

_RESULT = re.compile(r"@\w+\s*(?P<text>.*)")

JAVADOC = TagStyle(
    style=Style.JAVADOC,
    tag=re.compile(r"[ \t]{0,3}@(\w+)"),
    roles={
        "param": Role.PARAMS,
        "return": Role.RETURNS,
        "returns": Role.RETURNS,
        "throws": Role.RAISES,
        "exception": Role.RAISES,
    },
    patterns={
        Role.PARAMS: re.compile(r"@\w+\s+(?P<name>[\w$]+)(?![\w$.])(?:\s+-\s)?\s*(?P<text>.*)"),
        Role.RETURNS: _RESULT,
        Role.RAISES: re.compile(r"@\w+\s+(?P<name>[\w$.]+)\s*(?P<text>.*)"),
    },
    leads={
        Role.PARAMS: ("@param {name}", "@param {name}"),
        Role.RETURNS: ("@return", "@return"),
        # There are no generators: what would be yielded is returned.
        Role.YIELDS: ("@return", "@return"),
        Role.RAISES: ("@throws {name}", "@throws {name}"),
        Role.EXAMPLES: ("<p>Example:", "<p>Example:"),
    },
)
