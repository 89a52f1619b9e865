"""C; C++ is built on it."""

from batdoc.source.graph.grammar import Grammar

BINDS = "declaration.declarator parameter_declaration.declarator"
PATTERNS = """
    init_declarator.declarator pointer_declarator.declarator array_declarator.declarator
    function_declarator.declarator parenthesized_declarator.
"""
SCOPES = "compound_statement for_statement"
WRAPS = {
    "if_statement.consequence": "block",
    "else_clause.": "block",
    "for_statement.body": "block",
    "while_statement.body": "block",
    "do_statement.body": "block",
}

GRAMMAR = Grammar(
    wheel="tree_sitter_c",
    functions="function_definition",
    scopes=SCOPES,
    classes="struct_specifier union_specifier enum_specifier",
    binds=BINDS,
    declares="function_definition.declarator",
    patterns=PATTERNS,
    transparent="expression_statement parenthesized_expression",
    dropped="attribute_specifier",
    kept="for_statement.;",
    texts="string_literal concatenated_string",
    numbers="number_literal",
    aliases={"compound_statement": "block"},
    wraps=WRAPS,
)
