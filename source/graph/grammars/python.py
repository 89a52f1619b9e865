"""Python."""

import ast
import warnings
from functools import lru_cache

from batdoc.source.graph.grammar import Grammar


def is_accepted(code: str) -> bool:
    """Ask the running Python, which has the last word."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@lru_cache(maxsize=1_024)
def value_of(text: str) -> str | None:
    """Give the type and value of a literal; None for one in which something is computed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value: object = ast.literal_eval(f"({text})")  # a string may go on in the next line
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return f"{type(value).__name__} {value!r}"


GRAMMAR = Grammar(
    wheel="tree_sitter_python",
    functions="function_definition lambda",
    scopes="list_comprehension set_comprehension dictionary_comprehension generator_expression",
    classes="class_definition",
    binds="""
        parameters. lambda_parameters. assignment.left augmented_assignment.left
        for_statement.left for_in_clause.left as_pattern_target. case_pattern. splat_pattern.
        as_pattern.
    """,
    hoists="named_expression.name",
    declares="function_definition.name",
    frees="global_statement. nonlocal_statement.",
    patterns="""
        pattern_list. tuple_pattern. list_pattern. list_splat_pattern. dictionary_splat_pattern.
        default_parameter.name typed_parameter. typed_default_parameter.name
        dotted_name. parenthesized_expression.
    """,
    fixed="keyword_argument.name keyword_pattern.",
    transparent="""
        decorated_definition expression_statement parenthesized_expression case_pattern
        with_clause parenthesized_list_splat
    """,
    dropped="line_continuation string_start string_end",
    adornments="decorator",
    carriers="decorated_definition.definition",
    noise="->",
    kept="slice.: subscript., format_specifier.:",
    texts="string concatenated_string",
    contents="string_content",
    gapped="format_specifier",
    numbers="integer float",
    aliases={
        "expression_list": "tuple",
        "pattern_list": "tuple",
        "tuple_pattern": "tuple",
        "list_pattern": "list",
    },
    wraps={"call.arguments": "argument_list"},
    chains={"elif_clause": ("else_clause", "if_statement")},
    has_docstrings=True,
    accepts=is_accepted,
    is_proved=True,
    value_of=value_of,
)
