"""JavaScript; TypeScript is built on it."""

from batdoc.source.graph.grammar import BARE, Grammar, Wrapper

WRAPPERS = (
    BARE,
    Wrapper("class _ {", "\n}", "class_body"),
    Wrapper("({", "\n})", "object"),
)
FUNCTIONS = """
    function_declaration generator_function_declaration function_expression generator_function
    arrow_function method_definition
"""
SCOPES = "statement_block for_statement for_in_statement catch_clause switch_body"
BINDS = """
    formal_parameters. arrow_function.parameter lexical_declaration. for_in_statement.left
    catch_clause.parameter
"""
DECLARES = """
    function_declaration.name generator_function_declaration.name function_expression.name
    generator_function.name
"""
PATTERNS = """
    variable_declarator.name object_pattern. pair_pattern.value assignment_pattern.left
    object_assignment_pattern.left rest_pattern. array_pattern.
"""
CARRIERS = """
    export_statement.declaration lexical_declaration. variable_declaration.
    export_statement.value variable_declarator.value expression_statement.
    assignment_expression.right pair.value
"""
TRANSPARENT = "expression_statement parenthesized_expression"
CONTENTS = "string_fragment"
ALIASES = {"statement_block": "block", "template_string": "string"}
WRAPS = {
    "if_statement.consequence": "block",
    "else_clause.": "block",
    "for_statement.body": "block",
    "for_in_statement.body": "block",
    "while_statement.body": "block",
    "do_statement.body": "block",
    "arrow_function.parameter": "formal_parameters",
}
SHORTHANDS = {
    "shorthand_property_identifier": "pair",
    "shorthand_property_identifier_pattern": "pair_pattern",
}

GRAMMAR = Grammar(
    wheel="tree_sitter_javascript",
    wrappers=WRAPPERS,
    functions=FUNCTIONS,
    scopes=SCOPES,
    classes="class_declaration class",
    binds=BINDS,
    hoists="variable_declaration.",
    declares=DECLARES,
    patterns=PATTERNS,
    reserved="undefined",
    transparent=TRANSPARENT,
    dropped="empty_statement",
    adornments="decorator",
    carriers=f"{CARRIERS} field_definition.value",
    kept="for_statement.;",
    texts="string template_string",
    contents=CONTENTS,
    numbers="number",
    aliases=ALIASES,
    wraps=WRAPS,
    shorthands=SHORTHANDS,
)
