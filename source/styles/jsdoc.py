"""JSDoc and TSDoc: `@param {type} name - text`; TSDoc leaves types to the code."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import BRACED, TagStyle

_TAG = re.compile(r"[ \t]{0,3}@(\w+)")
# TSDoc knows no types: what has one is JSDoc.
_UNTYPED = re.compile(r"[ \t]{0,3}@(\w+)\b(?!\s*\{(?!@))")
_ROLES = {
    "param": Role.PARAMS,
    "arg": Role.PARAMS,
    "argument": Role.PARAMS,
    "return": Role.RETURNS,
    "returns": Role.RETURNS,
    "yield": Role.YIELDS,
    "yields": Role.YIELDS,
    "throws": Role.RAISES,
    "exception": Role.RAISES,
    "example": Role.EXAMPLES,
}
# `[name=default]` is optional; `options.name` tells of a part of a parameter, and is prose.
_DEFAULT = r"(?:\s*=\s*(?P<default>(?:[^][]|\[[^][]*\])*))?"
_NAME = rf"(?:\[\s*)?(?P<name>[\w$]+){_DEFAULT}(?:\s*\])?(?![\w$.\[])"
_PATTERNS = {
    Role.PARAMS: re.compile(rf"@\w+\s+(?:{BRACED}\s*)?{_NAME}(?:\s+-)?\s*(?P<text>.*)"),
    Role.RETURNS: re.compile(rf"@\w+\s*(?:{BRACED})?(?:\s*-\s)?\s*(?P<text>.*)"),
    Role.YIELDS: re.compile(rf"@\w+\s*(?:{BRACED})?(?:\s*-\s)?\s*(?P<text>.*)"),
    Role.RAISES: re.compile(r"@\w+\s*\{(?:@link\s+)?(?P<name>[\w$.]+)\}(?:\s*-\s)?\s*(?P<text>.*)"),
}

JSDOC = TagStyle(
    style=Style.JSDOC,
    tag=_TAG,
    roles=_ROLES,
    patterns=_PATTERNS,
    leads={
        Role.PARAMS: ("@param {name} -", "@param {{{type}}} {name} -"),
        Role.RETURNS: ("@returns", "@returns {{{type}}}"),
        Role.YIELDS: ("@yields", "@yields {{{type}}}"),
        Role.RAISES: ("@throws {{{name}}}", "@throws {{{name}}}"),
        Role.EXAMPLES: ("@example", "@example"),
    },
)
TSDOC = TagStyle(
    style=Style.TSDOC,
    tag=_UNTYPED,
    roles=_ROLES,
    patterns=_PATTERNS,
    leads={
        Role.PARAMS: ("@param {name} -", "@param {name} -"),
        Role.RETURNS: ("@returns", "@returns"),
        Role.YIELDS: ("@yields", "@yields"),
        Role.RAISES: ("@throws {{@link {name}}}", "@throws {{@link {name}}}"),
        Role.EXAMPLES: ("@example", "@example"),
    },
)
