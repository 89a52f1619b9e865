"""PHPDoc: `@param type $name text`, `@return type text`, `@throws Type text`."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import TagStyle

_ONE = r"\??\\?[A-Za-z_$][\w\\-]*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>|\[[^\]]*\]|\{[^{}]*\}|\([^()]*\))*"
_BUILT_IN = (
    r"\??(?:array|bool|boolean|callable|false|float|int|integer|iterable|mixed|never|null|object|"
    r"self|static|string|true|void|\$this)"
)
# A word alone is a type where nothing else could follow it: a sentence may stand there as well.
_TYPE = (
    rf"(?P<type>{_BUILT_IN}(?![\w|&<\[(])"
    rf"|{_ONE}(?:\s?[|&]\s?{_ONE})+"
    rf"|(?=\S*[\\<\[?(]){_ONE}"
    rf"|{_ONE}(?=\s*$|\s+(?:-|[A-Z])))"
)
_RESULT = re.compile(rf"@[\w-]+(?:\s+{_TYPE})?\s*(?P<text>.*)")

PHPDOC = TagStyle(
    style=Style.PHPDOC,
    tag=re.compile(r"[ \t]{0,3}@([\w-]+)"),
    roles={
        "param": Role.PARAMS,
        "return": Role.RETURNS,
        "yield": Role.YIELDS,
        "throws": Role.RAISES,
    },
    patterns={
        Role.PARAMS: re.compile(
            r"@\w+\s+(?:(?P<type>[^$\s](?:[^$]*?[^$\s.&])??)\s+)?&?(?:\.{3})?\$(?P<name>\w+)"
            r"(?:\s+-\s)?\s*(?P<text>.*)"
        ),
        Role.RETURNS: _RESULT,
        Role.YIELDS: _RESULT,
        Role.RAISES: re.compile(r"@\w+\s+\\?(?P<name>[\w\\]+)\s*(?P<text>.*)"),
    },
    leads={
        Role.PARAMS: ("@param ${name}", "@param {type} ${name}"),
        Role.RETURNS: ("@return", "@return {type}"),
        Role.YIELDS: ("@return", "@return {type}"),
        Role.RAISES: ("@throws {name}", "@throws {name}"),
        Role.EXAMPLES: ("Example:", "Example:"),
    },
)
