"""LDoc and LuaLS: `@param name text`, `@tparam type name text`, `@return text`."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.sections import Role
from batdoc.source.styles.tags import TagStyle

_TYPE = r"(?P<type>\S+)"
# What stands for `@tparam` with a type; each may say in brackets that it is optional.
_ALIASES = ("string", "number", "int", "bool", "func", "tab", "thread")
_MODIFIER = r"(?:\[[^\]]*\])?"

LDOC = TagStyle(
    style=Style.LDOC,
    tag=re.compile(r"[ \t]{0,3}@(\w+)"),
    roles={
        "param": Role.PARAMS,
        "tparam": Role.PARAMS,
        **dict.fromkeys(_ALIASES, Role.PARAMS),
        "return": Role.RETURNS,
        "treturn": Role.RETURNS,
        "usage": Role.EXAMPLES,
    },
    patterns={
        Role.PARAMS: re.compile(
            rf"@(?:tparam{_MODIFIER}\s+{_TYPE}|(?:param|{'|'.join(_ALIASES)}){_MODIFIER})\s+"
            r"(?P<name>\.{3}|[A-Za-z_]\w*)\??(?![\w.])\s*(?P<text>.*)"
        ),
        Role.RETURNS: re.compile(
            rf"@(?:treturn{_MODIFIER}\s+{_TYPE}|return{_MODIFIER})\s*(?P<text>.*)"
        ),
    },
    leads={
        Role.PARAMS: ("@param {name}", "@tparam {type} {name}"),
        Role.RETURNS: ("@return", "@treturn {type}"),
        Role.YIELDS: ("@return", "@treturn {type}"),
        Role.RAISES: ("@raise {name}", "@raise {name}"),
        Role.EXAMPLES: ("@usage", "@usage"),
    },
)
