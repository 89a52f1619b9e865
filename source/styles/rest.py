"""reST style: Sphinx fields such as `:param name: text`, types in fields of their own."""

import re

from batdoc.source.docstring import Style
from batdoc.source.styles.field_names import KINDS, LONGEST_ARGUMENT
from batdoc.source.styles.fields import FieldStyle
from batdoc.source.styles.sections import Role

REST = FieldStyle(
    style=Style.REST,
    mark=":",
    field=re.compile(
        # A name may hold `::`.
        rf":({KINDS})(?:[ \t]+((?=\S)(?::\w+:`[^`]*`|::(?=\w)|[^:\n]){{1,{LONGEST_ARGUMENT}}}?))?"
        r"[ \t]*(?<!:):(?!`|:\w)[ \t]*(.*)$",
        re.IGNORECASE,
    ),
    heading=(".. rubric:: Examples", ""),
    headings=(re.compile(r"\.\. rubric:: Examples?$"),),
    labels={
        Role.PARAMS: "param",
        Role.RETURNS: "returns",
        Role.YIELDS: "yields",
        Role.RAISES: "raises",
    },
)
