"""Epytext style: fields such as `@param name: text`, types in fields of their own."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.field_names import KINDS, LONGEST_ARGUMENT
from batdoc.source.styles.fields import FieldStyle
from batdoc.source.styles.sections import Role

EPYTEXT = FieldStyle(
    style=Style.EPYTEXT,
    mark="@",
    field=re.compile(
        rf"@({KINDS})(?:[ \t]+((?=\S)[^:\n]{{1,{LONGEST_ARGUMENT}}}?))?[ \t]*:[ \t]*(.*)$",
        re.IGNORECASE,
    ),
    heading=("Examples", "========"),
    headings=(re.compile(r"Examples?$"), re.compile(r"=+$")),
    labels={
        Role.PARAMS: "param",
        Role.RETURNS: "return",
        Role.YIELDS: "yield",
        Role.RAISES: "raise",
    },
)
