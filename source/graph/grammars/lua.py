"""Lua."""

from batdoc.source.graph.grammar import Grammar

GRAMMAR = Grammar(
    wheel="tree_sitter_lua",
    functions="function_declaration function_definition",
    scopes="""
        for_statement while_statement repeat_statement do_statement if_statement elseif_statement
        else_statement
    """,
    binds="parameters.name variable_declaration. for_numeric_clause.name for_generic_clause.",
    declares="function_declaration.name",
    patterns="assignment_statement. variable_list.name",
    fixed="field.name method_index_expression.method",
    transparent="parenthesized_expression",
    dropped="empty_statement",
    kept="field.[",
    carriers="variable_declaration. assignment_statement. expression_list.value",
    texts="string",
    numbers="number",
    chains={"elseif_statement": ("else_statement", "if_statement")},
)
