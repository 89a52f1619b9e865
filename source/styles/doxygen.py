r"""Doxygen: `@param[in] name text` or `\param`; a brief line, then details."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import TagStyle

# Commands that stand within a sentence, and may stand at the start of a line by chance.
_INLINE = (
    "a|anchor|b|c|cite|copybrief|copydetails|e|em|emoji|f|image|link|endlink|n|p|ref|snippet|"
    "subpage"
)
_TAG = re.compile(rf"[ \t]{{0,3}}[@\\](?!(?:{_INLINE})\b)([A-Za-z]\w*)")
_RESULT = re.compile(r"[@\\]\w+\s*(?P<text>.*)")

DOXYGEN = TagStyle(
    style=Style.DOXYGEN,
    tag=_TAG,
    roles={
        "param": Role.PARAMS,
        "return": Role.RETURNS,
        "returns": Role.RETURNS,
        "result": Role.RETURNS,
        "throw": Role.RAISES,
        "throws": Role.RAISES,
        "exception": Role.RAISES,
    },
    patterns={
        Role.PARAMS: re.compile(
            r"[@\\]\w+\s*(?P<aside>\[[\w, ]+\])?\s+"
            r"[`*]*(?P<name>[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)"
            r"`?(?![\w.\[>-])(?:\s*[:-]\s)?\s*(?P<text>.*)"
        ),
        Role.RETURNS: _RESULT,
        Role.RAISES: re.compile(r"[@\\]\w+\s+(?P<name>[A-Za-z_][\w:]*)(?P<text>.*)"),
    },
    leads={
        Role.PARAMS: ("@param {name}", "@param {name}"),
        Role.RETURNS: ("@return", "@return"),
        # Doxygen knows no generators: what a coroutine yields is what a caller gets.
        Role.YIELDS: ("@return", "@return"),
        Role.RAISES: ("@throws {name}", "@throws {name}"),
        Role.EXAMPLES: ("@par Example", "@par Example"),
    },
    heads=("brief", "short"),
)
