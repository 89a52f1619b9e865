"""YARD: `@param [Type] name text`; what is yielded, options and overloads stay as written."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import TagStyle

_IN_BRACKETS = r"(?:[^\[\]]|\[[^\[\]]*\])*"
_TYPE = rf"\[(?P<type>(?!\]){_IN_BRACKETS})\]"
_NAME = r"[*&]{0,2}(?P<name>[A-Za-z_]\w*):?(?!\S)"
# The type stands before the name or behind it; looking ahead finds it at both places.
_PARAM = (
    rf"@param\s+(?=(?:[*&]{{0,2}}\w+:?\s+)?(?:{_TYPE})?)"
    rf"(?P<lead>\[{_IN_BRACKETS}\]\s+)?{_NAME}(?(lead)|(?:\s+\[{_IN_BRACKETS}\])?)\s*(?P<text>.*)"
)
_NAMES = r"[\w:]+(?:\s*[,|]\s*[\w:]+)*"

YARD = TagStyle(
    style=Style.YARD,
    tag=re.compile(r"@(!?\w+)"),
    roles={
        "param": Role.PARAMS,
        "option": Role.PARAMS,
        "return": Role.RETURNS,
        "raise": Role.RAISES,
        "example": Role.EXAMPLES,
    },
    patterns={
        Role.PARAMS: re.compile(_PARAM),
        Role.RETURNS: re.compile(rf"@\w+\s*(?:{_TYPE}(?!\S))?\s*(?P<text>.*)"),
        Role.RAISES: re.compile(rf"@\w+\s*\[(?P<name>{_NAMES})\]\s*(?P<text>.*)"),
    },
    leads={
        Role.PARAMS: ("@param {name}", "@param [{type}] {name}"),
        Role.RETURNS: ("@return", "@return [{type}]"),
        Role.YIELDS: ("@yield", "@yield [{type}]"),
        Role.RAISES: ("@raise [{name}]", "@raise [{name}]"),
        Role.EXAMPLES: ("@example", "@example"),
    },
    part=re.compile(r"@option\s+(?P<name>\w+)\s"),
    indents_examples=True,
    knows_fences=False,
)
